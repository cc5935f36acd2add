import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, type TestContext, test, vi } from 'vitest';
import { callContext, NANO_PATH, nanoPrompt, openNano, writeTinyLlama } from '../../testing/llama-fixtures.ts';
import { type LlamaModel, openLlamaModel } from './llama-model.ts';

const request = { prompt: nanoPrompt(), maxTokens: 40, temperature: 0, seed: 0 } as const;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function pidOf(model: LlamaModel): Promise<number> {
  return (await model.status())?.pid ?? Number.NaN;
}

describe('the model process', () => {
  test('starts with the first call, tells about itself, and is gone after closing', async () => {
    const model = await openNano({ sequences: 2 });
    expect(await model.status()).toBeUndefined();
    expect(await model.describe()).toMatchObject({ contextTokens: 256, shape: { vocabulary: 4096, parameters: expect.any(Number) } });
    expect(await model.status()).toBeUndefined();
    await model.generate(request, callContext());
    const status = await model.status();
    expect(status).toMatchObject({ device: 'cpu', gpuLayers: 0, threads: 1, sequences: 2, busySequences: 0, contextTokens: 256 });
    expect(status?.decodeTokensPerSecond).toBeGreaterThan(0);
    await model[Symbol.asyncDispose]();
    expect(isAlive(status?.pid ?? process.pid)).toBe(false);
    await expect(model.countTokens(['a'])).rejects.toThrow(/was closed/);
  });

  test('an abort of the native library takes nothing else with it', async () => {
    await using file = await writeTinyLlama({ seed: 1, deviation: 0.2, contextTokens: 256, byteTokens: 'line-feed' });
    await using model = await openLlamaModel({ name: 'tiny', path: file.path, profileId: 'none', threads: 1 });
    expect(await model.countTokens(['abc'])).toEqual([4]);
    await expect(model.countTokens(['日本'])).rejects.toMatchObject({
      code: 'model-crashed',
      isRetryable: true,
      details: { signal: 'SIGABRT' },
    });
    expect(await model.countTokens(['abc'])).toEqual([4]);
  });

  test('closed in the middle of calls: they end as aborted, and the process is gone', async () => {
    const model = await openNano();
    await model.countTokens(['a']);
    const pid = await pidOf(model);
    const settled = Promise.allSettled([1, 2, 3, 4, 5].map(() => model.generate(request, callContext())));
    await model[Symbol.asyncDispose]();
    expect(isAlive(pid)).toBe(false);
    for (const outcome of await settled) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'aborted' });
    expect((await settled).some(({ status }) => status === 'rejected')).toBe(true);
  });

  test('chooses its threads by measurement and says how', async () => {
    await using model = await openLlamaModel({ name: 'nano', path: NANO_PATH, profileId: 'nano@2', contextTokens: 256, gpu: 'auto' });
    await model.countTokens(['a']);
    const status = await model.status();
    if (status?.gpuLayers === 0) expect(status.threadTrials.map(({ threads }) => threads)).toContain(status.threads);
    expect((await model.generate(request, callContext())).finishReason).toBe('stop');
  });
});

describe('a running model process', () => {
  let model: LlamaModel;
  beforeAll(async () => {
    model = await openNano();
  });
  afterAll(() => model[Symbol.asyncDispose]());

  test('leaves the signals of the terminal to its parent', async () => {
    await model.countTokens(['a']);
    const pid = await pidOf(model);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
    await model.generate(request, callContext());
    expect(await pidOf(model)).toBe(pid);
  });

  test('killed in the middle of calls: they fail as retryable, and the next call has a new process', async () => {
    const expected = await model.generate(request, callContext());
    const pid = await pidOf(model);
    const calls = [1, 2, 3, 4, 5, 6].map(() => model.generate({ ...request, temperature: 1 }, callContext()));
    const settled = Promise.allSettled(calls);
    process.kill(pid, 'SIGKILL');
    for (const outcome of await settled) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'model-crashed', isRetryable: true, details: { signal: 'SIGKILL' } },
      });
    }
    expect((await model.generate(request, callContext())).text).toBe(expected.text);
    expect(await pidOf(model)).not.toBe(pid);
    expect(isAlive(pid)).toBe(false);
  });
});

describe('files that do not load', () => {
  test.each([
    ['a missing file', undefined],
    ['no GGUF', 'hello'],
  ])('%s', async (_, content) => {
    await using file = await writeTinyLlama({ seed: 1, deviation: 0.2, contextTokens: 256 });
    const path = `${file.path}.other`;
    if (content !== undefined) await writeFile(path, content);
    await expect(openLlamaModel({ name: 'broken', path, profileId: 'none' })).rejects.toMatchObject({
      code: 'model-load-failed',
      isRetryable: false,
    });
  });

  test('a file that makes the library abort', async () => {
    await using file = await writeTinyLlama({ seed: 1, deviation: 0.2, contextTokens: 256, byteTokens: 'none' });
    await using model = await openLlamaModel({ name: 'tiny', path: file.path, profileId: 'none', threads: 1 });
    await expect(model.countTokens(['abc'])).rejects.toMatchObject({
      code: 'model-load-failed',
      isRetryable: false,
      details: { signal: 'SIGABRT' },
    });
  });

  test('a truncated file fails at the first call, and loads once it is whole', async () => {
    await using file = await writeTinyLlama({ seed: 1, deviation: 0.2, contextTokens: 256 });
    await using model = await openLlamaModel({ name: 'tiny', path: file.path, profileId: 'none', threads: 1 });
    const whole = await readFile(file.path);
    await writeFile(file.path, whole.subarray(0, whole.length / 2));
    await expect(model.countTokens(['abc'])).rejects.toMatchObject({ code: 'model-load-failed', isRetryable: false });
    await writeFile(file.path, whole);
    expect(await model.countTokens(['abc'])).toEqual([4]);
  });
});

describe('abort', () => {
  let file: Awaited<ReturnType<typeof writeTinyLlama>>;
  let model: LlamaModel;
  const long = { prompt: { type: 'marked', parts: [{ text: 'abc' }] }, maxTokens: 30_000, temperature: 0, seed: 0 } as const;

  beforeAll(async () => {
    file = await writeTinyLlama({ seed: 3, deviation: 0.2, contextTokens: 32_768, endless: true });
    model = await openLlamaModel({ name: 'tiny', path: file.path, profileId: 'none', threads: 1, contextTokens: 32_768, sequences: 1 });
    await model.countTokens(['a']);
  });
  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    await file[Symbol.asyncDispose]();
  });

  /** Aborts a running call after 150 ms and returns how long it then took to stop, milliseconds. */
  async function stopTime(call: (signal: AbortSignal) => Promise<unknown>, annotate: TestContext['annotate']): Promise<number> {
    const controller = new AbortController();
    const outcome = Promise.allSettled([call(controller.signal)]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const abortedAt = performance.now();
    controller.abort();
    expect(await outcome).toMatchObject([{ status: 'rejected', reason: { code: 'aborted', isRetryable: false } }]);
    const stopMs = performance.now() - abortedAt;
    await annotate(`stopped ${stopMs.toFixed(0)} ms after the abort`);
    return stopMs;
  }

  test('while decoding', async ({ annotate }) => {
    expect(await stopTime((signal) => model.generate(long, callContext(signal)), annotate)).toBeLessThan(1000);
    expect((await model.generate({ ...long, maxTokens: 5 }, callContext())).tokenCount).toBe(5);
  });

  test('while reading a long prompt, and the sequence stays usable', async ({ annotate }) => {
    const text = 'abcdefgh'.repeat(3900);
    const prompt = { type: 'marked', parts: [{ text }] } as const;
    expect(await stopTime((signal) => model.generate({ ...long, prompt, maxTokens: 5 }, callContext(signal)), annotate)).toBeLessThan(1000);
    expect((await model.status())?.busySequences).toBe(0);
    expect((await model.generate({ ...long, maxTokens: 5 }, callContext())).tokenCount).toBe(5);
  });

  test('while scoring', async ({ annotate }) => {
    const continuations = Array.from({ length: 2000 }, () => ({ text: 'abcdefgh'.repeat(40), ended: true }));
    expect(
      await stopTime((signal) => model.scoreContinuations({ prompt: long.prompt, continuations }, callContext(signal)), annotate),
    ).toBeLessThan(1000);
  });

  test('while waiting for a sequence, and before the call', async ({ annotate }) => {
    const blocker = new AbortController();
    const blocking = model.generate(long, callContext(blocker.signal)).catch(() => undefined);
    expect(await stopTime((signal) => model.generate(long, callContext(signal)), annotate)).toBeLessThan(1000);
    blocker.abort();
    await blocking;
    await expect(model.generate(long, callContext(AbortSignal.abort()))).rejects.toMatchObject({ code: 'aborted' });
  });

  test('while the model is loading', async ({ annotate }) => {
    await using fresh = await openNano();
    expect(await stopTime((signal) => fresh.generate(request, callContext(signal)), annotate)).toBeLessThan(1000);
    expect((await fresh.generate(request, callContext())).finishReason).toBe('stop');
  });
});

describe('the parent', () => {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const module = new URL('./llama-model.ts', import.meta.url).href;

  function runParent(ending: string): { readonly parent: ChildProcess; readonly childPid: Promise<number> } {
    const script = `
      const { openLlamaModel } = await import(${JSON.stringify(module)});
      const model = await openLlamaModel({ name: 'nano', path: ${JSON.stringify(NANO_PATH)}, profileId: 'nano@2', contextTokens: 256, threads: 1 });
      await model.countTokens(['a']);
      process.stdout.write((await model.status()).pid + '\\n');
      ${ending}`;
    const parent = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const childPid = new Promise<number>((resolve) => parent.stdout?.once('data', (text: Buffer) => resolve(Number(text))));
    return { parent, childPid };
  }

  test('dies, and the model process with it', async () => {
    const { parent, childPid } = runParent('setInterval(() => undefined, 1000);');
    const pid = await childPid;
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5000 });
  });

  test('is not kept alive by an idle model, which then ends too', async () => {
    const { parent, childPid } = runParent('');
    const exitCode = await new Promise((resolve) => parent.once('exit', resolve));
    expect(exitCode).toBe(0);
    const pid = await childPid;
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5000 });
  });
});
