import { groupBy } from '../../src/domain/group.ts';
import type { Sample } from './memory.ts';

/** Of what a process holds, the part that is taken to be warming up: caches fill, heaps find their size. */
const WARM_UP_SHARE = 1 / 3;

/** How the memory that one process keeps has moved after it had warmed up. */
export interface Trend {
  readonly process: string;
  readonly samples: number;
  /** Medians, MiB: of the first half of what comes after the warm-up, and of the second. */
  readonly earlyMiB: number;
  readonly lateMiB: number;
  readonly mostMiB: number;
  /** By Theil and Sen: the median of the slopes between all pairs, which a few outliers do not move. MiB an hour. */
  readonly slope: number;
  /** The slope an hour, as a share of the late median. */
  readonly growth: number;
  /** The same of all looks, whether garbage had been collected or not. */
  readonly growthAsItStands: number;
}

/**
 * Of what is kept when garbage has been collected: what a heap holds before that goes up and down over minutes, and would be taken for growth
 * within an hour.
 *
 * @param samples of any processes, in the order of time
 */
export function trendsOf(samples: readonly Sample[], totalMs: number): readonly Trend[] {
  return [...groupBy(samples, ({ process }) => process)].flatMap(([process, all]) => {
    const later = all.filter(({ atMs }) => atMs >= totalMs * WARM_UP_SHARE);
    const warm = later.filter(({ isCollected }) => isCollected);
    if (warm.length < 4) return [];
    const middle = (totalMs * (1 + WARM_UP_SHARE)) / 2;
    const late = median(warm.filter(({ atMs }) => atMs >= middle).map(({ mib }) => mib));
    const slope = theilSen(warm);
    return [
      {
        process,
        samples: warm.length,
        earlyMiB: median(warm.filter(({ atMs }) => atMs < middle).map(({ mib }) => mib)),
        lateMiB: late,
        mostMiB: Math.max(...all.map(({ mib }) => mib)),
        slope,
        growth: slope / late,
        growthAsItStands: theilSen(later) / median(later.map(({ mib }) => mib)),
      },
    ];
  });
}

function theilSen(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((later, i) =>
    samples.slice(0, i).flatMap((earlier) => {
      const hours = (later.atMs - earlier.atMs) / 3_600_000;
      return hours > 0 ? [(later.mib - earlier.mib) / hours] : [];
    }),
  );
  return median(slopes);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
