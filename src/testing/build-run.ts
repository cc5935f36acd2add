import { GATHER_STEP, type GatherResult } from '../domain/gathering.ts';
import type { LedgerEntry } from '../domain/ledger.ts';
import type { PatchJudgement } from '../domain/patch.ts';
import type { PluginChoice, RunEvent, RunSpec } from '../domain/run.ts';
import type { StepResult } from '../domain/step.ts';

export const choice = (id: string): PluginChoice => ({ id, version: '1', options: {} });

/** A run's specification with nothing special about it but what is given. */
export function buildRunSpec(members: Partial<RunSpec> = {}): RunSpec {
  return {
    question: 'How tall is it?',
    tenant: 'default',
    corpusId: 'corpus',
    seed: 1,
    strategy: choice('strategy'),
    planner: choice('planner'),
    retriever: choice('retriever'),
    compressor: choice('compressor'),
    estimator: choice('estimator'),
    gate: choice('gate'),
    predictor: choice('predictor'),
    limits: {},
    ...members,
  };
}

export function buildJudgement(members: Partial<PatchJudgement> = {}): PatchJudgement {
  const rates = { scent: 0.5, gain: 0.4, cost: 200, unit: 'tokens', rate: 0.002, bestRate: 0.003, threshold: 0.0024 } as const;
  return {
    verdict: 'leave',
    reason: 'nothing is left in it',
    patch: 'document-1',
    documentId: 'document-1',
    ...rates,
    chunkIds: [],
    ...members,
  };
}

export function steps(...ids: readonly string[]): RunEvent {
  return {
    type: 'steps-planned',
    steps: ids.map((id) => ({ id, stepKey: `key-of-${id}`, step: { kind: 'chat', role: 'plan', question: 'Why?' } })),
  };
}

export function finished(id: string, ledger: readonly LedgerEntry[]): RunEvent {
  return { type: 'steps-finished', steps: [{ id, outcome: { status: 'done', result: planned('x'), isCached: false }, ledger }] };
}

/** The sources of a run are gathered: from then on it has this corpus. */
export function gathered(corpusId: string, change: Partial<GatherResult> = {}): readonly RunEvent[] {
  const result: GatherResult = { kind: 'gather', corpusId, sources: [], searches: [], egress: [], ...change };
  const step = { kind: 'gather', urls: [], chunkTokens: {}, period: '1' } as const;
  return [
    { type: 'steps-planned', steps: [{ id: GATHER_STEP, stepKey: `key-of-${corpusId}`, step }] },
    { type: 'steps-finished', steps: [{ id: GATHER_STEP, outcome: { status: 'done', result, isCached: false }, ledger: [] }] },
  ];
}

export function planned(query: string): StepResult {
  return { kind: 'plan', queries: [query] };
}

export function entry(stepKey: string, members: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    kind: 'call',
    stepKey,
    role: 'compress',
    model: 'nano',
    place: 'local',
    promptTokens: 100,
    cachedTokens: 20,
    outputTokens: 30,
    scoredTokens: 0,
    durationMs: 12.5,
    ...members,
  };
}
