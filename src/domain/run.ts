import type { Report } from './answer.ts';
import type { Reservation, RunLimits } from './budget.ts';
import type { CapsuleChoice } from './capsule.ts';
import type { EgressRecord } from './egress.ts';
import type { ErrorRecord } from './errors.ts';
import type { Estimate } from './estimate.ts';
import type { JobPriority } from './fair-share.ts';
import type { GatherRequest } from './gathering.ts';
import type { InformationScore } from './information.ts';
import type { JsonObject } from './json.ts';
import type { LedgerEntry } from './ledger.ts';
import type { ModelIdentity } from './model.ts';
import type { PatchJudgement } from './patch.ts';
import type { NamedStep, StepOutcome } from './step.ts';

/** A plugin as a run has frozen it: which code, with which options, over which model. */
export interface PluginChoice {
  readonly id: string;
  readonly version: string;
  readonly options: JsonObject;
  readonly model?: ModelIdentity;
}

/** Everything that was decided when the run was submitted. A run never reads the configuration again. */
export interface RunSpec {
  readonly question: string;
  /** The options of a multiple choice; the predictor alone is shown them. */
  readonly choices?: readonly string[];
  readonly tenant: string;
  /** Empty where sources are to be gathered, until they are. */
  readonly corpusId: string;
  /** What the run gathers before it reads; absent where its corpus was there when it was submitted. */
  readonly gather?: GatherRequest;
  readonly seed: number;
  readonly strategy: PluginChoice;
  readonly planner: PluginChoice;
  readonly retriever: PluginChoice;
  readonly compressor: PluginChoice;
  /** What a chunk is given next, in this order, when the gate finds that a summary will not do. */
  readonly cascade?: readonly PluginChoice[];
  readonly estimator: PluginChoice;
  readonly gate: PluginChoice;
  readonly predictor: PluginChoice;
  /** What the predictor asks for a token of its prompt, in USD; absent when it is not priced. */
  readonly predictorTokenUsd?: number;
  /** The proxy LM whose log-probabilities are the bits; absent when nothing is scored. */
  readonly scorer?: ModelIdentity;
  readonly limits: RunLimits;
  /** Of its jobs among those of all runs that wait; absent: normal. It decides when they are done, and nothing about their results. */
  readonly priority?: JobPriority;
  /** What the run was expected to take when it was submitted; absent when nobody asked. */
  readonly estimate?: Estimate;
}

/** What a gate said of one summary, and why. */
export interface GateDecision {
  readonly kept: boolean;
  readonly reason: string;
  /** The relevance term by which kept summaries are ordered; larger is better. */
  readonly relevance: number;
  /** Remarks that decide nothing: `generic`, … */
  readonly flags: readonly string[];
  /** The chunk should be given the next compressor of the run's cascade; until that has answered, this decision stands. */
  readonly escalates?: true;
  /** What becomes evidence in the summary's place: its sentences without some, or the whole chunk. Absent: the summary. */
  readonly text?: string;
  /** The kept candidate that says the same: this one's quotes and chunks support it. Only on a dropped repeat. */
  readonly repeats?: string;
}

/** Facts that a strategy derived without an effect; they are logged so that nobody has to derive them again. */
export type Finding =
  | { readonly type: 'summary-scored'; readonly stepId: string; readonly score: InformationScore }
  | { readonly type: 'summary-unscored'; readonly stepId: string; readonly reason: string }
  | { readonly type: 'summary-gated'; readonly stepId: string; readonly decision: GateDecision }
  | { readonly type: 'patch-judged'; readonly judgement: PatchJudgement }
  | { readonly type: 'capsule-chosen'; readonly choice: CapsuleChoice };

/** A step on its way: under which key its result is kept and by which queue job it is (or was) made. */
export interface PlannedStep extends NamedStep {
  readonly stepKey: string;
  /** Absent for steps that the engine does itself. */
  readonly jobId?: string;
  /** What was set aside for it before it was sent, under a limit; settled when it ends. */
  readonly reserved?: Reservation;
}

export interface FinishedStep {
  readonly id: string;
  readonly outcome: StepOutcome;
  readonly ledger: readonly LedgerEntry[];
}

/** The truth of a run is the ordered list of these. */
export type RunEvent =
  /** `trace`: the span that asked for the run, as a W3C `traceparent`; absent where nobody traces. */
  | { readonly type: 'run-created'; readonly spec: RunSpec; readonly trace?: string }
  | { readonly type: 'run-resumed'; readonly epoch: number }
  | { readonly type: 'steps-planned'; readonly steps: readonly PlannedStep[] }
  | { readonly type: 'steps-finished'; readonly steps: readonly FinishedStep[] }
  /** Planned steps that will not come back under this plan, and why: the log forgets them, and a strategy may ask for them again. */
  | { readonly type: 'steps-withdrawn'; readonly stepIds: readonly string[]; readonly reason: string }
  | { readonly type: 'intent-unknown'; readonly stepId: string; readonly ledger: LedgerEntry }
  /** What an attempt to gather has asked of the web that came to nothing; a result tells its own. */
  | { readonly type: 'web-asked'; readonly stepId: string; readonly egress: readonly EgressRecord[] }
  | Finding
  | { readonly type: 'run-interrupted'; readonly reason: string }
  | { readonly type: 'run-completed'; readonly report: Report }
  | { readonly type: 'run-incomplete'; readonly report: Report; readonly reason: string }
  | { readonly type: 'run-failed'; readonly error: ErrorRecord }
  | { readonly type: 'run-cancelled' };

export interface StoredEvent {
  readonly sequence: number;
  readonly at: number;
  readonly event: RunEvent;
}

/** OpenAI's six, since every client knows them. */
export type RunStatus = 'queued' | 'in_progress' | 'completed' | 'failed' | 'cancelled' | 'incomplete';

export interface StepRecord {
  readonly planned: PlannedStep;
  readonly outcome?: StepOutcome;
}

export type SummaryScore = { readonly score: InformationScore } | { readonly missing: string };

/** The fold of a run's events. Strategies see it read-only. */
export interface RunState {
  readonly runId: string;
  readonly spec: RunSpec;
  /** As in `run-created`. */
  readonly trace?: string;
  readonly status: RunStatus;
  /** The sequence of the last event folded in; the next append expects it. */
  readonly sequence: number;
  readonly createdAt: number;
  /** Since when the time limit counts: the creation or last resumption, moved on by the length of every pause. */
  readonly startedAt: number;
  /** The time of the last event folded in. */
  readonly updatedAt: number;
  /** Counts resumptions; part of the job ids, so that a resumed run is not served an old failure. */
  readonly epoch: number;
  /** In the order planned. */
  readonly steps: ReadonlyMap<string, StepRecord>;
  readonly pending: ReadonlySet<string>;
  /** By the id of the compress step. */
  readonly scores: ReadonlyMap<string, SummaryScore>;
  readonly gates: ReadonlyMap<string, GateDecision>;
  /** What a foraging strategy judged, in order; empty under others. */
  readonly judgements: readonly PatchJudgement[];
  /** What stood for each plan, in order; empty where plans have no capsules. */
  readonly capsules: readonly CapsuleChoice[];
  readonly ledger: readonly LedgerEntry[];
  /** By attempts to gather that came to nothing; absent when there were none. */
  readonly webAsked?: readonly EgressRecord[];
  readonly report?: Report;
  readonly reason?: string;
  readonly error?: ErrorRecord;
}

export function isTerminal(status: RunStatus): boolean {
  return status !== 'queued' && status !== 'in_progress';
}

/** Whether a run is over after this event, unless it is resumed. */
export function isEnd({ type }: RunEvent): boolean {
  return type === 'run-completed' || type === 'run-incomplete' || type === 'run-failed' || type === 'run-cancelled';
}
