import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { openTools } from '../../compose/compose.ts';
import { type RankDocumentsRequest, rankDocuments, WORD_COUNTS } from '../../compose/rank-tools.ts';
import { type Config, loadConfig, type PluginSetting } from '../../config.ts';
import { IsthmusError } from '../../domain/errors.ts';
import { RANK_MEASURES } from '../../pipeline/rank-figures.ts';
import { RANK_NEGATIVES } from '../../pipeline/rank-negatives.ts';
import { parseRankQuestions } from '../../pipeline/rank-questions-file.ts';
import type { Io } from '../io.ts';
import { applyOverrides } from '../overrides.ts';
import { progressBar } from '../progress.ts';
import { EXIT, interruptible } from '../run-command.ts';
import { drawRanking } from '../views/rank-chart.ts';
import { ABOUT_RANK } from '../views/rank-help.ts';
import { renderRanking } from '../views/rank-view.ts';
import { wholeNumber } from '../whole-number.ts';
import { readInput } from './score.ts';

interface RankFlags {
  readonly docs: readonly string[];
  readonly compressors: string;
  readonly questions: string;
  readonly sentences: string;
  readonly contexts: number;
  readonly negatives: string;
  readonly by: string;
  readonly scorer?: string;
  readonly scorers?: string;
  readonly seed?: number;
  readonly json?: boolean;
  readonly svg?: string;
  readonly config?: string;
}

export function addRank(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('rank')
    .description('choose a compressor without labels: bits, rates, faithfulness and cost of each, and how sure the order is')
    .requiredOption('--docs <path...>', 'documents: files or folders (PDF, HTML, DOCX, CSV, JSON, mail, code, Markdown, text)')
    .requiredOption('--compressors <ids>', 'separated by commas, each <id> or <id>@<model or .gguf file>')
    .option('--questions <n|file>', 'so many per document, made from it; or a file: one question a line, or JSON lines with answers', '3')
    .option('--sentences <counts>', 'lengths to try, separated by commas', '3,6,9')
    .option('--contexts <n>', 'other chunks that each summary is told from; N is one more', wholeNumber(1), 15)
    .option('--negatives <kind>', `which chunks those are: ${RANK_NEGATIVES.join(', ')}`, 'random')
    .option('--by <measure>', `order by ${RANK_MEASURES.join(', ')}`, 'bits')
    .option('--scorer <model>', 'whose log-probabilities are the bits: the same for all, best of another family than any compressor')
    .addOption(
      new Option('--scorers <models>', `several, the first of which ranks: do the others, or ${WORD_COUNTS}, keep its order?`).conflicts(
        'scorer',
      ),
    )
    .option('--seed <n>', 'decides contexts, sampling and the bootstrap', wholeNumber(0))
    .option('--json', 'print as JSON')
    .option('--svg <file>', 'also draw the ranking there')
    .option('--config <file>', 'configuration file')
    .addHelpText('after', ABOUT_RANK)
    .action(async (flags: RankFlags) => {
      const loaded = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
      const { config: scored, others } = addScorers(loaded, scorersOf(flags), io.cwd);
      const { config, compressors } = addCompressors(scored, listOf(flags.compressors, '--compressors'), io.cwd);
      exit(await interruptible(io, (signal) => rank({ flags, config, compressors, others, signal }, io)));
    });
}

/** None: the configuration's. */
function scorersOf({ scorer, scorers }: RankFlags): readonly string[] {
  if (scorers === undefined) return scorer === undefined ? [] : [scorer];
  const names = listOf(scorers, '--scorers');
  if (names.length > 1) return names;
  throw new IsthmusError('invalid-input', `Expected at least two --scorers to compare, but got "${scorers}"; name one with --scorer.`);
}

/** The first becomes the configuration's scorer; the others are found in it by the names returned. */
function addScorers(
  config: Config,
  [first, ...rest]: readonly string[],
  cwd: string,
): { readonly config: Config; readonly others: string[] } {
  if (first === undefined) return { config, others: [] };
  const scored = applyOverrides(config, { scorer: first }, cwd);
  let { models } = scored;
  const others = rest.map((name) => {
    if (name === WORD_COUNTS) return name;
    const laid = applyOverrides({ ...config, models }, { scorer: name }, cwd);
    models = laid.models;
    return laid.scorer ?? name;
  });
  return { config: { ...scored, models }, others };
}

/** Each reference laid over the configuration in turn, so that every one finds its models in it. */
function addCompressors(config: Config, references: readonly string[], cwd: string) {
  let all = config;
  const compressors: PluginSetting[] = [];
  for (const compressor of references) {
    const laid = applyOverrides({ ...config, models: all.models }, { compressor }, cwd);
    all = { ...all, models: laid.models };
    compressors.push(laid.compressor);
  }
  return { config: all, compressors };
}

interface Chosen {
  readonly config: Config;
  readonly compressors: readonly PluginSetting[];
  /** Scorers after the first. */
  readonly others: readonly string[];
}

async function rank(
  { flags, signal, ...chosen }: Chosen & { readonly flags: RankFlags; readonly signal: AbortSignal },
  io: Io,
): Promise<number> {
  const request = await toRequest(flags, chosen, io);
  await using tools = await openTools(chosen.config);
  const onProgress: RankDocumentsRequest['onProgress'] = (stage, done, of) => io.progress(progressBar(stage, done, of));
  const report = await rankDocuments({ ...request, onProgress }, tools, signal);
  io.write(flags.json === true ? JSON.stringify(report, null, 2) : renderRanking(report, io.colors));
  if (flags.svg !== undefined) {
    await writeFile(resolve(io.cwd, flags.svg), drawRanking(report));
    io.note(`Drawn: ${flags.svg}`);
  }
  return EXIT.ok;
}

async function toRequest(
  { docs, questions, sentences, contexts, negatives, by, seed }: RankFlags,
  { config, compressors, others }: Chosen,
  io: Io,
): Promise<RankDocumentsRequest> {
  const { scorer } = config;
  if (scorer === null)
    throw new IsthmusError('invalid-input', 'Expected a scorer, but the configuration says null; name one with --scorer.');
  return {
    locations: docs.map((path) => resolve(io.cwd, path)),
    compressors,
    sentences: listOf(sentences, '--sentences').map((one) => positiveNumber(one, '--sentences')),
    questions: await questionsOf(questions, io),
    contexts,
    negatives: oneOf(RANK_NEGATIVES, negatives, '--negatives'),
    by: oneOf(RANK_MEASURES, by, '--by'),
    seed: seed ?? config.seed,
    scorer,
    otherScorers: others,
  };
}

/** A number, or a file; a file whose name is a number is given as ./3. */
async function questionsOf(value: string, io: Io): Promise<RankDocumentsRequest['questions']> {
  if (/^-?\d+(\.\d+)?$/.test(value)) return positiveNumber(value, '--questions');
  return parseRankQuestions(await readInput(value, io, 'a file of questions'), value);
}

function oneOf<Name extends string>(names: readonly Name[], value: string, flag: string): Name {
  const found = names.find((known) => known === value);
  if (found !== undefined) return found;
  throw new IsthmusError('invalid-input', `Expected ${flag} as one of ${names.join(', ')}, but got "${value}".`);
}

function listOf(value: string, flag: string): string[] {
  const items = [...new Set(value.split(',').map((item) => item.trim()))].filter((item) => item !== '');
  if (items.length > 0) return items;
  throw new IsthmusError('invalid-input', `Expected ${flag} as a list separated by commas, but got "${value}".`);
}

function positiveNumber(value: string, flag: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new IsthmusError('invalid-input', `Expected ${flag} as whole numbers from 1, but got "${value}".`);
}
