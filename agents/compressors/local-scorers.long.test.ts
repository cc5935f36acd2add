import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LlamaModel } from '../../src/adapters/llama/llama-model.ts';
import type { Plugin } from '../../src/ports/plugin.ts';
import { measureRate, sampleText } from '../../src/testing/compressor-rates.ts';
import { openNano } from '../../src/testing/llama-fixtures.ts';
import { nano } from '../prompts/nano.ts';
import { fold } from '../prompts/parts/fold.ts';
import { llmlingua } from './llmlingua.ts';
import { longllmlingua } from './longllmlingua.ts';
import { surprisal } from './surprisal.ts';

let model: LlamaModel;
beforeAll(async () => {
  model = await openNano({ contextTokens: 1_024, fold, sequences: 1 });
});
afterAll(() => model[Symbol.asyncDispose]());

/** Ten contexts long: windows must slide. */
describe.each<Plugin<'compressor'>>([llmlingua, longllmlingua, surprisal])('$id with the bundled model', (plugin) => {
  it.each([0.2, 0.33, 0.5])(
    'keeps of 10,000 tokens a share of %d, within 5 percent, and no part of a number or name',
    { timeout: 600_000 },
    async (rate) => {
      const met = await measureRate(plugin, { text: await sampleText(10_000, model), rate }, { model, profile: nano });
      expect(Math.abs(met.ofAsked - 1)).toBeLessThanOrEqual(0.05);
      expect(met.splinters).toEqual([]);
    },
  );
});
