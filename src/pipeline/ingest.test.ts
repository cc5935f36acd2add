import { describe, expect, it } from 'vitest';
import { plainProfile } from '../testing/builders.ts';
import { createScriptedModel } from '../testing/scripted-model.ts';
import { chunkLimitOf } from './ingest.ts';

describe('the source tokens that a model can be given at once', () => {
  const limitOf = async (contextTokens: number, change: { readonly chunkTokens?: number } = {}) =>
    (await chunkLimitOf({ model: createScriptedModel({ contextTokens }), profile: { ...plainProfile, ...change } })).maxTokens;

  it('are what template, question and summary leave of its context, but no more than a summary can do justice to', async () => {
    expect(await limitOf(300)).toBe(300 - 10 - 20 - 40);
    expect(await limitOf(100_000)).toBe(1_024);
  });

  it('are fewer where it reads shorter chunks better', async () => {
    expect(await limitOf(300, { chunkTokens: 120 })).toBe(120);
    expect(await limitOf(150, { chunkTokens: 120 })).toBe(80);
    expect(await limitOf(100_000, { chunkTokens: 9_000 })).toBe(1_024);
  });

  it('are refused with figures where there are none', async () => {
    await expect(limitOf(70)).rejects.toMatchObject({ code: 'context-overflow', message: expect.stringContaining('40 for the summary') });
  });
});
