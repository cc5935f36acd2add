import { z } from 'zod';
import { NO_SUMMARY } from '../../src/domain/summary.ts';
import { throwIfAborted } from '../../src/ports/call-context.ts';
import { definePlugin } from '../../src/ports/plugin.ts';

/**
 * The whole chunk is its own summary: no compression. The baseline against which a bill and an accuracy are honest, and the
 * ceiling of what retrieval alone can give. Wins when the predictor is cheap or the chunks are few and short; loses as soon as
 * tokens cost something. It has no limit of its own: a chunk was sized to its models. Reference: the uncompressed arm of
 * arXiv 2512.21720.
 */
export const identity = definePlugin({
  kind: 'compressor',
  id: 'identity',
  version: '1',
  summary: 'No compression: the whole chunk.',
  requires: [],
  options: z.strictObject({}),
  create: (_options, { model }) => ({
    async compress({ text }, context) {
      throwIfAborted(context);
      if (text.trim() === '') return NO_SUMMARY;
      const [tokenCount = 0] = await model.countTokens([text]);
      return { status: 'text', text, tokenCount, ended: true, finishReason: 'stop', quotes: [{ start: 0, end: text.length }] };
    },
  }),
});
