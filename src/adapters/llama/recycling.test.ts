import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { waitFor } from '../../testing/wait-for.ts';
import { ModelSupervisor } from './supervisor.ts';

const entry = fileURLToPath(new URL('../../testing/leaking-child.ts', import.meta.url));
const LOAD = { path: 'none.gguf', contextTokens: 256, sequences: 1, gpu: false, kvType: 'f16', batching: 'auto' } as const;
const count = { op: 'count', input: ['words'] } as const;

it('a process that leaks is replaced between calls, and no call fails for it', { timeout: 90_000 }, async () => {
  await using supervisor = new ModelSupervisor('leaking', LOAD, { growthMiB: 35, checkMs: 0, entry });
  const pids = new Set<number | undefined>();
  for (let call = 0; call < 10; call += 1) {
    expect(await supervisor.call({ ...count, input: [...count.input] })).toEqual([expect.any(Number)]);
    pids.add(supervisor.pid);
    // Until its memory was looked at.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(pids.size).toBeGreaterThanOrEqual(2);
  expect(pids.size).toBeLessThanOrEqual(5);
});

it('without a bound it is left alone, and can be unloaded', { timeout: 90_000 }, async () => {
  await using supervisor = new ModelSupervisor('leaking', LOAD, { checkMs: 0, entry });
  await supervisor.call({ ...count, input: [...count.input] });
  const { pid } = supervisor;
  for (let call = 0; call < 6; call += 1) await supervisor.call({ ...count, input: [...count.input] });
  expect(supervisor.pid).toBe(pid);
  expect(await supervisor.unload()).toBe(true);
  await waitFor('the process to be gone', async () => (supervisor.pid === undefined ? true : undefined));
  expect(await supervisor.call({ ...count, input: [...count.input] })).toEqual([1]);
});

it('is not unloaded under a call, be it one that still waits for the loading', { timeout: 90_000 }, async () => {
  await using supervisor = new ModelSupervisor('leaking', LOAD, { entry });
  const called = supervisor.call({ ...count, input: [...count.input] });
  expect(await supervisor.unload()).toBe(false);
  expect(await called).toEqual([1]);
  expect(await supervisor.unload()).toBe(true);
});
