import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/domain/random.ts';
import { trendsOf } from './trend.ts';

const HOUR = 3_600_000;

/** 360 samples of an hour. */
function hourOf(mibAt: (hours: number) => number, { isCollected = true } = {}) {
  return Array.from({ length: 360 }, (_, i) => ({ atMs: (i / 360) * HOUR, process: 'serve', mib: mibAt(i / 360), isCollected }));
}

describe('the trend of a process’ memory', () => {
  it('is its slope after the warm-up, whatever it did before', () => {
    const [trend] = trendsOf(
      hourOf((hours) => (hours < 0.3 ? 100 + 1_000 * hours : 400 + 20 * hours)),
      HOUR,
    );
    expect(trend?.slope).toBeCloseTo(20, 6);
    expect(trend?.growth).toBeCloseTo(20 / (trend?.lateMiB ?? 0), 6);
  });

  it('is not moved by the saw teeth of a collector, nor by a peak', () => {
    const random = createRandom(7);
    const [trend] = trendsOf(
      hourOf((hours) => 300 + 80 * random() + (Math.abs(hours - 0.5) < 0.01 ? 2_000 : 0)),
      HOUR,
    );
    expect(Math.abs(trend?.growth ?? 1)).toBeLessThan(0.03);
    expect(trend?.mostMiB).toBeGreaterThan(2_000);
  });

  it('is that of what is kept when garbage has been collected; that of all looks stands beside it', () => {
    const heap = hourOf((hours) => 300 + 100 * hours, { isCollected: false });
    const kept = hourOf(() => 200);
    const [trend] = trendsOf(
      heap.flatMap((sample, i) => [sample, ...kept.slice(i, i + 1)]),
      HOUR,
    );
    expect(trend).toMatchObject({ slope: 0, growth: 0, lateMiB: 200 });
    expect(trend?.growthAsItStands).toBeGreaterThan(0.1);
    const leak = trendsOf([...hourOf((hours) => 200 + 30 * hours), ...hourOf(() => 300, { isCollected: false })], HOUR);
    expect(leak[0]?.growth).toBeGreaterThan(0.1);
  });

  it('tells processes apart, and says nothing of one that was hardly there', () => {
    const samples = [...hourOf(() => 100), { atMs: HOUR - 1, process: 'late', mib: 5, isCollected: true }];
    expect(trendsOf(samples, HOUR).map(({ process }) => process)).toEqual(['serve']);
  });
});
