/**
 * Does every run end, and does every bill add up, while processes and servers die?
 *
 *     npm run chaos -- --runs 100 --seed 7
 *
 * docs/chaos.md tells what happens and what is checked.
 */
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';
import { FAULT_NAMES, type FaultName } from './faults.ts';
import { readOrExplain } from './read-flags.ts';
import { isSound, render, toJson } from './render.ts';

const USAGE = `Usage: npm run chaos -- [--runs <n>] [--seed <n>] [--faults <name,...>] [--batch <n>] [--json]
  --runs <n>     default 20
  --seed <n>     decides what happens and when; default 7
  --faults <..>  of ${FAULT_NAMES.join(', ')}; default: all
  --batch <n>    runs between two mendings; default 10
  --json         figures as JSON
Exit status 1 when an invariant is broken. It needs redis-server, postgres and Linux; a full disk also needs the right to mount.
`;

const OPTIONS = {
  runs: { type: 'string', default: '20' },
  seed: { type: 'string', default: '7' },
  batch: { type: 'string', default: '10' },
  faults: { type: 'string', default: FAULT_NAMES.join(',') },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function readFlags() {
  const { values } = parseArgs({ options: OPTIONS });
  const [runs, seed, batchSize] = [values.runs, values.seed, values.batch].map(Number) as [number, number, number];
  if (![runs, batchSize].every((count) => Number.isInteger(count) && count > 0) || !Number.isInteger(seed))
    throw new Error('Expected whole numbers as --runs, --seed and --batch.');
  const faults = values.faults.split(',').filter((name) => name !== '');
  const unknown = faults.filter((name) => !FAULT_NAMES.includes(name as FaultName));
  if (unknown.length > 0) throw new Error(`Expected names of faults, but got ${unknown.join(', ')}.`);
  return { ...values, runs, seed, batchSize, faults: faults as FaultName[] };
}

async function main(): Promise<number> {
  const flags = readOrExplain(readFlags, USAGE);
  if (typeof flags === 'number') return flags;
  const result = await runChaos({ ...flags, onProgress: (line) => void process.stderr.write(`${line}\n`) });
  const { runs, seed, batchSize, faults } = flags;
  const command = `npm run chaos -- --runs ${runs} --seed ${seed} --batch ${batchSize} --faults ${faults.join(',')}`;
  process.stdout.write(`${flags.json ? toJson(result) : render(result, command)}\n`);
  return isSound(result) ? 0 : 1;
}

process.exitCode = await main();
