import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Isthmus, openIsthmus } from '../../compose/compose.ts';
import { findServing } from '../../compose/open-admin.ts';
import { type Config, loadConfig } from '../../config.ts';
import type { RunLimits } from '../../domain/budget.ts';
import { EFFORTS, type Effort, limitsFor } from '../../domain/effort.ts';
import { JOB_PRIORITIES, type JobPriority } from '../../domain/fair-share.ts';
import { MICRO_USD } from '../../domain/price.ts';
import type { RunSpec } from '../../domain/run.ts';
import { estimateSpec, measuredRates } from '../../pipeline/estimate.ts';
import { toGather, unknownSize } from '../../pipeline/gather-request.ts';
import { type IngestProgress, ingest } from '../../pipeline/ingest.ts';
import type { RunRequest } from '../../pipeline/run-request.ts';
import { readersOf, specify } from '../../pipeline/submit.ts';
import { plural } from '../../report/figures.ts';
import { dryRun } from '../dry-run.ts';
import { checkHtmlFile } from '../html-file.ts';
import type { Io } from '../io.ts';
import { applyOverrides, type Overrides } from '../overrides.ts';
import { researchThere } from '../research-there.ts';
import { driveRun, interruptible } from '../run-command.ts';
import { resultCount, type Sources, sourcesOf, type WebFlags, type WebSources, webAddress } from '../web-sources.ts';
import { wholeNumber } from '../whole-number.ts';

export interface ResearchFlags extends Overrides, WebFlags {
  readonly json?: boolean;
  readonly html?: string;
  readonly explain?: boolean;
  readonly dryRun?: boolean;
  readonly budgetUsd?: number;
  readonly maxTokens?: number;
  readonly maxCalls?: number;
  readonly maxMinutes?: number;
  readonly effort?: Effort;
  readonly allowUnpriced?: boolean;
  readonly priority?: JobPriority;
  readonly seed?: number;
  readonly config?: string;
  /** Keep to the embedded store, whatever REDIS_URL and DATABASE_URL say. */
  readonly isEmbedded?: boolean;
}

export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

function ascending(text: string): readonly number[] {
  return text.split(',').map(wholeNumber(1));
}

export function withModelFlags(command: Command): Command {
  return command
    .option('--strategy <id>', 'how the run proceeds (map-reduce, forage, multi-query, minion, top-k, raw, closed-book, oracle)')
    .option('--planner <id[@model]>', 'who turns the question into queries (single, decompose)')
    .option(
      '--compressor <id[@model]>',
      'who summarises each chunk (select, abstractive, extractive, llmlingua, longllmlingua, surprisal, head, identity)',
    )
    .option('--gate <id>', 'which summaries become evidence (relevant, always, information, faithful, cascade, allocate)')
    .option(
      '--grow <lengths>',
      'sentences of a summary, e.g. 3,6,9: the next length while its bits pay; needs --gate information',
      ascending,
    )
    .option('--cascade <compressors...>', 'who reads a chunk again when its summary will not do, e.g. identity; needs --gate cascade')
    .option('--set <settings...>', 'options of these parts: <part>.<option>=<value>, e.g. strategy.chunks=30 gate.limit=4')
    .option('--predictor <id[@model]>', 'who answers from the summaries (local, openai)')
    .option('--scorer <model>', 'whose log-probabilities are the bits; "none" scores nothing');
}

export function addResearch(program: Command, io: Io, exit: (code: number) => void): void {
  withModelFlags(program.command('research'))
    .description('answer a question over documents, with checked citations and the cost of every token')
    .argument('<question>', 'what you want to know')
    .option('--docs <path...>', 'folders and files to read: PDF, HTML, DOCX, CSV, JSON, mail, code, Markdown, text')
    .option('--corpus <name>', 'a corpus that `isthmus ingest` has filled, instead of files')
    .option('--url <url...>', 'pages to fetch and read, instead of files', webAddress)
    .addOption(
      new Option('--web [results]', 'search the web for the question and read so many pages, instead of files').argParser(resultCount),
    )
    .option('--fresh', 'fetch pages again that another run has fetched today')
    .option('--offline', 'reach out to nobody: a run over pages of the web then fails')
    .option('--budget-usd <amount>', 'spend at most this; the run then ends with a report from what was bought', positive)
    .option('--max-tokens <n>', 'move at most this many tokens through models', positive)
    .option('--max-calls <n>', 'make at most this many model calls', positive)
    .option('--max-minutes <n>', 'take at most this long; what is not back by then is left out', positive)
    .addOption(new Option('--effort <preset>', 'limits in one word, those named above in their place').choices(EFFORTS))
    .option('--allow-unpriced', 'start under a USD limit although a model has no price')
    .addOption(
      new Option(
        '--priority <share>',
        'of its work among what waits in the same queue, a server’s or that of REDIS_URL; default: normal',
      ).choices(JOB_PRIORITIES),
    )
    .option('--seed <n>', 'decides the panel and any sampling', wholeNumber(0))
    .option('--dry-run', 'say what it would take in calls, tokens, dollars and minutes; no model writes for it')
    .option('--explain', 'print each decision of a foraging strategy: scent, gain, R*, and why it left')
    .option('--json', 'print the whole result as JSON')
    .option('--html <file>', 'write the report to this file too, as one page of HTML with heat maps')
    .addOption(new Option('--config <file>', 'configuration file (default: isthmus.config.yaml)'))
    .addHelpText('after', EXAMPLES)
    .action(async (question: string, flags: ResearchFlags) => exit(await research(question, flags, io)));
}

const EXAMPLES = `
Examples:
  isthmus research "When was the canal opened?" --docs notes/
  isthmus research "Who paid for it?" --docs a.md b.md --compressor extractive
  isthmus research "What changed in 2024?" --docs reports/ --predictor openai@gpt-4o-mini --budget-usd 0.05
  isthmus research "…" --docs big/ --dry-run
  isthmus research "When does the law apply?" --url https://example.org/law.html
  isthmus research "What was decided last week?" --web 10`;

export async function research(question: string, flags: ResearchFlags, io: Io): Promise<number> {
  const loaded = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
  const { redisUrl: _redis, databaseUrl: _database, ...embedded } = loaded;
  const overridden = applyOverrides(flags.isEmbedded === true ? embedded : loaded, flags, io.cwd);
  const config = flags.offline === true ? { ...overridden, offline: true } : overridden;
  const sources = sourcesOf(flags);
  if (flags.dryRun === true) {
    if ('gather' in sources) throw unknownSize();
    return dryRun(requestOf(question, flags, config), { sources, json: flags.json === true, config }, io);
  }
  await checkHtmlFile(flags.html, io);
  const serving = await findServing(config);
  return interruptible(io, (signal) =>
    serving === undefined
      ? run(question, { flags, sources, config, signal }, io)
      : researchThere(question, { flags: { ...flags, limits: limitsOf(flags) }, sources, config, serving, signal }, io),
  );
}

interface Researching {
  readonly flags: ResearchFlags;
  readonly sources: Sources;
  readonly config: Config;
  readonly signal: AbortSignal;
}

async function run(question: string, { flags, sources, config, signal }: Researching, io: Io): Promise<number> {
  await using isthmus = await openIsthmus(config);
  const request = requestOf(question, flags, config);
  const spec =
    'gather' in sources
      ? await specify(gathering(request, sources.gather, isthmus), isthmus)
      : 'corpus' in sources
        ? await openCorpus({ request, name: sources.corpus, isthmus })
        : await readDocuments({ request, locations: sources.docs, isthmus, signal }, io);
  const runId = await isthmus.engine.submit(spec);
  // Said before the work begins: whoever is cut off knows what to resume.
  io.note(io.colors.dim(`run ${runId}`));
  // Awaited here: `await using` closes everything as soon as the function returns.
  return await driveRun(isthmus, io, {
    json: flags.json === true,
    html: flags.html,
    explain: flags.explain,
    signal,
    drive: (options) => isthmus.engine.advance(runId, options),
  });
}

interface Reading {
  readonly request: RunRequest;
  readonly locations: readonly string[];
  readonly isthmus: Isthmus;
  readonly signal: AbortSignal;
}

async function readDocuments({ request, locations, isthmus, signal }: Reading, io: Io): Promise<RunSpec> {
  const onProgress: IngestProgress = ({ documents, of, chunks, embedded }) =>
    io.progress(`read ${documents}/${of} documents, ${chunks} chunks${embedded === undefined ? '' : `, ${embedded} embedded`}`);
  const { corpus, skipped } = await ingest({ locations, readers: await readersOf(request, isthmus), signal, onProgress }, isthmus);
  for (const { uri, reason } of skipped) io.note(`skipped ${uri}: ${reason}`);
  io.note(io.colors.dim(`${plural(corpus.documents.length, 'document')}, ${plural(corpus.chunks.length, 'chunk')}`));
  return withEstimate(await specify({ ...request, corpusId: corpus.id }, isthmus), isthmus);
}

async function openCorpus({ request, name, isthmus }: Pick<Reading, 'request' | 'isthmus'> & { readonly name: string }): Promise<RunSpec> {
  const corpusId = await isthmus.corpora.resolve({ tenant: request.tenant, name });
  return withEstimate(await specify({ ...request, corpusId }, isthmus), isthmus);
}

/** What it will take cannot be expected before the pages are there. */
function gathering(request: RunRequest, wishes: WebSources, isthmus: Isthmus): RunRequest {
  const gather = toGather({ question: request.question, ...wishes }, isthmus, isthmus.config.web.results);
  return gather === undefined ? request : { ...request, gather };
}

/** Beside the run stands what it was expected to take. */
async function withEstimate(spec: RunSpec, isthmus: Isthmus): Promise<RunSpec> {
  const rates = await measuredRates(isthmus.runs, { tenant: spec.tenant });
  return { ...spec, estimate: await estimateSpec(spec, { ...isthmus, rates }) };
}

/** The request that flags and configuration describe; the corpus is not known before the documents are read. */
export function requestOf(question: string, flags: ResearchFlags, config: Config): RunRequest {
  const { strategy, planner, retriever, compressor, estimator, gate, predictor } = config;
  return {
    question,
    tenant: 'local',
    corpusId: '',
    seed: flags.seed ?? config.seed,
    ...(flags.priority === undefined ? {} : { priority: flags.priority }),
    limits: limitsOf(flags),
    // A preset's dollars bind what has a price; a limit of one's own asks for prices.
    allowUnpriced: flags.allowUnpriced === true || flags.budgetUsd === undefined,
    plugins: { strategy, planner, retriever, compressor, estimator, gate, predictor },
    ...(flags.grow === undefined ? {} : { grow: flags.grow }),
    cascade: config.cascade,
    scorer: config.scorer,
  };
}

function limitsOf({ effort, budgetUsd, maxTokens, maxCalls, maxMinutes }: ResearchFlags): RunLimits {
  const limits = {
    ...(budgetUsd === undefined ? {} : { microUsd: Math.floor(budgetUsd * MICRO_USD) }),
    ...(maxTokens === undefined ? {} : { tokens: maxTokens }),
    ...(maxCalls === undefined ? {} : { calls: maxCalls }),
    ...(maxMinutes === undefined ? {} : { durationMs: maxMinutes * 60_000 }),
  };
  return limitsFor(effort, { limits });
}
