/**
 * Patches whose optimum is known: g(t) = total · (1 − e^(−decay t)) (Charnov 1976). The closed forms are what foragers are held against.
 */
export interface GainCurve {
  /** What the patch holds. */
  readonly total: number;
  readonly decay: number;
}

export function gainAt({ total, decay }: GainCurve, time: number): number {
  return -total * Math.expm1(-decay * time);
}

/** The stay after which g′(t) = rate: ln(decay · total / rate) / decay, or none where even the first moment gives less. */
export function stayUnder({ total, decay }: GainCurve, rate: number): number {
  return Math.max(0, Math.log((decay * total) / rate) / decay);
}

/**
 * R*, the best long-run rate where every patch must be travelled to and each is as frequent as it is listed: the fixed point of
 * R = Σ g_i(t_i(R)) / Σ (travel + t_i(R)). From below, each turn is better than the last (Dinkelbach 1967).
 * @throws RangeError without travel, when no stay is too short.
 */
export function bestRateOf(curves: readonly GainCurve[], travel: number): number {
  if (!(travel > 0) || curves.length === 0) throw new RangeError(`Expected curves and a travel cost above 0, but got ${travel}.`);
  let rate = curves.reduce((sum, curve) => sum + gainAt(curve, travel), 0) / (2 * travel * curves.length);
  for (let turn = 0; turn < 100; turn++) {
    const stays = curves.map((curve) => stayUnder(curve, rate));
    const gain = curves.reduce((sum, curve, i) => sum + gainAt(curve, stays[i] ?? 0), 0);
    const next = gain / stays.reduce((sum, stay) => sum + stay, travel * curves.length);
    if (Math.abs(next - rate) <= 1e-14 * rate) return next;
    rate = next;
  }
  return rate;
}
