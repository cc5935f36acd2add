import { type Command, Option } from 'commander';
import { type CompareArm, type ComparedArm, compareArms } from '../../compose/compare-tools.ts';
import { type Config, loadConfig } from '../../config.ts';
import { IsthmusError } from '../../domain/errors.ts';
import type { Io } from '../io.ts';
import { applyOverrides } from '../overrides.ts';
import { EXIT, interruptible } from '../run-command.ts';
import { renderComparison } from '../views/compare-view.ts';
import { wholeNumber } from '../whole-number.ts';
import { requestOf } from './research.ts';

interface CompareFlags {
  readonly docs: readonly string[];
  readonly arms: string;
  readonly tokens: number;
  readonly predictor?: string;
  readonly scorer?: string;
  readonly set?: readonly string[];
  readonly seed?: number;
  readonly json?: boolean;
  readonly config?: string;
}

/** Raw chunks, sentences by word counts, what the configuration compresses with, and the forager. */
const USUAL_ARMS = 'top-k,map-reduce/extractive,map-reduce,forage';

export function addCompare(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('compare')
    .description('answer one question in several ways, side by side: answers, tokens, dollars, seconds')
    .argument('<question>', 'what you want to know')
    .requiredOption('--docs <path...>', 'folders and files to read: PDF, HTML, DOCX, CSV, JSON, mail, code, Markdown, text')
    .option('--arms <list>', 'separated by commas: <strategy>, or <strategy>/<compressor>[@model]', USUAL_ARMS)
    .option('--tokens <n>', 'evidence that the predictor is shown, the same for all', wholeNumber(1), 400)
    .option('--predictor <id[@model]>', 'who answers, for all')
    .option('--scorer <model>', 'whose log-probabilities are the bits; "none" scores nothing')
    .option('--set <settings...>', 'options for all: <part>.<option>=<value>')
    .option('--seed <n>', 'decides the panel and any sampling', wholeNumber(0))
    .option('--json', 'print everything as JSON')
    .addOption(new Option('--config <file>', 'configuration file (default: isthmus.config.yaml)'))
    .addHelpText('after', ABOUT)
    .action(async (question: string, flags: CompareFlags) =>
      exit(await interruptible(io, (signal) => compare(question, { flags, signal }, io))),
    );
}

const ABOUT = `
Every way works in a store of its own, so none profits from what another has read. What differs is what the predictor is
shown; how much is the same for all.

Examples:
  isthmus compare "When was the canal opened?" --docs notes/
  isthmus compare "…" --docs reports/ --tokens 1000 --predictor openai@gpt-4o-mini
  isthmus compare "…" --docs notes/ --arms top-k,map-reduce/abstractive@big.gguf,multi-query,closed-book`;

async function compare(
  question: string,
  { flags, signal }: { readonly flags: CompareFlags; readonly signal: AbortSignal },
  io: Io,
): Promise<number> {
  const loaded = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
  const arms = armsOf(flags.arms).map((name) => toArm(name, { flags, config: loaded, cwd: io.cwd }));
  const rows = await compareArms(
    {
      locations: flags.docs,
      arms,
      request: ({ config }) => requestOf(question, { docs: flags.docs, ...(flags.seed === undefined ? {} : { seed: flags.seed }) }, config),
      onArm: (name, place, of) => io.progress(`${name} (${place + 1} of ${of})`),
    },
    signal,
  );
  io.write(
    flags.json === true
      ? JSON.stringify({ question, tokens: flags.tokens, arms: rows }, null, 2)
      : renderComparison(rows, flags.tokens, io.colors),
  );
  return endOf(rows, signal);
}

function endOf(rows: readonly ComparedArm[], signal: AbortSignal): number {
  if (signal.aborted) return EXIT.interrupted;
  return rows.some(({ status }) => status === 'failed') ? EXIT.failed : EXIT.ok;
}

/** @throws IsthmusError `invalid-input` */
function armsOf(list: string): readonly string[] {
  const names = list.split(',').map((name) => name.trim());
  if (names.includes('')) throw new IsthmusError('invalid-input', `Expected names separated by commas as --arms, but got "${list}".`);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new IsthmusError('invalid-input', `Expected each of the --arms once, but "${twice}" is there twice.`);
  return names;
}

function toArm(
  name: string,
  { flags, config, cwd }: { readonly flags: CompareFlags; readonly config: Config; readonly cwd: string },
): CompareArm {
  const slash = name.indexOf('/');
  const { predictor, scorer, set } = flags;
  const overrides = {
    strategy: slash < 0 ? name : name.slice(0, slash),
    ...(slash < 0 ? {} : { compressor: name.slice(slash + 1) }),
    ...(predictor === undefined ? {} : { predictor }),
    ...(scorer === undefined ? {} : { scorer }),
    ...(set === undefined ? {} : { set }),
  };
  const laid = applyOverrides(config, overrides, cwd);
  const options = { ...laid.predictor.options, evidenceTokens: flags.tokens };
  return { name, config: { ...laid, predictor: { ...laid.predictor, options } } };
}
