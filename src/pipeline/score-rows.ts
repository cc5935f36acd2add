import { IsthmusError } from '../domain/errors.ts';
import type { InformationEstimate, InformationScore, TokenScore } from '../domain/information.ts';
import { sha256 } from '../domain/json.ts';
import { sample } from '../domain/random.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { InformationEstimator } from '../ports/information-estimator.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import { checkRows } from './check-estimator.ts';
import type { ScoreItem } from './score-cells.ts';
import { scoreItems } from './score-items.ts';
import type { ScoreRow } from './score-rows-input.ts';

export interface ScoredRow {
  readonly id: string;
  readonly summary: string;
  readonly score?: InformationScore;
  readonly tokens: readonly TokenScore[];
  /** Why there is no score. */
  readonly missing?: string;
}

export interface ScoredRows {
  readonly rows: readonly ScoredRow[];
  readonly estimate: InformationEstimate;
}

/**
 * Scores summaries against the sources of the other rows. A row that does not fit the scorer's context is missing, with the
 * figures, and its source serves nobody as a contrast; nothing is cut to fit.
 */
export async function scoreRows(
  { rows, seed, onProgress }: { readonly rows: readonly ScoreRow[]; readonly seed: number; readonly onProgress?: Progress },
  deps: { scorer: ModelHandle; estimator: InformationEstimator; context: CallContext },
): Promise<ScoredRows> {
  checkRows(rows, deps.estimator);
  const { fitting, problems, items, contexts } = await readRows(rows, deps.scorer);
  const panel = sample([...contexts.keys()], deps.estimator.panelSize, seed);
  const scored = await scoreItems({ items, contexts, panel, ...(onProgress === undefined ? {} : { onProgress }) }, deps);
  const place = new Map(fitting.map((row, i) => [row, String(i)]));
  return {
    estimate: scored.estimate,
    rows: rows.map((row) => toScoredRow(row, { missing: problems.get(row), id: place.get(row) ?? '' }, scored)),
  };
}

type Progress = (done: number, of: number) => void;

/** Rows as items: the same source twice is one context. */
export interface ReadRows {
  readonly fitting: readonly ScoreRow[];
  readonly problems: ReadonlyMap<ScoreRow, string>;
  /** In the order of `fitting`. */
  readonly items: readonly ScoreItem[];
  readonly contexts: ReadonlyMap<string, string>;
}

/** @throws IsthmusError `invalid-input` where fewer than two different sources can be read */
export async function readRows(rows: readonly ScoreRow[], scorer: ModelHandle): Promise<ReadRows> {
  const problems = await misfits(rows, scorer);
  const fitting = rows.filter((row) => !problems.has(row));
  const ids = new Map(await Promise.all(fitting.map(async (row) => [row, await sha256(row.x)] as const)));
  const contexts = new Map(fitting.map((row) => [ids.get(row) ?? '', row.x]));
  if (contexts.size < 2) throw new IsthmusError('invalid-input', notEnough(rows.length, contexts.size, [...problems.values()][0]));
  const items = fitting.map((row, i) => ({
    id: String(i),
    contextId: ids.get(row) ?? '',
    documentId: ids.get(row) ?? '',
    query: row.q,
    continuation: { text: row.z, ended: true },
    ...(row.y === undefined ? {} : { answer: row.y }),
  }));
  return { fitting, problems, items, contexts };
}

function toScoredRow(
  row: ScoreRow,
  { missing, id }: { missing: string | undefined; id: string },
  scored: Awaited<ReturnType<typeof scoreItems>>,
): ScoredRow {
  const base = { id: row.id, summary: row.z, tokens: scored.tokens.get(id) ?? [] };
  const score = scored.scores.get(id);
  if (score !== undefined) return { ...base, score };
  return { ...base, missing: missing ?? 'a scoring it needs has failed' };
}

/**
 * The rows the scorer cannot read, with the figures. Any source may be asked with any question and summary, so the longest of
 * each must fit together.
 */
async function misfits(rows: readonly ScoreRow[], { model, profile }: ModelHandle): Promise<Map<ScoreRow, string>> {
  const { contextTokens } = await model.describe();
  const [x, q, z] = await Promise.all(
    [rows.map((row) => row.x), rows.map((row) => row.q), rows.map((row) => row.z)].map((texts) => model.countTokens(texts)),
  );
  const room = contextTokens - profile.overheadTokens;
  const problems = new Map<ScoreRow, string>();
  const own = rows.map((_, i) => (q?.[i] ?? 0) + (z?.[i] ?? 0) + 1);
  const longestOwn = Math.max(...own.filter((tokens) => tokens < room));
  rows.forEach((row, i) => {
    const needed = (x?.[i] ?? 0) + Math.max(own[i] ?? 0, longestOwn);
    if (needed > room)
      problems.set(
        row,
        `its source has ${x?.[i]} tokens, question and summary up to ${Math.max(own[i] ?? 0, longestOwn)}; ${model.identity.name} takes ${room} in all`,
      );
  });
  return problems;
}

function notEnough(rows: number, usable: number, example: string | undefined): string {
  const reason = example === undefined ? '' : ` A row that was left out: ${example}.`;
  return `Expected at least two different sources that the scorer can read, but of ${rows} rows ${usable} can be used.${reason} Give more rows, shorter ones, or a scorer with a larger context.`;
}
