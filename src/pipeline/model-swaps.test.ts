import { describe, expect, it } from 'vitest';
import { type HeldModel, roomFor, type WantedModel } from './model-swaps.ts';

const RULES = { keepMs: 60_000, patienceMs: 30_000, share: 0.75 };
const held = (name: string, change: Partial<HeldModel> = {}): HeldModel => ({
  name,
  memoryMiB: 4_000,
  loadedAt: 0,
  lastUsedAt: 0,
  busy: 0,
  ...change,
});
const wanted = (change: Partial<WantedModel> = {}): WantedModel => ({ name: 'b', memoryMiB: 4_000, since: 0, share: 0.1, ...change });
const at = (now: number, models: readonly HeldModel[], totalMiB = 6_000) => ({ held: models, totalMiB, now, rules: RULES });

describe('which model leaves for another', () => {
  it('none where both fit', () => {
    expect(roomFor(wanted(), at(0, [held('a')], 8_000))).toEqual([]);
  });

  it('none at once: the wanted one waits its while', () => {
    expect(roomFor(wanted({ since: 100_000 }), at(129_999, [held('a')]))).toBeUndefined();
    expect(roomFor(wanted({ since: 100_000 }), at(130_000, [held('a')]))).toEqual(['a']);
  });

  it('none that was loaded only just now, whoever asks', () => {
    expect(roomFor(wanted({ share: 1 }), at(59_999, [held('a')]))).toBeUndefined();
    expect(roomFor(wanted({ share: 1 }), at(60_000, [held('a')]))).toEqual(['a']);
  });

  it('none that is at work', () => {
    expect(roomFor(wanted({ share: 1 }), at(90_000, [held('a', { busy: 1 })]))).toBeUndefined();
  });

  it('the one unused for longest, and no more than are needed', () => {
    const models = [held('a', { lastUsedAt: 5, memoryMiB: 2_000 }), held('c', { lastUsedAt: 1, memoryMiB: 2_000 })];
    expect(roomFor(wanted({ memoryMiB: 3_000, share: 1 }), at(90_000, models))).toEqual(['c']);
    expect(roomFor(wanted({ memoryMiB: 6_000, share: 1 }), at(90_000, models))).toEqual(['c', 'a']);
  });

  it('all, for one that is larger than what is allowed: better alone than never', () => {
    expect(roomFor(wanted({ memoryMiB: 9_000, share: 1 }), at(90_000, [held('a')]))).toEqual(['a']);
  });

  it('seldom, when jobs for two models alternate', () => {
    let now = 0;
    let inMemory = held('a');
    let since: number | undefined;
    let swaps = 0;
    // Ten minutes of jobs that alternate each half second.
    for (; now < 600_000; now += 500) {
      const name = (now / 500) % 2 === 0 ? 'a' : 'b';
      if (name === inMemory.name) continue;
      since ??= now;
      const leaving = roomFor(wanted({ name, since, share: 0.5 }), at(now, [inMemory]));
      if (leaving === undefined) continue;
      swaps += 1;
      since = undefined;
      inMemory = held(name, { loadedAt: now });
    }
    expect(swaps).toBeGreaterThanOrEqual(8);
    expect(swaps).toBeLessThanOrEqual(10);
  });
});
