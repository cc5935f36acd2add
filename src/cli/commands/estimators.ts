import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { openTools } from '../../compose/compose.ts';
import { type CheckRequest, type CheckRow, listEstimators, startCheck, trapsOfRows, trapsOfWorld } from '../../compose/estimator-tools.ts';
import { type Config, loadConfig } from '../../config.ts';
import { IsthmusError } from '../../domain/errors.ts';
import { parseScoreRows } from '../../pipeline/score-rows-input.ts';
import type { Io } from '../io.ts';
import { applyOverrides } from '../overrides.ts';
import { progressBar } from '../progress.ts';
import { EXIT, interruptible } from '../run-command.ts';
import { drawCalibration } from '../views/calibration-chart.ts';
import { writeCalibration } from '../views/calibration-page.ts';
import { renderCheck, renderEstimators, renderTraps } from '../views/estimators-view.ts';
import { wholeNumber } from '../whole-number.ts';
import { readInput } from './score.ts';

interface CommonFlags {
  readonly json?: boolean;
  readonly config?: string;
}

interface CheckFlags extends CommonFlags {
  readonly runs: number;
  readonly contexts: number;
  readonly seed: number;
  readonly only?: string;
  readonly out?: string;
}

interface TrapFlags extends CommonFlags {
  readonly jsonl?: string;
  readonly scorer?: string;
  readonly failures: number;
  readonly contexts: number;
  readonly seed: number;
}

const ABOUT = `
A bit here says which of N contexts a summary was made from: identification, not relevance. Each estimator states what it
estimates at finite N (its estimand), on which side of the truth that lies, and where it stops growing.

Examples:
  isthmus estimators list                          what there is, and what each figure means
  isthmus estimators check --runs 100              against channels of known information, in about a minute
  isthmus estimators traps                         by how much each mistake of the published code moves a figure
  isthmus estimators traps --jsonl summaries.jsonl the same on summaries of your own`;

export function addEstimators(program: Command, io: Io, exit: (code: number) => void): void {
  const estimators = program
    .command('estimators')
    .description('what a bit is: list, calibrate and question the estimators')
    .addHelpText('after', ABOUT);
  addList(estimators, io, exit);
  addCheck(estimators, io, exit);
  addTraps(estimators, io, exit);
}

function addList(estimators: Command, io: Io, exit: (code: number) => void): void {
  estimators
    .command('list')
    .description('each estimator: unit, side of the truth, ceiling, cost in scorings, source')
    .option('--json', 'print as JSON')
    .option('--config <file>', 'configuration file')
    .action(async (flags: CommonFlags) => {
      await using tools = await openTools(await configOf(flags, io));
      const listed = listEstimators(tools.registry);
      io.write(flags.json === true ? JSON.stringify(listed, null, 2) : renderEstimators(listed, io));
      exit(EXIT.ok);
    });
}

function addCheck(estimators: Command, io: Io, exit: (code: number) => void): void {
  estimators
    .command('check')
    .description('hold each estimator against channels of known information: expectation, side, coverage of the interval')
    .option('--runs <n>', 'repetitions of each figure; the committed table has 1000', wholeNumber(2), 200)
    .option('--contexts <n>', 'N: documents and contexts of each repetition, even', wholeNumber(2), 32)
    .option('--only <ids>', 'estimators, separated by commas')
    .option('--seed <n>', 'decides all draws', wholeNumber(0), 1)
    .option('--out <folder>', 'also write estimators.md and estimators.svg there')
    .option('--json', 'print rows as JSON lines, in nats')
    .option('--config <file>', 'configuration file')
    .addHelpText(
      'after',
      '\nThe exit status is 1 when the mean of an estimator is not its expectation; an interval that covers too little or too much is reported, since near a ceiling no interval can do better.',
    )
    .action(async (flags: CheckFlags) => {
      const config = await configOf(flags, io);
      exit(await interruptible(io, (signal) => check(flags, { config, signal }, io)));
    });
}

async function check(flags: CheckFlags, { config, signal }: { config: Config; signal: AbortSignal }, io: Io): Promise<number> {
  await using tools = await openTools(config);
  const listed = listEstimators(tools.registry);
  const request = checkRequest(
    flags,
    listed.map(({ id }) => id),
  );
  const { rows, count } = startCheck(request, tools.registry);
  const done: CheckRow[] = [];
  for (const row of rows) {
    done.push(row);
    io.progress(progressBar('check', done.length, count));
    // The work is plain arithmetic on this thread: the signal is heard only where it is waited for.
    await new Promise((proceed) => setImmediate(proceed));
    if (signal.aborted) throw new IsthmusError('aborted', `Stopped after ${done.length} of ${count} rows.`);
  }
  if (flags.json === true) for (const row of done) io.write(JSON.stringify(row));
  else io.write(renderCheck(done, io.colors));
  if (flags.out !== undefined) {
    const folder = resolve(io.cwd, flags.out);
    await mkdir(folder, { recursive: true });
    const traps = trapsOfWorld({ contexts: request.contexts, failureRate: 0.01, seed: request.seed });
    await writeFile(join(folder, 'estimators.svg'), drawCalibration(done));
    await writeFile(join(folder, 'estimators.md'), writeCalibration({ listed, rows: done, traps, request }));
    io.note(`Written: ${join(flags.out, 'estimators.md')} and estimators.svg`);
  }
  return done.every((row) => row.isUnbiased) ? EXIT.ok : EXIT.failed;
}

function checkRequest({ runs, contexts, seed, only }: CheckFlags, known: readonly string[]): CheckRequest {
  if (contexts < 6 || contexts % 2 !== 0)
    throw new IsthmusError(
      'invalid-input',
      `Expected --contexts as an even number from 6 (one estimator deals documents to two halves, each needs 3), but got ${contexts}.`,
    );
  if (only === undefined) return { runs, contexts, seed };
  const estimators = only.split(',').map((id) => id.trim());
  const unknown = estimators.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new IsthmusError('unknown-plugin', `Expected some of the estimators ${known.join(', ')}, but got "${unknown}".`);
  return { runs, contexts, seed, estimators };
}

function addTraps(estimators: Command, io: Io, exit: (code: number) => void): void {
  estimators
    .command('traps')
    .description('by how much each mistake of the published code moves the figure: in a world with known information, or on your rows')
    .option('--jsonl <file>', 'rows {"x": source, "q": question, "z": summary}, one a line; - for standard input')
    .option('--scorer <model>', 'with --jsonl: whose log-probabilities are the bits')
    .option('--failures <share>', 'share of scorings that are taken to fail', Number, 0.01)
    .option('--contexts <n>', 'without --jsonl: N', wholeNumber(2), 32)
    .option('--seed <n>', 'decides which scorings fail, and the world', wholeNumber(0), 1)
    .option('--json', 'print as JSON, in nats')
    .option('--config <file>', 'configuration file')
    .addHelpText('after', '\nExample:\n  isthmus estimators traps --jsonl summaries.jsonl --scorer models/qwen2.5-7b.gguf')
    .action(async (flags: TrapFlags) => {
      const loaded = await configOf(flags, io);
      const config = applyOverrides(loaded, { ...(flags.scorer === undefined ? {} : { scorer: flags.scorer }) }, io.cwd);
      exit(await interruptible(io, (signal) => traps(flags, { config, signal }, io)));
    });
}

async function traps(flags: TrapFlags, { config, signal }: { config: Config; signal: AbortSignal }, io: Io): Promise<number> {
  const { failures: failureRate, seed, contexts } = flags;
  if (!(failureRate >= 0 && failureRate <= 1))
    throw new IsthmusError('invalid-input', `Expected --failures as a share from 0 to 1, but got ${failureRate}.`);
  const report =
    flags.jsonl === undefined
      ? trapsOfWorld({ contexts, failureRate, seed })
      : await trapsOfFile(flags.jsonl, { failureRate, seed }, { config, signal }, io);
  io.write(flags.json === true ? JSON.stringify(report) : renderTraps(report, io.colors));
  return EXIT.ok;
}

async function trapsOfFile(
  file: string,
  settings: { readonly failureRate: number; readonly seed: number },
  { config, signal }: { config: Config; signal: AbortSignal },
  io: Io,
): ReturnType<typeof trapsOfRows> {
  if (config.scorer === null)
    throw new IsthmusError('invalid-input', 'Expected a scorer, but the configuration says null; name one with --scorer.');
  const rows = parseScoreRows(await readInput(file, io), file);
  await using tools = await openTools(config);
  const scorer = await tools.models.open(config.scorer);
  const onProgress = (done: number, of: number) => io.progress(progressBar('score', done, of));
  return await trapsOfRows({ rows, ...settings, onProgress }, { scorer, context: { signal, record: () => {} } });
}

function configOf({ config }: CommonFlags, io: Io): Promise<Config> {
  return loadConfig({ cwd: io.cwd, ...(config === undefined ? {} : { file: config }) });
}
