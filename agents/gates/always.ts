import { z } from 'zod';
import { definePlugin } from '../../src/ports/plugin.ts';
import { isTruncated, namesOf } from './parts/flags.ts';
import { NOTHING_FOUND } from './parts/relevance.ts';

/**
 * Keeps every summary that the compressor wrote, in the order given: the compressor's own NONE is the only gate. The baseline that
 * every gate has to beat, and the right choice where chunks are few or the compressor declines well. Loses as soon as many
 * summaries miss the question: the predictor pays for each, repeats included. No score is looked at. Reference: the pipeline of
 * arXiv 2512.21720, which hands all that its compressor calls relevant to the predictor.
 */
export const always = definePlugin({
  kind: 'gate',
  id: 'always',
  version: '1',
  summary: 'Keeps every summary that is not NONE.',
  requires: [],
  options: z.strictObject({}),
  create: () => ({
    decide: (candidates) =>
      new Map(
        candidates.map((candidate) => {
          const kept = candidate.summary.status === 'text';
          const reason = kept ? 'every summary is kept' : NOTHING_FOUND;
          // All alike, so that evidence keeps the order given.
          return [candidate.id, { kept, reason, relevance: 0, flags: namesOf({ truncated: isTruncated(candidate) }) }];
        }),
      ),
  }),
});
