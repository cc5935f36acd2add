import { beforeAll, describe, expect, test } from 'vitest';
import { callContext, nanoPrompt, openNano } from '../../testing/llama-fixtures.ts';
import type { LlamaModelOptions } from './llama-model.ts';
import type { ProcessStatus } from './protocol.ts';

async function statusOf(options: Partial<LlamaModelOptions>): Promise<ProcessStatus> {
  await using model = await openNano({ contextTokens: 1024, ...options });
  await model.countTokens(['load']);
  const status = await model.status();
  if (status === undefined) throw new Error('Expected a running model.');
  return status;
}

describe('memory of the contexts', () => {
  const MIB = 2 ** 20;
  let one: ProcessStatus;
  beforeAll(async () => {
    one = await statusOf({ contextMiB: 9 });
  });

  test('is filled with sequences and not exceeded, neither by estimate nor by the process', async () => {
    expect(one.sequences).toBe(1);
    const many = await statusOf({ contextMiB: 100 });
    expect(many.sequences).toBeGreaterThan(10);
    expect(many.contextBytes).toBeLessThanOrEqual(100 * MIB);
    expect(many.contextBytes).toBeGreaterThan(90 * MIB);
    expect(many.rssBytes - one.rssBytes).toBeLessThan(100 * MIB);
    expect(many.rssBytes - one.rssBytes).toBeGreaterThan(70 * MIB);
  });

  test('fewer sequences than fit, when fewer are wanted', async () => {
    expect((await statusOf({ contextMiB: 100, sequences: 2 })).sequences).toBe(2);
  });

  test('too little for one context: refused with what it would take', async () => {
    await expect(statusOf({ contextMiB: 2 })).rejects.toMatchObject({
      code: 'model-load-failed',
      message: expect.stringMatching(/1026 tokens takes \d+ MiB, but contextMiB allows 2/),
    });
  });

  test('by default the texts of a run are still there when their summaries are scored', async () => {
    await using model = await openNano({ contextTokens: 1024 });
    const prompts = Array.from({ length: 12 }, (_, i) => nanoPrompt('when did the society move?', [`the society has ${i} members.`]));
    for (const prompt of prompts) await model.generate({ prompt, maxTokens: 2, temperature: 0, seed: 0 }, callContext());
    const others = Array.from({ length: 12 }, (_, i) =>
      nanoPrompt('when did the society move?', [`a canal of ${i} locks was dug in 1869.`]),
    );
    const score = async (prompt: (typeof prompts)[number]) =>
      (await model.scoreContinuations({ prompt, continuations: [{ text: 'it moved.', ended: true }] }, callContext())).usage;
    for (const prompt of others) await score(prompt);
    for (const prompt of prompts) {
      const { cachedTokens, promptTokens } = await score(prompt);
      expect(cachedTokens).toBe(promptTokens - 1);
    }
  });
});
