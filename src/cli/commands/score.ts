import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openTools, type Tools } from '../../compose/compose.ts';
import { createTextTools } from '../../compose/text-tools.ts';
import { type Config, loadConfig } from '../../config.ts';
import { IsthmusError } from '../../domain/errors.ts';
import type { PluginChoice } from '../../domain/run.ts';
import { parseScoreRows } from '../../pipeline/score-rows-input.ts';
import type { Io } from '../io.ts';
import { applyOverrides } from '../overrides.ts';
import { EXIT, interruptible } from '../run-command.ts';
import { renderScores } from '../views/score-view.ts';
import { wholeNumber } from '../whole-number.ts';
import { readAll } from './compress.ts';

interface ScoreFlags {
  readonly jsonl: string;
  readonly scorer?: string;
  readonly estimator: string;
  readonly seed?: number;
  readonly show: number;
  readonly json?: boolean;
  readonly config?: string;
}

export function addScore(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('score')
    .description('score summaries made by any model anywhere: bits, rates, a heat map; no run, no database')
    .requiredOption(
      '--jsonl <file>',
      'rows {"x": source, "q": question, "z": summary, "y": answer, if known}, one a line; - for standard input',
    )
    .option('--scorer <model>', 'whose log-probabilities are the bits: a configured name or a .gguf file')
    .option(
      '--estimator <id>',
      'panel (each row against 15 others), monte-carlo (all against all), or another of `isthmus estimators list`',
      'panel',
    )
    .option('--seed <n>', 'decides the panel', wholeNumber(0))
    .option('--show <n>', 'heat maps to show', wholeNumber(0), 10)
    .option('--json', 'print as JSON lines, one a row, then the estimate')
    .option('--config <file>', 'configuration file')
    .addHelpText(
      'after',
      '\nExample:\n  isthmus score --jsonl summaries.jsonl --scorer models/qwen2.5-7b.gguf\n\nA row is compared with the sources of the other rows, so give at least two rows with different x.',
    )
    .action(async (flags: ScoreFlags) => {
      const loaded = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
      const config = applyOverrides(loaded, { ...(flags.scorer === undefined ? {} : { scorer: flags.scorer }) }, io.cwd);
      exit(await interruptible(io, (signal) => score(flags, { config, signal }, io)));
    });
}

async function score(flags: ScoreFlags, { config, signal }: { config: Config; signal: AbortSignal }, io: Io): Promise<number> {
  if (config.scorer === null)
    throw new IsthmusError('invalid-input', 'Expected a scorer, but the configuration says null; name one with --scorer.');
  const rows = parseScoreRows(await readInput(flags.jsonl, io), flags.jsonl);
  await using tools = await openTools(config);
  const { result, scorer, estimator } = await createTextTools(tools).score({ rows, estimator: flags.estimator, seed: flags.seed }, signal);
  if (flags.json === true) {
    for (const row of result.rows) io.write(JSON.stringify(row));
    io.write(JSON.stringify({ estimate: result.estimate, scorer, estimator }));
  } else io.write(renderScores(result, { show: flags.show, scorer: scorer.name, unit: unitOf(tools.registry, estimator) }, io.colors));
  return EXIT.ok;
}

function unitOf(registry: Tools['registry'], choice: PluginChoice): string {
  return registry.create('estimator', choice, undefined).card.unit;
}

export async function readInput(file: string, io: Io, expected = 'a JSON lines file'): Promise<string> {
  if (file === '-') return readAll(io.stdin);
  try {
    return await readFile(resolve(io.cwd, file), 'utf8');
  } catch (cause) {
    throw new IsthmusError('invalid-input', `Expected ${expected} at ${file}, but it cannot be read.`, { cause });
  }
}
