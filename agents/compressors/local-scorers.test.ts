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

describe.each<Plugin<'compressor'>>([llmlingua, longllmlingua, surprisal])('$id with the bundled model', (plugin) => {
  it.each([
    [150, 0.2],
    [150, 0.33],
    [150, 0.5],
    [1_000, 0.2],
    [1_000, 0.5],
  ])('keeps of %i tokens a share of %d, within 5 percent, and no part of a number or name', { timeout: 60_000 }, async (tokens, rate) => {
    const met = await measureRate(plugin, { text: await sampleText(tokens, model), rate }, { model, profile: nano });
    expect(Math.abs(met.ofAsked - 1)).toBeLessThanOrEqual(0.05);
    expect(met.splinters).toEqual([]);
  });

  it('gives the same summary again, whatever the model read in between', async () => {
    const text = await sampleText(300, model);
    const compressor = plugin.create(plugin.options.parse({}), { model, profile: nano });
    const compress = (query: string) =>
      compressor.compress({ text, query, seed: 1 }, { signal: new AbortController().signal, record: () => undefined });
    const first = await compress('When was the canal opened?');
    await compress('Who was its engineer?');
    expect(await compress('When was the canal opened?')).toEqual(first);
  });
});
