import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openTools } from '../../compose/compose.ts';
import { RANK_MEASURES, type RankDocumentsRequest, type RankMeasure, rankDocuments } from '../../compose/rank-tools.ts';
import { type Config, loadConfig, type PluginSetting } from '../../config.ts';
import { IsthmusError } from '../../domain/errors.ts';
import type { Io } from '../io.ts';
import { applyOverrides } from '../overrides.ts';
import { progressBar } from '../progress.ts';
import { EXIT, interruptible } from '../run-command.ts';
import { drawRanking } from '../views/rank-chart.ts';
import { renderRanking } from '../views/rank-view.ts';
import { wholeNumber } from '../whole-number.ts';
import { readInput } from './score.ts';

interface RankFlags {
  readonly docs: readonly string[];
  readonly compressors: string;
  readonly questions: string;
  readonly sentences: string;
  readonly contexts: number;
  readonly by: string;
  readonly scorer?: string;
  readonly seed?: number;
  readonly json?: boolean;
  readonly svg?: string;
  readonly config?: string;
}

const ABOUT = `
Every compressor summarises the same chunks for the same questions. The scorer then says in bits how well each summary tells its own
chunk from others: log2 p(z | own) - log2 mean p(z | each), at most log2 N. That needs no right answers and no predictor.

What it is good for: choosing between compressors, and finding the length beyond which bits stop growing. What it does not say:
whether a summary answers the question. Bits say which chunk it came from; so look at the other columns beside
them. Compressors that copy sentences all reach the ceiling, those that copy the wrong ones too: bits tell compressors apart that write.

  bits        mean per question; NONE hands nothing on and counts 0; the interval is over documents
  of ceiling  near 100% says only "at least so much": take more documents, or raise --contexts
  P(best)     how often this line leads when documents are drawn anew; the column adds up to 100%
  behind      bits less than the first line's, on the same questions; an interval without 0 is a difference
  relevance   share of the question's words in what was handed on (BM25): the one figure that looks at the question
  faithful    share of the numbers, dates, names and quotations in summaries that stand in their source
  read, written, FLOPs, cost
              of compressing alone; a dollar price needs one for the model or for a second of this machine

A compressor that has an option "sentences" is tried at each length of --sentences, others as they are.
Without --questions, three questions are made from each document: "<title>: <heading>", or first words where headings are too few.
They use the words of the text, which flatters compressors that go by words, and they have the form of no question that people ask: give
a file of real ones if you have some. Each goes to the chunk nearest to it; all compressors read the same chunks.

Examples:
  isthmus rank --docs notes/ --compressors select,extractive,head
  isthmus rank --docs notes/ --compressors abstractive@a.gguf,abstractive@b.gguf --questions questions.txt --svg rank.svg
  isthmus rank --docs notes/ --compressors select,head --sentences 1,2,3 --by relevance --json`;

export function addRank(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('rank')
    .description('choose a compressor without labels: bits, rates, faithfulness and cost of each, and how sure the order is')
    .requiredOption('--docs <path...>', 'documents: files or folders (.md, .txt)')
    .requiredOption('--compressors <ids>', 'separated by commas, each <id> or <id>@<model or .gguf file>')
    .option('--questions <n|file>', 'so many per document, made from it; or a file with one question a line', '3')
    .option('--sentences <counts>', 'lengths to try, separated by commas', '3,6,9')
    .option('--contexts <n>', 'other chunks that each summary is told from; N is one more', wholeNumber(1), 15)
    .option('--by <measure>', `order by ${RANK_MEASURES.join(', ')}`, 'bits')
    .option('--scorer <model>', 'whose log-probabilities are the bits: the same for all, best of another family than any compressor')
    .option('--seed <n>', 'decides contexts, sampling and the bootstrap', wholeNumber(0))
    .option('--json', 'print as JSON')
    .option('--svg <file>', 'also draw the ranking there')
    .option('--config <file>', 'configuration file')
    .addHelpText('after', ABOUT)
    .action(async (flags: RankFlags) => {
      const loaded = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
      const scored = applyOverrides(loaded, flags.scorer === undefined ? {} : { scorer: flags.scorer }, io.cwd);
      const { config, compressors } = addCompressors(scored, listOf(flags.compressors, '--compressors'), io.cwd);
      exit(await interruptible(io, (signal) => rank({ flags, config, compressors, signal }, io)));
    });
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

async function rank(
  { flags, config, compressors, signal }: { flags: RankFlags; config: Config; compressors: readonly PluginSetting[]; signal: AbortSignal },
  io: Io,
): Promise<number> {
  const request = await toRequest(flags, { config, compressors }, io);
  await using tools = await openTools(config);
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
  { docs, questions, sentences, contexts, by, seed }: RankFlags,
  { config, compressors }: { readonly config: Config; readonly compressors: readonly PluginSetting[] },
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
    by: measureOf(by),
    seed: seed ?? config.seed,
    scorer,
  };
}

/** A number, or a file; a file whose name is a number is given as ./3. */
async function questionsOf(value: string, io: Io): Promise<number | readonly string[]> {
  if (/^-?\d+(\.\d+)?$/.test(value)) return positiveNumber(value, '--questions');
  const lines = (await readInput(value, io, 'a file of questions')).split('\n').map((line) => line.trim());
  const questions = [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))];
  if (questions.length === 0) throw new IsthmusError('invalid-input', `Expected one question a line in ${value}, but there is none.`);
  return questions;
}

function measureOf(value: string): RankMeasure {
  const measure = RANK_MEASURES.find((known) => known === value);
  if (measure !== undefined) return measure;
  throw new IsthmusError('invalid-input', `Expected --by as one of ${RANK_MEASURES.join(', ')}, but got "${value}".`);
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
