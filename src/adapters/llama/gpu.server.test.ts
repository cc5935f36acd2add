import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { callContext, NANO_PATH, nanoPrompt } from '../../testing/llama-fixtures.ts';
import { type LlamaModel, openLlamaModel } from './llama-model.ts';

const PROMPT = nanoPrompt('how many steps does the lighthouse have?', ['the canal was opened in 1869.', 'the lighthouse has 264 steps.']);
const REQUEST = { prompt: PROMPT, continuations: [{ text: 'the lighthouse has 264 steps.', ended: true }] };

const open = (gpu: 'vulkan' | 'auto' | false): Promise<LlamaModel> =>
  openLlamaModel({ name: 'nano', path: NANO_PATH, profileId: 'nano@2', contextTokens: 256, gpu });

/** Mesa's driver computes on the processor what a graphics card would: the same code path, without the card. */
describe.runIf(inject('servers').hasVulkan)('layers on a GPU, drawn by software', { timeout: 120_000 }, () => {
  let onGpu: LlamaModel;
  let onCpu: LlamaModel;

  beforeAll(async () => {
    // llama.cpp passes over processors that pose as graphics cards unless they are named.
    process.env['GGML_VK_VISIBLE_DEVICES'] = '0';
    [onGpu, onCpu] = await Promise.all([open('vulkan'), open(false)]);
  });
  afterAll(async () => {
    delete process.env['GGML_VK_VISIBLE_DEVICES'];
    await onGpu[Symbol.asyncDispose]();
    await onCpu[Symbol.asyncDispose]();
  });

  test('all layers are placed there, and their memory is told', async () => {
    await onGpu.generate({ prompt: PROMPT, maxTokens: 2, temperature: 0, seed: 0 }, callContext());
    const status = await onGpu.status();
    expect(status?.device).toBe('vulkan');
    expect(status?.gpuLayers).toBeGreaterThanOrEqual((await onGpu.describe()).shape?.layers ?? 1);
    expect(status?.vramBytes).toBeGreaterThan(3_000_000);
  });

  test('scores and greedy words are those of the CPU, but for rounding', async () => {
    const request = { prompt: PROMPT, maxTokens: 24, temperature: 0, seed: 0 } as const;
    const [there, here] = await Promise.all([
      onGpu.scoreContinuations(REQUEST, callContext()),
      onCpu.scoreContinuations(REQUEST, callContext()),
    ]);
    // Measured: 0.03 nats at most, F16 weights and cache on both sides.
    there.tokenLogProbs[0]?.forEach((logProb, i) => {
      expect(Math.abs(logProb - (here.tokenLogProbs[0]?.[i] ?? Number.NaN))).toBeLessThan(0.1);
    });
    expect((await onGpu.generate(request, callContext())).text).toBe((await onCpu.generate(request, callContext())).text);
  });
});

describe('without a GPU', { timeout: 60_000 }, () => {
  test('`auto` takes the CPU and says so; a GPU that was asked for by name is missed by name', async () => {
    process.env['VK_DRIVER_FILES'] = '/nonexistent.json';
    process.env['VK_ICD_FILENAMES'] = '/nonexistent.json';
    try {
      await using auto = await open('auto');
      await auto.countTokens(['load']);
      expect(await auto.status()).toMatchObject({ device: 'cpu', gpuLayers: 0 });
      await using vulkan = await open('vulkan');
      await expect(vulkan.countTokens(['load'])).rejects.toThrow(/vulkan.*gpu: false takes the CPU/);
    } finally {
      delete process.env['VK_DRIVER_FILES'];
      delete process.env['VK_ICD_FILENAMES'];
    }
  });
});
