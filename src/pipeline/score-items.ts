import { groupBy } from '../domain/group.ts';
import { tokenNats, utf8Bytes } from '../domain/information.ts';
import type { Continuation } from '../domain/summary.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { EstimateResult, InformationEstimator, InformationSample, ScoringCell } from '../ports/information-estimator.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import { type ScoredCell, scoreColumn } from './score-column.ts';

/** A summary to be scored outside a run. */
export interface ScoreItem {
  readonly id: string;
  readonly contextId: string;
  readonly documentId: string;
  readonly query: string;
  readonly continuation: Continuation;
}

export interface ScoreRequest {
  readonly items: readonly ScoreItem[];
  /** Texts by context id: those of the items and of the panel. */
  readonly contexts: ReadonlyMap<string, string>;
  readonly panel: readonly string[];
}

/** What a token of a summary tells about its context. */
export interface TokenScore {
  readonly text: string;
  readonly nats: number;
}

export interface ScoredItems extends EstimateResult {
  readonly tokens: ReadonlyMap<string, readonly TokenScore[]>;
}

/** Plans, scores by columns (each context evaluated once per query), and estimates: the whole path of a score without a run. */
export async function scoreItems(
  { items, contexts, panel }: ScoreRequest,
  deps: { scorer: ModelHandle; estimator: InformationEstimator; context: CallContext },
): Promise<ScoredItems> {
  const byId = new Map(items.map((item) => [item.id, item]));
  const texts = await countTokens(items, deps.scorer);
  const samples = items.map((item, i): InformationSample => ({ ...item, tokens: texts[i] ?? 0, bytes: utf8Bytes(item.continuation.text) }));
  const cells = deps.estimator.plan(samples, panel);
  const columns = groupBy(cells, (cell) => `${cell.contextId}\n${byId.get(cell.sampleId)?.query}`);
  const scored = new Map<string, ScoredCell>();
  for (const column of columns.values()) await readColumn(column, { byId, contexts, scored }, deps);
  const result = deps.estimator.estimate(samples, panel, (cell) => scored.get(cellKey(cell))?.logProb);
  return { ...result, tokens: new Map(items.map((item) => [item.id, tokensOf(item, cells, scored)])) };
}

const cellKey = ({ sampleId, contextId }: ScoringCell): string => `${sampleId}\n${contextId}`;

function countTokens(items: readonly ScoreItem[], { model }: ModelHandle): Promise<readonly number[]> {
  return model.countTokens(items.map((item) => item.continuation.text));
}

async function readColumn(
  column: readonly ScoringCell[],
  {
    byId,
    contexts,
    scored,
  }: { byId: ReadonlyMap<string, ScoreItem>; contexts: ReadonlyMap<string, string>; scored: Map<string, ScoredCell> },
  { scorer: { model, profile }, context }: { scorer: ModelHandle; context: CallContext },
): Promise<void> {
  const [first] = column;
  const items = column.flatMap((cell) => byId.get(cell.sampleId) ?? []);
  const query = items[0]?.query;
  const text = contexts.get(first?.contextId ?? '');
  if (first === undefined || query === undefined || text === undefined) return;
  const request = { prompt: profile.scorePrompt(text, query), continuations: items.map((item) => item.continuation), withTexts: true };
  const results = await scoreColumn(request, model, context);
  items.forEach(({ id }, i) => {
    const result = results[i];
    if (result !== undefined && 'cell' in result) scored.set(cellKey({ sampleId: id, contextId: first.contextId }), result.cell);
  });
}

/** The item's bits, token by token; empty when a scoring is missing. */
function tokensOf(item: ScoreItem, cells: readonly ScoringCell[], scored: ReadonlyMap<string, ScoredCell>): TokenScore[] {
  const own = scored.get(cellKey({ sampleId: item.id, contextId: item.contextId }));
  const others = cells
    .filter((cell) => cell.sampleId === item.id && cell.contextId !== item.contextId)
    .map((cell) => scored.get(cellKey(cell))?.tokenLogProbs);
  if (own === undefined || others.some((other) => other === undefined)) return [];
  const nats = tokenNats(own.tokenLogProbs, others as readonly (readonly number[])[]);
  return nats.map((value, t) => ({ text: own.tokenTexts[t] ?? '', nats: value }));
}
