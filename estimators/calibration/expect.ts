import { groupBy } from '../../src/domain/group.ts';
import type { Branch, Expectation, Level } from './channel.ts';

/**
 * E[ own − log mean ] over branches, exactly: no draw is made. For independent foreign levels g_1 … g_m and S their sum,
 *
 *     E log(a + S) = ∫ ( e^(−e^u) − e^(−a·e^u) · φ(e^u)^m ) du,      φ(t) = E e^(−t·g)          (Frullani's integral, t = e^u)
 *
 * so the sum over all combinations of levels, of which there are too many, becomes an integral over one variable. The integrand is
 * smooth and ends fast on both sides, where the trapezoid rule is as exact as doubles are; `u = sinh v` reaches far levels.
 * +∞ where all levels can be impossible and the own context is left out.
 */
export function expectValue(branches: readonly Branch[], { contexts, mixture, temperature }: Expectation): number {
  const hasOwn = mixture === 'all';
  const count = hasOwn ? contexts : contexts - 1;
  let sum = 0;
  // Branches that share their foreign levels share φ, which is what takes time.
  for (const group of groupBy(branches, ({ foreign }) => foreign).values()) {
    const foreign = (group[0]?.foreign ?? []).map(({ probability, logProb }) => ({ probability, logProb: logProb / temperature }));
    const own = group.map(({ probability, own: logProb }) => ({ probability, logProb: logProb / temperature }));
    const weight = own.reduce((total, { probability }) => total + probability, 0);
    if (weight === 0) continue;
    const mean = own.reduce((total, { probability, logProb }) => total + probability * logProb, 0);
    sum += mean - weight * (expectLogSum({ own: hasOwn ? own : [], foreign, draws: contexts - 1 }) - Math.log(count));
  }
  return sum;
}

interface LogSum {
  /** The own context's levels, one of which is in the sum; none where it is left out. */
  readonly own: readonly Level[];
  readonly foreign: readonly Level[];
  readonly draws: number;
}

const STEP = 1 / 64;

/** E log( [e^own +] Σ e^foreign ) over `draws` independent foreign levels. */
function expectLogSum({ own, foreign, draws }: LogSum): number {
  const isPossible = ({ logProb, probability }: Level) => logProb > Number.NEGATIVE_INFINITY && probability > 0;
  const possible = foreign.filter(isPossible);
  const never = Math.max(0, 1 - total(possible));
  if (own.length === 0 && never > 1e-12) return Number.NEGATIVE_INFINITY;
  const logs = (own.length === 0 ? possible : own.filter(isPossible)).map(({ logProb }) => logProb);
  const highest = Math.max(...logs, ...possible.map(({ logProb }) => logProb));
  const from = Math.asinh(-36 - Math.max(0, highest));
  const to = Math.asinh(6 - Math.min(0, ...logs));
  const steps = Math.ceil((to - from) / STEP);
  let sum = 0;
  for (let k = 0; k <= steps; k++) {
    const v = from + ((to - from) * k) / steps;
    const u = Math.sinh(v);
    const weight = (k === 0 || k === steps ? 0.5 : 1) * Math.cosh(v);
    const ownPart = own.length === 0 ? 1 : laplace(own, u) / total(own);
    sum += weight * (Math.exp(-Math.exp(u)) - ownPart * (never + laplace(possible, u)) ** draws);
  }
  return (sum * (to - from)) / steps;
}

function total(levels: readonly Level[]): number {
  return levels.reduce((sum, { probability }) => sum + probability, 0);
}

function laplace(levels: readonly Level[], u: number): number {
  let sum = 0;
  for (const { probability, logProb } of levels) sum += probability * Math.exp(-Math.exp(u + logProb));
  return sum;
}
