import type { SkippedSource } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import type { LedgerSummary } from '../domain/ledger-summary.ts';
import type { ModelIdentity } from '../domain/model.ts';
import { type RankArm, type RankResult, rankCompressors } from '../pipeline/rank-compressors.ts';
import { RANK_MEASURES, type RankFigures, type RankMeasure } from '../pipeline/rank-figures.ts';
import { requireCapability, type Selected } from '../pipeline/submit.ts';
import type { ModelHandle, Plugin } from '../ports/plugin.ts';
import type { Tools } from './compose.ts';
import { createMeter, metered, required } from './text-tools.ts';

export { RANK_MEASURES, type RankMeasure };

export interface RankDocumentsRequest {
  readonly locations: readonly string[];
  readonly compressors: readonly Selected[];
  /** Lengths at which each compressor that can count sentences is tried. */
  readonly sentences: readonly number[];
  readonly questions: number | readonly string[];
  /** K of the panel: how many other contexts a summary is told from. */
  readonly contexts: number;
  readonly by: RankMeasure;
  readonly seed: number;
  readonly scorer: string;
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
}

export interface RankReport extends Pick<RankResult, 'unplaced' | 'contexts' | 'ceilingBits'> {
  readonly by: RankMeasure;
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
  readonly scoring: LedgerSummary['total'];
  readonly seed: number;
}

/** Compressors against each other on documents without labels, in this process: no run, no queue, no database. */
export async function rankDocuments(request: RankDocumentsRequest, tools: Tools, signal: AbortSignal): Promise<RankReport> {
  const { locations, questions, by, seed, onProgress } = request;
  const { documents, skipped } = await tools.loader.load(locations, { signal });
  if (documents.length === 0)
    throw new IsthmusError('invalid-input', `Expected at least one readable document in ${locations.join(', ')}, but there is none.`);
  const scorer = await tools.models.open(request.scorer);
  requireCapability(scorer, 'score-continuation', 'scorer');
  const prepared = (await Promise.all(request.compressors.map((one) => prepare(one, request.sentences, { tools, signal })))).flat();
  const meter = createMeter(tools);
  const estimator = tools.registry.choose('estimator', 'panel', { contexts: request.contexts });
  const result = await rankCompressors(
    { documents, questions, arms: prepared.map(({ arm }) => arm), by, seed, ...(onProgress === undefined ? {} : { onProgress }) },
    {
      readers: [...new Set(prepared.map(({ handle }) => handle))],
      scorer: metered(scorer),
      estimator: tools.registry.create('estimator', estimator, undefined),
      context: { signal, record: meter.record },
    },
  );
  const arms = result.ranked.map(({ place, figures }) => toRankedArm(prepared[place] as Prepared, figures, result.problems[place]));
  const { unplaced, contexts, ceilingBits, pairs } = result;
  return {
    ...{ by, seed, arms, compressors: totalChances(arms), unplaced, contexts, ceilingBits, skipped },
    questions: pairs.map(({ query, chunk }) => ({ query, documentId: chunk.documentId, chunkId: chunk.id })),
    areQuestionsMade: typeof questions === 'number',
    documents: documents.map(({ id, uri }) => ({ id, uri })),
    scorer: scorer.model.identity,
    scoring: meter.summary().total,
  };
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

/** A sentence of prose seldom has more; where options limit tokens too, the limit grows with the sentences. */
const TOKENS_PER_SENTENCE = 40;

function levelsOf(
  plugin: Plugin<'compressor'>,
  options: JsonObject,
  lengths: readonly number[],
): readonly { readonly sentences: number | null; readonly options: JsonObject }[] {
  const asItIs = { sentences: null, options };
  const levels = lengths.map((sentences) => {
    const counted = { ...options, sentences };
    if (!takes(plugin, counted, 'sentences', sentences)) return asItIs;
    const maxTokens = options['maxTokens'] ?? sentences * TOKENS_PER_SENTENCE;
    const limited = { ...counted, maxTokens };
    return { sentences, options: takes(plugin, limited, 'maxTokens', maxTokens) ? limited : counted };
  });
  return levels.length === 0 || levels.includes(asItIs) ? [asItIs] : levels;
}

/** Whether the option is known and kept, rather than refused or dropped. */
function takes({ options: schema }: Plugin<'compressor'>, options: JsonObject, key: string, value: unknown): boolean {
  const parsed = schema.safeParse(options);
  return parsed.success && (parsed.data as JsonObject)[key] === value;
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
