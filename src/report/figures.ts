/** 12345 → 12,345 */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** NaN is no figure: –. */
export function fixed(value: number, digits: number): string {
  if (Number.isFinite(value)) return value.toFixed(digits);
  if (Number.isNaN(value)) return '–';
  return value > 0 ? '∞' : '−∞';
}

export function percent(share: number): string {
  return Number.isNaN(share) ? '–' : `${Math.round(share * 100)}%`;
}

/** Dollars with as many digits as small amounts need; `unpriced` is not zero. */
export function usd(microUsd: number | undefined): string {
  if (microUsd === undefined) return 'unpriced';
  const dollars = microUsd / 1_000_000;
  return `$${dollars.toFixed(dollars !== 0 && Math.abs(dollars) < 0.01 ? 6 : 4)}`;
}

export function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** 1.2e12 → 1.2 TFLOP */
export function flops(value: number): string {
  const units = ['', 'k', 'M', 'G', 'T', 'P'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${(value / 1000 ** power).toFixed(1)} ${units[power]}FLOP`;
}
