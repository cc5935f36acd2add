import { createRandom } from '../../src/domain/random.ts';
import type { Statistic } from './auroc.ts';

/** A figure and its 95% interval. */
export interface Figure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  /** How many documents there are. */
  readonly documents: number;
  readonly draws: number;
  readonly seed: number;
}

/**
 * Percentile intervals over whole documents drawn with replacement (Efron 1979; questions of one document are not independent). All
 * statistics see the same draws, so a difference of two is paired. A draw that does not determine a statistic is left out of its interval.
 */
export function bootstrapDocuments(
  statistics: ReadonlyMap<string, Statistic>,
  { documents, draws, seed }: BootstrapOptions,
): Map<string, Figure> {
  const random = createRandom(seed);
  const drawn = new Map([...statistics.keys()].map((name) => [name, [] as number[]]));
  for (let draw = 0; draw < draws; draw++) {
    const weights = Array.from({ length: documents }, () => 0);
    for (let i = 0; i < documents; i++) {
      const document = Math.floor(random() * documents);
      weights[document] = (weights[document] ?? 0) + 1;
    }
    for (const [name, statistic] of statistics) drawn.get(name)?.push(statistic(weights));
  }
  const once = Array.from({ length: documents }, () => 1);
  return new Map(
    [...statistics].map(([name, statistic]) => {
      const values = (drawn.get(name) ?? []).filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
      return [name, { value: statistic(once), low: percentile(values, 0.025), high: percentile(values, 0.975) }];
    }),
  );
}

/** Of sorted values, linear between neighbours; NaN of none. */
function percentile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (at - Math.floor(at)) * (above - below);
}
