/**
 * Isthmus as a library. `createIsthmus` is the way in; `definePlugin` and the types are for packages of plugins.
 */
// biome-ignore-all lint/performance/noBarrelFile: the public face of the package has to be one file
export type { Draft, Report } from './domain/answer.ts';
export type { RunLimits } from './domain/budget.ts';
export type { Chunk, Document, Span } from './domain/document.ts';
export { EFFORTS, type Effort, limitsFor } from './domain/effort.ts';
export { type ErrorCode, IsthmusError } from './domain/errors.ts';
export type { Estimate, Range } from './domain/estimate.ts';
export type { Evidence } from './domain/evidence.ts';
export type { JobPriority } from './domain/fair-share.ts';
export type { InformationEstimate, InformationScore } from './domain/information.ts';
export type { LedgerSummary } from './domain/ledger-summary.ts';
export type { RunEvent, RunState, RunStatus, StoredEvent } from './domain/run.ts';
export type { RunOverview } from './domain/run-overview.ts';
export type { NamedStep, Step, StepResult } from './domain/step.ts';
export { NO_SUMMARY, type Summary } from './domain/summary.ts';
export { connectIsthmus, type RemoteOptions } from './library/connect-isthmus.ts';
export { createIsthmus, type IsthmusOptions } from './library/create-isthmus.ts';
export type {
  CompressChoices,
  CompressedPart,
  CompressedParts,
  Isthmus,
  ResearchChoices,
  ScoreChoices,
  Stoppable,
  SummaryRow,
  TextCompressor,
  Watched,
} from './library/types.ts';
export type { CompressedText } from './pipeline/compress-text.ts';
export type { ScoredRows } from './pipeline/score-rows.ts';
export type { CallContext } from './ports/call-context.ts';
export type { CompressionRequest, Compressor } from './ports/compressor.ts';
export type { Gate, GateCandidate } from './ports/gate.ts';
export type { EstimatorCard, InformationEstimator, InformationSample, ScoringCell } from './ports/information-estimator.ts';
export type { LanguageModel, Prompt } from './ports/language-model.ts';
export type { Planner } from './ports/planner.ts';
export { definePlugin, type ModelHandle, type Plugin, type PluginKind } from './ports/plugin.ts';
export type { PredictionRequest, Predictor } from './ports/predictor.ts';
export type { PromptProfile } from './ports/prompt-profile.ts';
export type { Retriever } from './ports/retriever.ts';
export type { Decision, Strategy, StrategyView } from './ports/strategy.ts';
