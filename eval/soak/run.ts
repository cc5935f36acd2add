/**
 * Does any process of the product grow under even load?
 *
 *     npm run soak -- --minutes 60 --to soak
 *
 * docs/chaos.md tells what runs and what is looked at.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readOrExplain } from '../chaos/read-flags.ts';
import { draw, FLAT_WITHIN, isFlat, render, toCsv } from './render.ts';
import { soak } from './soak.ts';

const USAGE = `Usage: npm run soak -- [--minutes <n>] [--every <seconds>] [--pause <seconds>] [--to <path>]
  --minutes <n>      default 60
  --every <seconds>  between two looks at the memory; default 10
  --pause <seconds>  between the end of a run and the next; default 0.2
  --to <path>        writes <path>.csv and <path>.svg
Exit status 1 when a process grows by more than ${100 * FLAT_WITHIN}% an hour after its first third, ends, or answers wrongly. It needs
redis-server, postgres and Linux.
`;

const OPTIONS = {
  minutes: { type: 'string', default: '60' },
  every: { type: 'string', default: '10' },
  pause: { type: 'string', default: '0.2' },
  to: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

function readFlags() {
  const { values } = parseArgs({ options: OPTIONS });
  const [minutes, every, pause] = [values.minutes, values.every, values.pause].map(Number) as [number, number, number];
  if (![minutes, every].every((figure) => figure > 0) || !(pause >= 0))
    throw new Error('Expected positive numbers as --minutes and --every, and none below 0 as --pause.');
  return { ...values, minutes, every, pause };
}

async function main(): Promise<number> {
  const flags = readOrExplain(readFlags, USAGE);
  if (typeof flags === 'number') return flags;
  const times = { durationMs: flags.minutes * 60_000, everyMs: flags.every * 1_000, pauseMs: flags.pause * 1_000 };
  const result = await soak({ ...times, onProgress: (line) => void process.stderr.write(`${line}\n`) });
  process.stdout.write(`${render(result)}\n`);
  if (flags.to !== undefined) {
    await writeFile(`${flags.to}.csv`, `${toCsv(result)}\n`);
    await writeFile(`${flags.to}.svg`, `${draw(result)}\n`);
  }
  return isFlat(result) ? 0 : 1;
}

process.exitCode = await main();
