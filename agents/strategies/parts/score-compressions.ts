import { tierAfter } from '../../../src/domain/cascade.ts';
import { utf8Bytes } from '../../../src/domain/information.ts';
import type { Finding, RunSpec, RunState } from '../../../src/domain/run.ts';
import type { NamedStep } from '../../../src/domain/step.ts';
import { toContinuation } from '../../../src/domain/summary.ts';
import type { InformationEstimator, InformationSample, ScoringCell } from '../../../src/ports/information-estimator.ts';
import type { StrategyView } from '../../../src/ports/strategy.ts';
import type { Compression } from './compressions.ts';

/** Scorings that are still to be asked for, and the scores of summaries whose scorings have all ended. */
export interface Scoring {
  readonly steps: readonly NamedStep[];
  readonly findings: readonly Finding[];
}

/** `NONE` and empty summaries are statuses, not messages; the chunk itself, at the end of a cascade, is what others are told from. */
export function isScorable({ summary, tier }: Compression, spec: RunSpec): boolean {
  return summary.status === 'text' && summary.text !== '' && (tier === 0 || tierAfter(spec, tier - 1) !== 'raw');
}

function toSample(compression: Compression, view: StrategyView): InformationSample {
  const { id, chunkId, query, summary } = compression;
  return {
    id,
    contextId: chunkId,
    documentId: view.chunk(chunkId).documentId,
    query,
    tokens: summary.tokenCount,
    bytes: utf8Bytes(summary.text),
  };
}

/** A summary's own context and one to tell it from. */
const SMALLEST_PANEL = 2;

function unscored(samples: readonly InformationSample[], state: RunState): Finding[] {
  const reason = 'the corpus has too few other chunks to compare with';
  return samples.filter(({ id }) => !state.scores.has(id)).map(({ id }) => ({ type: 'summary-unscored', stepId: id, reason }));
}

const cellId = (cell: ScoringCell): string => `score/${cell.sampleId.slice('compress/'.length)}/${cell.contextId.slice(0, 16)}`;

/** Lays the estimator's plan over the run's steps. Pure; the estimator does the arithmetic, workers the scoring. */
export function scoreCompressions(
  compressions: readonly Compression[],
  run: {
    readonly state: RunState;
    readonly view: StrategyView;
    readonly panel: readonly string[];
    readonly estimator: InformationEstimator;
  },
): Scoring {
  const { state, view, panel, estimator } = run;
  const byId = new Map(compressions.filter((one) => isScorable(one, state.spec)).map((compression) => [compression.id, compression]));
  const samples = [...byId.values()].map((compression) => toSample(compression, view));
  if (estimator.panelSize > 0 && panel.length < SMALLEST_PANEL) return { steps: [], findings: unscored(samples, state) };
  const cells = estimator.plan(samples, panel);
  const steps = cells.flatMap((cell): NamedStep[] => {
    const compression = byId.get(cell.sampleId);
    if (compression === undefined) return [];
    return [
      {
        id: cellId(cell),
        // A summary has a score only when all its scorings are there.
        group: cell.sampleId,
        step: {
          kind: 'score',
          query: compression.query,
          contextId: cell.contextId,
          continuation: toContinuation(compression.summary),
          ...(compression.tier === 0 ? {} : { tier: compression.tier }),
        },
      },
    ];
  });
  const isOver = steps.every((step) => state.steps.get(step.id)?.outcome !== undefined || view.refused.has(step.id));
  return { steps, findings: isOver ? findings(samples, run) : [] };
}

function findings(
  samples: readonly InformationSample[],
  { state, view, panel, estimator }: Parameters<typeof scoreCompressions>[1],
): Finding[] {
  const reason = view.refused.size > 0 ? 'the limit left no room for a scoring it needs' : 'a scoring it needs has failed';
  const { scores } = estimator.estimate(samples, panel, (cell) => {
    const outcome = state.steps.get(cellId(cell))?.outcome;
    return outcome?.status === 'done' && outcome.result.kind === 'score' ? outcome.result.logProb : undefined;
  });
  return samples.flatMap(({ id }): Finding[] => {
    if (state.scores.has(id)) return [];
    const score = scores.get(id);
    return score === undefined ? [{ type: 'summary-unscored', stepId: id, reason }] : [{ type: 'summary-scored', stepId: id, score }];
  });
}
