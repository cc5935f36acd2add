/**
 * Measures Isthmus on this machine: `npm run bench`, `npm run bench -- --only scoring --json`.
 *
 * A bench informs and does not judge: a missed target is shown and the exit status stays 0, since a busy machine misses too.
 */
import { parseArgs } from 'node:util';
import { renderTable } from '../../src/cli/views/table.ts';
import { apiBench } from './api.ts';
import { dashboardBench } from './dashboard.ts';
import { decodingBench } from './decoding.ts';
import { gpuBench } from './gpu.ts';
import { growthBench } from './growth.ts';
import { orchestrationBench } from './orchestration.ts';
import { prefixBench } from './prefix.ts';
import { retrievalBench } from './retrieval.ts';
import type { BenchRow } from './row.ts';
import { samplesBench } from './samples.ts';
import { scoringBench } from './scoring.ts';

/** A new group is a file beside this one and a line here. */
const GROUPS: Readonly<Record<string, (flags: Flags) => Promise<BenchRow[]>>> = {
  scoring: scoringBench,
  api: apiBench,
  samples: samplesBench,
  dashboard: dashboardBench,
  retrieval: retrievalBench,
  orchestration: orchestrationBench,
  growth: growthBench,
  decoding: decodingBench,
  prefix: prefixBench,
  gpu: gpuBench,
};

const USAGE = `Usage: npm run bench -- [--only <group>] [--data <folder>] [--runs <n>] [--json]
  --only <group>  one of: ${Object.keys(GROUPS).join(', ')}
  --data <folder> long articles with questions, for retrieval: documents.jsonl.gz and questions.jsonl.gz
  --runs <n>      for orchestration: a shorter form than its 200 runs
  --json          an array of rows {name, value, unit, target, holds} and nothing else on stdout
`;

interface Flags {
  readonly only?: string | undefined;
  readonly data?: string | undefined;
  readonly runs?: number | undefined;
  readonly json?: boolean | undefined;
  readonly help?: boolean | undefined;
}

/** The flags, or in words what is wrong with them. */
function readFlags(): Flags | string {
  const options = {
    only: { type: 'string' },
    data: { type: 'string' },
    runs: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  try {
    const { values } = parseArgs({ options });
    const { only, runs = '200', ...rest } = values;
    if (only !== undefined && !Object.hasOwn(GROUPS, only)) return `There is no group "${only}".`;
    if (!/^[1-9]\d{0,5}$/.test(runs)) return `Expected --runs to be a whole number above 0, but it is "${runs}".`;
    return { ...rest, only, runs: Number(runs) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function measure(flags: Flags): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [group, bench] of Object.entries(GROUPS)) {
    if (flags.only !== undefined && group !== flags.only) continue;
    process.stderr.write(`measuring ${group}…\n`);
    rows.push(...(await bench(flags)));
  }
  return rows;
}

function render(rows: readonly BenchRow[]): string {
  const columns = [
    { title: 'measured' },
    { title: 'value', align: 'right' },
    { title: 'unit' },
    { title: 'target' },
    { title: 'holds' },
  ] as const;
  const cells = rows.map(({ name, value, unit, target, holds }) => [name, figure(value), unit, target, verdict(holds)]);
  return renderTable(columns, cells);
}

/** Three significant digits, and all of a whole number. */
function figure(value: number): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function verdict(holds: boolean | null): string {
  if (holds === null) return '';
  return holds ? 'yes' : 'no';
}

async function main(): Promise<number> {
  const flags = readFlags();
  if (typeof flags === 'string') {
    process.stderr.write(`${flags}\n${USAGE}`);
    return 2;
  }
  if (flags.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const rows = await measure(flags);
  process.stdout.write(`${flags.json === true ? JSON.stringify(rows, null, 2) : render(rows)}\n`);
  return 0;
}

process.exitCode = await main();
