import type { ChaosResult } from './chaos.ts';
import { FAULT_NAMES } from './faults.ts';

/** How many breaks of one invariant are told. */
const TOLD = 10;

export function isSound({ checks }: ChaosResult): boolean {
  return checks.every(({ broken }) => broken.length === 0);
}

/** Figures without the logs behind them. */
export function toJson({ seed, durationMs, checks, evidence }: ChaosResult): string {
  return JSON.stringify({ seed, durationMs, runs: evidence.runs.length, faults: faultCounts(evidence.injections), checks }, null, 2);
}

/** Faults by how often they happened, then a line for each invariant, then what breaks them and the way to see it again. */
export function render(result: ChaosResult, command: string): string {
  const { seed, durationMs, checks, evidence } = result;
  const faults = Object.entries(faultCounts(evidence.injections)).map(([name, count]) => `  ${name.padEnd(20)} ${count}`);
  const lines = checks.map(({ name, figures, broken }) => {
    const words = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
    return `  ${broken.length === 0 ? 'holds ' : 'BROKEN'}  ${name.padEnd(48)} ${words.join(', ')}`;
  });
  const told = checks.flatMap(({ name, broken }) => {
    if (broken.length === 0) return [];
    const more = broken.length > TOLD ? [`  and ${broken.length - TOLD} more`] : [];
    return ['', `Broken: ${name}`, ...broken.slice(0, TOLD).map((what) => `  ${what}`), ...more];
  });
  const again = told.length === 0 ? [] : ['', `Again: ${command}`];
  const head = `${evidence.runs.length} runs, seed ${seed}, ${Math.round(durationMs / 1000)} s`;
  return [head, '', 'Faults', ...(faults.length === 0 ? ['  none'] : faults), '', 'Invariants', ...lines, ...told, ...again].join('\n');
}

function faultCounts(injections: ChaosResult['evidence']['injections']): Readonly<Record<string, number>> {
  const counted = FAULT_NAMES.map((name) => [name, injections.filter((injection) => injection.name === name).length] as const);
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}
