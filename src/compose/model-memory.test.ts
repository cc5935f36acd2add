import { expect, it } from 'vitest';
import { createModelMemory } from './model-memory.ts';

it('keeps models within the memory, and does not swap for each job', async () => {
  let now = 0;
  const unloaded: string[] = [];
  const memory = createModelMemory({
    memoryMiB: { a: 4_000, b: 4_000 },
    totalMiB: 6_000,
    unload: async (name) => void unloaded.push(`${name} at ${now}`),
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
    unload: async (name) => void unloaded.push(name),
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
