/** One row of a regression: its features, and whether it is of the class whose odds are modelled. */
export interface LabelledFeatures {
  readonly features: readonly number[];
  readonly isPositive: boolean;
}

/** Log-odds of a row by its features. */
export type LogOdds = (features: readonly number[]) => number;

/** Of each standardised weight, in units of the log-likelihood: enough to keep separable rows finite, too little to shrink others. */
const RIDGE = 1e-2;
const STEPS = 30;

/**
 * Logistic regression by Newton's method on standardised features. No rows, or a feature without any spread, gives that feature no weight.
 */
export function fitLogistic(rows: readonly LabelledFeatures[]): LogOdds {
  const width = rows[0]?.features.length ?? 0;
  const scales = Array.from({ length: width }, (_, i) => scaleOf(rows.map(({ features }) => features[i] ?? 0)));
  const standardise = (features: readonly number[]): number[] => [
    1,
    ...scales.map(({ mean, spread }, i) => (spread === 0 ? 0 : ((features[i] ?? 0) - mean) / spread)),
  ];
  const inputs = rows.map(({ features, isPositive }) => ({ x: standardise(features), y: isPositive ? 1 : 0 }));
  let weights = Array.from({ length: width + 1 }, () => 0);
  for (let step = 0; step < STEPS; step++) {
    const slope = weights.map((weight) => -RIDGE * weight);
    const curvature = weights.map((_w, i) => weights.map((_v, j): number => (i === j ? RIDGE : 0)));
    for (const { x, y } of inputs) {
      const p = 1 / (1 + Math.exp(-dot(weights, x)));
      x.forEach((value, i) => {
        slope[i] = (slope[i] ?? 0) + (y - p) * value;
        const line = curvature[i] ?? [];
        x.forEach((other, j) => {
          line[j] = (line[j] ?? 0) + p * (1 - p) * value * other;
        });
      });
    }
    const move = solve(curvature, slope);
    weights = weights.map((weight, i) => weight + (move[i] ?? 0));
  }
  return (features) => dot(weights, standardise(features));
}

function scaleOf(values: readonly number[]): { readonly mean: number; readonly spread: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, spread: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

/** A x = b for a symmetric positive definite A, by elimination: the ridge makes every pivot positive. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const lines = matrix.map((line, i) => [...line, right[i] ?? 0]);
  lines.forEach((pivot, at) => {
    for (const line of lines.slice(at + 1)) {
      const factor = (line[at] ?? 0) / (pivot[at] ?? 1);
      pivot.forEach((value, j) => {
        line[j] = (line[j] ?? 0) - factor * value;
      });
    }
  });
  const solution = right.map(() => 0);
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at] ?? [];
    const known = solution.reduce((sum, value, j) => (j > at ? sum + value * (line[j] ?? 0) : sum), 0);
    solution[at] = ((line.at(-1) ?? 0) - known) / (line[at] ?? 1);
  }
  return solution;
}
