import { line, selectLast, text } from '@observablehq/plot';
import { toSvg } from '../report/chart.ts';
import type { SoakResult } from './soak.ts';

/** What a process may gain in an hour after it has warmed up, as a share of what it holds. */
export const FLAT_WITHIN = 0.05;

export function isFlat({ trends, troubles }: SoakResult): boolean {
  return troubles.length === 0 && trends.every(({ growth }) => growth <= FLAT_WITHIN);
}

/** A line for each process, then what went wrong. */
export function render({ durationMs, trends, served, troubles }: SoakResult): string {
  const head = `${Math.round(durationMs / 60_000)} minutes; runs: ${Object.entries(served).map(([where, runs]) => `${runs} ${where}`)}`;
  const title = '          process             MiB early    late    most    MiB an hour         before collecting';
  const rows = trends.map(({ process, earlyMiB, lateMiB, mostMiB, slope, growth, growthAsItStands }) => {
    const figures = [earlyMiB, lateMiB, mostMiB].map((mib) => mib.toFixed(0).padStart(8)).join('');
    const verdict = growth <= FLAT_WITHIN ? 'flat  ' : 'GROWS ';
    const asItStands = `${(100 * growthAsItStands).toFixed(1)}%`.padStart(12);
    return `  ${verdict}  ${process.padEnd(20)} ${figures}   ${slope.toFixed(1).padStart(8)} ${`(${(100 * growth).toFixed(1)}%)`.padEnd(8)} ${asItStands}`;
  });
  const told = troubles.length === 0 ? [] : ['', `${troubles.length} troubles`, ...troubles.slice(0, 10).map((trouble) => `  ${trouble}`)];
  return [head, '', title, ...rows, ...told].join('\n');
}

/** Minutes to the right, the resident memory in MiB that each process keeps when it has collected its garbage upwards, a line for each. */
export function draw({ samples }: SoakResult): string {
  const points = samples
    .filter(({ isCollected }) => isCollected)
    .map(({ atMs, process, mib }) => ({ minutes: atMs / 60_000, process, mib }));
  const svg = toSvg(
    {
      width: 860,
      height: 420,
      marginLeft: 50,
      marginRight: 130,
      x: { label: 'minutes' },
      y: { label: 'resident memory, garbage collected, MiB', grid: true, zero: true },
      color: { scheme: 'category10', legend: false },
      marks: [
        line(points, { x: 'minutes', y: 'mib', stroke: 'process' }),
        text(points, selectLast({ x: 'minutes', y: 'mib', z: 'process', text: 'process', fill: 'process', textAnchor: 'start', dx: 4 })),
      ],
    },
    'Resident memory of each process over time, garbage collected',
  );
  return String(svg).replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
}

export function toCsv({ samples }: SoakResult): string {
  const rows = samples.map(({ atMs, process, mib, isCollected }) => `${Math.round(atMs)},${process},${mib.toFixed(1)},${isCollected}`);
  return ['at_ms,process,mib,is_collected', ...rows].join('\n');
}
