import { IsthmusError } from '../domain/errors.ts';
import { groupBy } from '../domain/group.ts';
import { type TokenScore, tokenScores, utf8Bytes } from '../domain/information.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { EstimateResult, InformationEstimator, InformationSample, ScorerFacts, ScoringCell } from '../ports/information-estimator.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import { type CellRequest, cellKey, type ScoreItem, toCellRequest } from './score-cells.ts';
import { type ScoredCell, scoreColumn } from './score-column.ts';

export interface ScoreRequest {
  readonly items: readonly ScoreItem[];
  /** Texts by context id: those of the items and of the panel. */
  readonly contexts: ReadonlyMap<string, string>;
  readonly panel: readonly string[];
  /** Told after each prompt. */
  readonly onProgress?: (done: number, of: number) => void;
}

export interface ScoredItems extends EstimateResult {
  readonly tokens: ReadonlyMap<string, readonly TokenScore[]>;
}

interface ScoreDeps {
  readonly scorer: ModelHandle;
  readonly estimator: InformationEstimator;
  readonly context: CallContext;
}

/** Plans, scores by columns (each prompt evaluated once), and estimates: the whole path of a score without a run. */
export async function scoreItems(request: ScoreRequest, deps: ScoreDeps): Promise<ScoredItems> {
  const { items, panel } = request;
  const facts = await factsOf(deps);
  const samples = await toSamples(request, deps);
  const cells = deps.estimator.plan(samples, panel);
  const scored = await scoreCells(cells, request, deps);
  const result = deps.estimator.estimate(samples, panel, (cell) => scored.get(cellKey(cell))?.logProb, facts);
  return { ...result, tokens: new Map(items.map((item) => [item.id, tokensOf(item, cells, scored)])) };
}

/** The log-probabilities of cells, by `cellKey`; what failed has no entry. */
export async function scoreCells(
  cells: readonly ScoringCell[],
  { items, contexts, onProgress }: Omit<ScoreRequest, 'panel'>,
  deps: Omit<ScoreDeps, 'estimator'>,
): Promise<ReadonlyMap<string, ScoredCell>> {
  const questions = new Map(items.toReversed().map(({ contextId, query }) => [contextId, query]));
  const texts = { items: new Map(items.map((item) => [item.id, item])), contexts, questions };
  const requests = cells.flatMap((cell) => {
    const request = toCellRequest(cell, texts, deps.scorer.profile);
    return request === undefined ? [] : [{ ...request, key: cellKey(cell) }];
  });
  const columns = [...groupBy(requests, ({ name }) => name).values()];
  const scored = new Map<string, ScoredCell>();
  for (const [place, column] of columns.entries()) {
    for (const [key, cell] of await readColumn(column, deps)) scored.set(key, cell);
    onProgress?.(place + 1, columns.length);
  }
  return scored;
}

async function factsOf({ scorer, estimator }: ScoreDeps): Promise<ScorerFacts> {
  const { shape } = await scorer.model.describe();
  if (shape !== undefined) return { shape };
  if (!estimator.needs.includes('shape')) return {};
  const message = `Expected a scorer whose dimensions are known, but those of ${scorer.model.identity.name} are not; name a GGUF as scorer.`;
  throw new IsthmusError('invalid-input', message);
}

/** Sources and answers are counted only for estimators that need them: counting costs a call. */
async function toSamples(
  { items, contexts }: ScoreRequest,
  { scorer: { model }, estimator }: ScoreDeps,
): Promise<readonly InformationSample[]> {
  const tokens = await model.countTokens(items.map((item) => item.continuation.text));
  const needsSources = estimator.needs.includes('sources');
  const ids = needsSources ? [...new Set(items.map(({ contextId }) => contextId))] : [];
  const sources = await countEach(new Map(ids.map((id) => [id, contexts.get(id)])), model);
  const needsAnswers = estimator.needs.includes('answers');
  const answers = await countEach(new Map(needsAnswers ? items.map(({ id, answer }) => [id, answer]) : []), model);
  return items.map((item, i): InformationSample => {
    const { id, contextId, documentId, query, continuation } = item;
    const base = { id, contextId, documentId, query, summary: continuation.text };
    const source = sources.get(contextId);
    const answer = answers.get(id);
    return {
      ...base,
      tokens: tokens[i] ?? 0,
      bytes: utf8Bytes(continuation.text),
      ...(source === undefined ? {} : { source }),
      ...(answer === undefined ? {} : { answer }),
    };
  });
}

interface Counted {
  readonly text: string;
  readonly tokens: number;
}

async function countEach(
  texts: ReadonlyMap<string, string | undefined>,
  model: ModelHandle['model'],
): Promise<ReadonlyMap<string, Counted>> {
  const known = [...texts].flatMap(([id, text]) => (text === undefined ? [] : [{ id, text }]));
  if (known.length === 0) return new Map();
  const counts = await model.countTokens(known.map(({ text }) => text));
  return new Map(known.map(({ id, text }, i) => [id, { text, tokens: counts[i] ?? 0 }]));
}

async function readColumn(
  column: readonly (CellRequest & { readonly key: string })[],
  { scorer: { model }, context }: Omit<ScoreDeps, 'estimator'>,
): Promise<readonly (readonly [key: string, cell: ScoredCell])[]> {
  const [first] = column;
  if (first === undefined) return [];
  const request = { prompt: first.prompt, continuations: column.map(({ continuation }) => continuation), withTexts: true };
  const results = await scoreColumn(request, model, context);
  return column.flatMap(({ key }, i) => {
    const result = results[i];
    return result !== undefined && 'cell' in result ? [[key, result.cell] as const] : [];
  });
}

/** The item's bits, token by token; empty when a scoring is missing, and where the estimator compares no contexts. */
function tokensOf(item: ScoreItem, cells: readonly ScoringCell[], scored: ReadonlyMap<string, ScoredCell>): TokenScore[] {
  const own = scored.get(cellKey({ sampleId: item.id, contextId: item.contextId }));
  const others = cells
    .filter((cell) => cell.sampleId === item.id && cell.contextId !== item.contextId && cell.target === undefined)
    .map((cell) => scored.get(cellKey(cell))?.tokenLogProbs);
  if (own === undefined || others.some((other) => other === undefined)) return [];
  return tokenScores(own, others as readonly (readonly number[])[]);
}
