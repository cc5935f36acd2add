import type { SkippedSource } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import type { LedgerSummary } from '../domain/ledger-summary.ts';
import type { ModelIdentity } from '../domain/model.ts';
import type { Figure } from '../domain/ranking.ts';
import { type RankArm, type RankResult, rankCompressors } from '../pipeline/rank-compressors.ts';
import type { RankFigures, RankMeasure } from '../pipeline/rank-figures.ts';
import { type RankNegatives, type RankScore, scoreOf } from '../pipeline/rank-negatives.ts';
import type { ProxyCheck } from '../pipeline/rank-proxy.ts';
import type { RankQuestion } from '../pipeline/rank-questions.ts';
import type { RankScorer } from '../pipeline/rank-scoring.ts';
import type { Selected } from '../pipeline/run-request.ts';
import { atSentences } from '../pipeline/sentence-levels.ts';
import { requireCapability } from '../pipeline/submit.ts';
import type { ModelHandle, Plugin } from '../ports/plugin.ts';
import type { Tools } from './compose.ts';
import { createMeter, metered, required } from './text-tools.ts';

/** A scorer that is no model: words of the summary counted in each context. */
export const WORD_COUNTS = 'unigram';

export interface RankDocumentsRequest {
  readonly locations: readonly string[];
  readonly compressors: readonly Selected[];
  /** Lengths at which each compressor that can count sentences is tried. */
  readonly sentences: readonly number[];
  readonly questions: number | readonly RankQuestion[];
  /** K of the panel: how many other contexts a summary is told from. */
  readonly contexts: number;
  readonly negatives: RankNegatives;
  readonly by: RankMeasure;
  readonly seed: number;
  readonly scorer: string;
  /** Models, or `unigram`, that score the same summaries once more, to be checked against the scorer. */
  readonly otherScorers?: readonly string[];
  readonly onProgress?: (stage: 'compress' | 'score', done: number, of: number) => void;
}

/** A compressor at one length. */
export interface RankedArm extends RankFigures {
  /** `<plugin>@<model>` */
  readonly compressor: string;
  readonly model: ModelIdentity;
  readonly options: JsonObject;
  /** Null: as it is, for want of an option `sentences`. */
  readonly sentences: number | null;
  /** Of compressing; scoring is shared by all arms. */
  readonly ledger: LedgerSummary['total'];
  /** The first failure, if any. */
  readonly problem?: string;
  /** By further scorer: its bits less those of the scorer. None for an arm that says the same as another. */
  readonly differences?: Readonly<Record<string, Figure>>;
}

export interface RankReport extends Pick<RankResult, 'unplaced' | 'contexts' | 'ceilingBits' | 'labels'> {
  readonly by: RankMeasure;
  readonly negatives: RankNegatives;
  /** What the figures called bits are: with hard negatives a contrast score, in bits, and no bound on information. */
  readonly score: RankScore;
  /** Best first. */
  readonly arms: readonly RankedArm[];
  /** Each with the probability that one of its lengths is the best of all; most probable first. */
  readonly compressors: readonly { readonly compressor: string; readonly best: number }[];
  readonly questions: readonly { readonly query: string; readonly documentId: string; readonly chunkId: string }[];
  /** Whether the questions were made out of the documents. */
  readonly areQuestionsMade: boolean;
  readonly documents: readonly { readonly id: string; readonly uri: string }[];
  readonly skipped: readonly SkippedSource[];
  readonly scorer: ModelIdentity;
  /** Whether further scorers order the arms alike; their figures by arm stand with the arms. */
  readonly proxies: readonly Omit<ProxyCheck, 'differences'>[];
  readonly scoring: LedgerSummary['total'];
  readonly seed: number;
}

/** Compressors against each other on documents without labels, in this process: no run, no queue, no database. */
export async function rankDocuments(request: RankDocumentsRequest, tools: Tools, signal: AbortSignal): Promise<RankReport> {
  const { locations, questions, by, seed, negatives, contexts: count, onProgress } = request;
  const { documents, skipped } = await tools.loader.load(locations, { signal });
  if (documents.length === 0)
    throw new IsthmusError('invalid-input', `Expected at least one readable document in ${locations.join(', ')}, but there is none.`);
  const scorer = await openScorer(request.scorer, count, tools);
  const others = await openOthers(request, scorer, tools);
  const prepared = (await Promise.all(request.compressors.map((one) => prepare(one, request.sentences, { tools, signal })))).flat();
  const meter = createMeter(tools);
  const asked = { documents, questions, contexts: count, negatives, by, seed };
  const result = await rankCompressors(
    { ...asked, arms: prepared.map(({ arm }) => arm), ...(onProgress === undefined ? {} : { onProgress }) },
    { readers: [...new Set(prepared.map(({ handle }) => handle))], scorer, others, context: { signal, record: meter.record } },
  );
  const arms = result.ranked.map(({ place, figures }): RankedArm => {
    const arm = toRankedArm(prepared[place] as Prepared, figures, result.problems[place]);
    return { ...arm, ...differencesOf(result.proxies, place) };
  });
  const { unplaced, contexts, ceilingBits, pairs, labels } = result;
  return {
    ...{ by, negatives, score: scoreOf(negatives), seed, arms, compressors: totalChances(arms), unplaced, contexts, ceilingBits, skipped },
    questions: pairs.map(({ query, chunk }) => ({ query, documentId: chunk.documentId, chunkId: chunk.id })),
    areQuestionsMade: typeof questions === 'number',
    documents: documents.map(({ id, uri }) => ({ id, uri })),
    scorer: scorer.scorer.model.identity,
    proxies: result.proxies.map(({ differences: _differences, ...rest }) => rest),
    scoring: meter.summary().total,
    ...(labels === undefined ? {} : { labels }),
  };
}

async function openScorer(name: string, contexts: number, { models, registry }: Tools): Promise<RankScorer> {
  const handle = await models.open(name);
  requireCapability(handle, 'score-continuation', 'scorer');
  return {
    scorer: metered(handle),
    estimator: registry.create('estimator', registry.choose('estimator', 'panel', { contexts }), undefined),
  };
}

/** Word counts are no model: the first scorer counts tokens for them, and none is read. */
async function openOthers({ otherScorers = [], contexts }: RankDocumentsRequest, { scorer }: RankScorer, tools: Tools) {
  const { registry, config } = tools;
  const opened: (RankScorer & { readonly name: string })[] = [];
  for (const name of otherScorers) {
    const isCounting = name === WORD_COUNTS && config.models[name] === undefined;
    const counting = () => ({ scorer, estimator: registry.create('estimator', registry.choose('estimator', WORD_COUNTS, {}), undefined) });
    opened.push({ name, ...(isCounting ? counting() : await openScorer(name, contexts, tools)) });
  }
  return opened;
}

function differencesOf(proxies: readonly ProxyCheck[], place: number): Pick<RankedArm, 'differences'> {
  const known = proxies.flatMap(({ scorer, differences }) => {
    const difference = differences.get(place);
    return difference === undefined ? [] : [[scorer, difference] as const];
  });
  return known.length === 0 ? {} : { differences: Object.fromEntries(known) };
}

interface Prepared extends Pick<RankedArm, 'compressor' | 'sentences' | 'options'> {
  readonly arm: RankArm;
  readonly handle: ModelHandle;
  readonly meter: ReturnType<typeof createMeter>;
}

/** One compressor at each length, or once as it is. */
async function prepare(
  chosen: Selected,
  lengths: readonly number[],
  { tools, signal }: { readonly tools: Tools; readonly signal: AbortSignal },
): Promise<readonly Prepared[]> {
  const { registry, models } = tools;
  const plugin = registry.find('compressor', chosen.use);
  const model = required(chosen);
  const handle = await models.open(model);
  for (const capability of plugin.requires) requireCapability(handle, capability, `compressor "${plugin.id}"`);
  const name = `${plugin.id}@${model}`;
  return levelsOf(plugin, chosen.options, lengths).map(({ sentences, options }): Prepared => {
    const meter = createMeter(tools);
    const choice = registry.choose('compressor', plugin.id, options, handle.model.identity);
    const compressor = registry.create('compressor', choice, metered(handle));
    const arm = { name: sentences === null ? name : `${name} ${sentences}`, compressor, context: { signal, record: meter.record } };
    return { compressor: name, sentences, options: choice.options, arm, handle, meter };
  });
}

function levelsOf(
  plugin: Plugin<'compressor'>,
  options: JsonObject,
  lengths: readonly number[],
): readonly { readonly sentences: number | null; readonly options: JsonObject }[] {
  const asItIs = { sentences: null, options };
  const levels = lengths.map((sentences) => {
    const counted = atSentences(plugin, options, sentences);
    return counted === undefined ? asItIs : { sentences, options: counted };
  });
  return levels.length === 0 || levels.includes(asItIs) ? [asItIs] : levels;
}

function toRankedArm({ compressor, sentences, options, handle, meter }: Prepared, figures: RankFigures, problem?: string): RankedArm {
  const base = { compressor, model: handle.model.identity, options, sentences, ...figures, ledger: meter.summary().total };
  return problem === undefined ? base : { ...base, problem };
}

function totalChances(arms: readonly RankedArm[]): RankReport['compressors'] {
  const totals = new Map<string, number>();
  for (const { compressor, best = 0 } of arms) totals.set(compressor, (totals.get(compressor) ?? 0) + best);
  return [...totals].map(([compressor, best]) => ({ compressor, best })).sort((a, b) => b.best - a.best);
}
