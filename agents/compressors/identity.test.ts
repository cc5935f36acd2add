import { expect, it } from 'vitest';
import { buildContext, plainProfile } from '../../src/testing/builders.ts';
import { conformCompressor } from '../../src/testing/conform-compressor.ts';
import { createScriptedModel } from '../../src/testing/scripted-model.ts';
import { identity } from './identity.ts';

conformCompressor({ plugin: identity });

it('identity keeps the whole chunk', async () => {
  const compressor = identity.create({}, { model: createScriptedModel(), profile: plainProfile });
  const text = ' A canal.\n\nA bridge. ';
  const summary = await compressor.compress({ text, query: 'What?', seed: 1 }, buildContext());
  expect(summary).toEqual({
    status: 'text',
    text,
    tokenCount: 4,
    ended: true,
    finishReason: 'stop',
    quotes: [{ start: 0, end: text.length }],
  });
});
