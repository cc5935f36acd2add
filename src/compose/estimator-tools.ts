import { type CheckRequest, type CheckRow, checkEstimators, countChecks } from '../../estimators/calibration/check.ts';
import { drawTrapWorld } from '../../estimators/calibration/trap-world.ts';
import { compareTraps, planTraps, type TrapReport } from '../../estimators/calibration/traps.ts';
import type { CreateEstimator } from '../../estimators/calibration/trials.ts';
import { utf8Bytes } from '../domain/information.ts';
import type { Registry } from '../pipeline/registry.ts';
import { cellKey } from '../pipeline/score-cells.ts';
import { scoreCells } from '../pipeline/score-items.ts';
import { readRows } from '../pipeline/score-rows.ts';
import type { ScoreRow } from '../pipeline/score-rows-input.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { EstimatorCard, EstimatorNeed } from '../ports/information-estimator.ts';
import type { ModelHandle } from '../ports/plugin.ts';

export type { CheckRequest, CheckRow, TrapReport };

/** An estimator as it presents itself. */
export interface ListedEstimator extends EstimatorCard {
  readonly id: string;
  readonly version: string;
  readonly summary: string;
  readonly needs: readonly EstimatorNeed[];
  /** Whether runs take it. */
  readonly inRuns: boolean;
}

export function listEstimators(registry: Registry): readonly ListedEstimator[] {
  return registry.list('estimator').map((plugin) => {
    const { card, needs } = plugin.create(plugin.options.parse({}), undefined);
    const inRuns = needs.length === 0 && card.ceiling === 'ln N';
    return { id: plugin.id, version: plugin.version, summary: plugin.summary, needs, inRuns, ...card };
  });
}

/** Rows of the calibration, one at a time, and how many there will be. */
export function startCheck(request: CheckRequest, registry: Registry): { readonly rows: Iterable<CheckRow>; readonly count: number } {
  const create: CreateEstimator = (id, options = {}) =>
    registry.create('estimator', registry.choose('estimator', id, { ...options }), undefined);
  return { rows: checkEstimators(request, create), count: countChecks(request, create) };
}

export interface TrapSettings {
  /** Share of scorings that are taken to fail. */
  readonly failureRate: number;
  readonly seed: number;
}

export interface TrapsOfWorld extends TrapReport {
  /** I(X;Z|Q): what the figures should not exceed; in nats. */
  readonly information: number;
}

/** The traps where the truth is known. */
export function trapsOfWorld({ contexts, ...settings }: TrapSettings & { readonly contexts: number }): TrapsOfWorld {
  const { samples, logProb, information } = drawTrapWorld({ contexts, seed: settings.seed });
  return { ...compareTraps({ samples, ...settings }, logProb), information };
}

/** The traps on summaries of one's own. */
export async function trapsOfRows(
  {
    rows,
    onProgress,
    ...settings
  }: TrapSettings & { readonly rows: readonly ScoreRow[]; readonly onProgress?: (done: number, of: number) => void },
  deps: { readonly scorer: ModelHandle; readonly context: CallContext },
): Promise<TrapReport> {
  const { items, contexts } = await readRows(rows, deps.scorer);
  const samples = items.map(({ id, contextId, documentId, query, continuation }) => ({
    ...{ id, contextId, documentId, query, tokens: 0 },
    bytes: utf8Bytes(continuation.text),
  }));
  const cells = planTraps(samples);
  const scored = await scoreCells(cells, { items, contexts, ...(onProgress === undefined ? {} : { onProgress }) }, deps);
  return compareTraps({ samples, ...settings }, (cell) => scored.get(cellKey(cell))?.logProb);
}
