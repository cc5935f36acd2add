import { expect, it } from 'vitest';
import { createModelMemory } from './model-memory.ts';

it('keeps models within the memory, and does not swap for each job', async () => {
  let now = 0;
  const unloaded: string[] = [];
  const memory = createModelMemory({
    memoryMiB: { a: 4_000, b: 4_000 },
    totalMiB: 6_000,
    unload: async (name) => unloaded.push(`${name} at ${now}`) > 0,
    now: () => now,
    rules: { keepMs: 60_000, patienceMs: 30_000, share: 0.75 },
  });
  const done: string[] = [];
  for (; now < 200_000; now += 500) {
    const name = (now / 500) % 2 === 0 ? 'a' : 'b';
    const release = await memory.take(name);
    if (release !== undefined) done.push(name);
    release?.();
  }
  expect(unloaded.length).toBeGreaterThanOrEqual(2);
  expect(unloaded.length).toBeLessThanOrEqual(4);
  expect(new Set(done)).toEqual(new Set(['a', 'b']));
});

it('a model at work is not unloaded, and one without a size is nobody’s concern', async () => {
  let now = 0;
  const unloaded: string[] = [];
  const memory = createModelMemory({
    memoryMiB: { a: 4_000, b: 4_000 },
    totalMiB: 6_000,
    unload: async (name) => unloaded.push(name) > 0,
    now: () => now,
  });
  const release = await memory.take('a');
  now = 3_600_000;
  expect(await memory.take('b')).toBeUndefined();
  expect(await memory.take('small')).toBeTypeOf('function');
  release?.();
  now += 60_000;
  expect(await memory.take('b')).toBeTypeOf('function');
  expect(unloaded).toEqual(['a']);
});

/** Memory for one of two models, with `a` loaded long ago. */
async function withOneLoaded(unload: () => Promise<boolean>) {
  let now = 0;
  const memory = createModelMemory({ memoryMiB: { a: 4_000, b: 4_000 }, totalMiB: 6_000, unload, now: () => now });
  (await memory.take('a'))?.();
  const wait = (ms: number): void => {
    now += ms;
  };
  wait(90_000);
  return { memory, wait };
}

it('no job has a model before the other one has left', async () => {
  let leave = (_isFree: boolean): void => {};
  const leaving = new Promise<boolean>((resolve) => {
    leave = resolve;
  });
  const { memory } = await withOneLoaded(() => leaving);
  const taken: string[] = [];
  const takes = ['first', 'second'].map(async (job) => {
    expect(await memory.take('b')).toBeTypeOf('function');
    taken.push(job);
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(taken).toEqual([]);
  leave(true);
  await Promise.all(takes);
  expect(taken).toHaveLength(2);
});

it('a model that somebody uses beside the jobs stays, and the other is loaded once it can leave', async () => {
  let isUsed = true;
  const { memory, wait } = await withOneLoaded(async () => !isUsed);
  expect(await Promise.all([memory.take('b'), memory.take('b')])).toEqual([undefined, undefined]);
  const release = await memory.take('a');
  expect(release).toBeTypeOf('function');
  release?.();
  isUsed = false;
  wait(30_000);
  expect(await memory.take('b')).toBeTypeOf('function');
});
