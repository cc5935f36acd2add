/** What is gained when so many tokens are spent on one thing; both count from nothing. */
export interface GainPoint {
  readonly tokens: number;
  readonly gain: number;
}

interface Segment {
  readonly curve: number;
  /** The point of the curve that it leads to. */
  readonly to: number;
  readonly tokens: number;
  readonly slope: number;
}

/**
 * Divides a budget of tokens over curves of gain so that all are left at the same slope, the solution by Lagrange's multiplier of
 * max Σ gain_i(t_i) under Σ t_i ≤ budget: the steepest segment that is left is bought until none fits. What hides under the line between
 * two better points is never chosen (upper concave hull). Short of the optimum by less than the gain of one segment (Dantzig's bound
 * of the knapsack), since what does not fit is passed over for a cheaper segment. O(n log n).
 * @returns for each curve the number of the point it is bought up to, or undefined where nothing is bought
 */
export function allocate(curves: readonly (readonly GainPoint[])[], budget: number): readonly (number | undefined)[] {
  const segments = curves.flatMap(segmentsOf).sort((a, b) => b.slope - a.slope || a.curve - b.curve || a.to - b.to);
  const bought: (number | undefined)[] = curves.map(() => undefined);
  const closed = new Set<number>();
  let left = budget;
  for (const { curve, to, tokens, slope } of segments) {
    if (slope <= 0 || closed.has(curve)) continue;
    if (tokens > left) {
      // What comes after it on its curve builds on it.
      closed.add(curve);
      continue;
    }
    left -= tokens;
    bought[curve] = to;
  }
  return bought;
}

/** The sides of the curve's upper concave hull, from nothing on; their slopes fall. */
function segmentsOf(points: readonly GainPoint[], curve: number): Segment[] {
  const hull: { point: GainPoint; place: number }[] = [{ point: { tokens: 0, gain: 0 }, place: -1 }];
  const ordered = points.map((point, place) => ({ point, place })).sort((a, b) => a.point.tokens - b.point.tokens);
  for (const next of ordered) {
    while (hull.length > 1 && isHidden(hull.at(-2)?.point, hull.at(-1)?.point, next.point)) hull.pop();
    if (next.point.tokens > (hull.at(-1)?.point.tokens ?? 0)) hull.push(next);
  }
  return hull.slice(1).map(({ point, place }, i) => {
    const before = hull[i]?.point ?? { tokens: 0, gain: 0 };
    return { curve, to: place, tokens: point.tokens - before.tokens, slope: slopeOf(before, point) };
  });
}

function slopeOf(from: GainPoint, to: GainPoint): number {
  return (to.gain - from.gain) / (to.tokens - from.tokens);
}

function isHidden(before: GainPoint | undefined, middle: GainPoint | undefined, after: GainPoint): boolean {
  if (before === undefined || middle === undefined) return false;
  if (after.tokens === middle.tokens) return after.gain >= middle.gain;
  return slopeOf(middle, after) >= slopeOf(before, middle);
}
