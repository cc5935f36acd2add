import type { z } from 'zod';
import type { Report } from '../domain/answer.ts';
import type { Amount, RunLimits } from '../domain/budget.ts';
import { groupBy } from '../domain/group.ts';
import { summariseLedger } from '../domain/ledger-summary.ts';
import type { ModelIdentity } from '../domain/model.ts';
import type { PluginChoice, RunSpec, RunState, StepRecord } from '../domain/run.ts';
import { gatheringOf } from '../domain/run-gathering.ts';
import { roleOf } from '../domain/step.ts';
import type { RunPage } from '../ports/research-service.ts';
import type { RunSummary } from '../ports/run-store.ts';
import { convertGathered } from './convert-gathering.ts';
import { convertEstimateFigures } from './convert-job.ts';
import { convertTotals, known } from './convert-usage.ts';
import { publicMessage, toPublicCode } from './errors.ts';
import type { listAnswer, modelAnswer, pluginAnswer, reportBody, runAnswer, runListItem } from './schemas-answer.ts';

/** What is known of a run beside its events. */
export interface RunFacts extends Pick<RunSummary, 'metadata' | 'parent'> {
  readonly heldBack?: Amount;
}

export function convertRun(state: RunState, facts: RunFacts): z.input<typeof runAnswer> {
  const { runId, status, spec, report, error, reason } = state;
  const gathering = gatheringOf(state);
  return {
    id: runId,
    object: 'research.run',
    status,
    created_at: toSeconds(state.createdAt),
    updated_at: toSeconds(state.updatedAt),
    ...convertSpec(spec),
    estimate: spec.estimate === undefined ? null : convertEstimateFigures(spec.estimate),
    progress: convertProgress([...state.steps.values()]),
    usage: convertTotals(summariseLedger(state.ledger).total),
    held_back: facts.heldBack === undefined ? null : convertAmount(facts.heldBack),
    gathered: gathering === undefined ? null : convertGathered(gathering),
    last_sequence: state.sequence,
    report: report === undefined ? null : convertReportBody(report),
    error: error === undefined ? null : { code: toPublicCode(error.code), message: publicMessage(error, runId) },
    incomplete_details: status === 'incomplete' ? { reason: reason ?? 'unknown' } : null,
    metadata: { ...facts.metadata },
    forked_from: facts.parent ?? null,
  };
}

export function convertSpec(spec: RunSpec) {
  return {
    question: spec.question,
    corpus_id: spec.corpusId,
    seed: spec.seed,
    strategy: convertPlugin(spec.strategy),
    planner: convertPlugin(spec.planner),
    retriever: convertPlugin(spec.retriever),
    compressor: convertPlugin(spec.compressor),
    estimator: convertPlugin(spec.estimator),
    gate: convertPlugin(spec.gate),
    predictor: convertPlugin(spec.predictor),
    cascade: (spec.cascade ?? []).map(convertPlugin),
    scorer: spec.scorer === undefined ? null : convertModel(spec.scorer),
    limits: convertLimits(spec.limits),
    priority: spec.priority ?? ('normal' as const),
  };
}

function convertLimits({ microUsd, tokens, calls, durationMs }: RunLimits) {
  return { micro_usd: known(microUsd), tokens: known(tokens), calls: known(calls), duration_ms: known(durationMs) };
}

function convertAmount({ tokens, microUsd, calls }: Amount) {
  return { tokens, micro_usd: microUsd, calls };
}

function convertPlugin({ id, version, options, model }: PluginChoice): z.input<typeof pluginAnswer> {
  return { id, version, options: { ...options }, ...(model === undefined ? {} : { model: convertModel(model) }) };
}

/** The settings stay inside: they are the operator's. */
function convertModel({ name, provider, fileHash }: ModelIdentity): z.input<typeof modelAnswer> {
  return { name, provider, ...(fileHash === undefined ? {} : { file_hash: fileHash }) };
}

function convertProgress(records: readonly StepRecord[]) {
  const byRole = groupBy(records, ({ planned }) => roleOf(planned.step));
  return { ...countSteps(records), by_role: Object.fromEntries([...byRole].map(([role, own]) => [role, countSteps(own)])) };
}

function countSteps(records: readonly StepRecord[]) {
  const done = records.filter(({ outcome }) => outcome?.status === 'done').length;
  const failed = records.filter(({ outcome }) => outcome?.status === 'failed').length;
  return { planned: records.length, done, failed, pending: records.length - done - failed };
}

export function convertReportBody(report: Report): z.input<typeof reportBody> {
  const { status, text, form, citations, dropped, unread } = report;
  return {
    status,
    text,
    form,
    citations: citations.map((citation) => ({
      number: citation.number,
      document_id: citation.documentId,
      span: { ...citation.span },
      quote: citation.text,
    })),
    dropped: dropped.map(({ evidence, reason }) => ({ evidence, reason })),
    ...(unread === undefined ? {} : { unread: [...unread] }),
  };
}

export function convertPage({ runs, next }: RunPage): z.input<typeof listAnswer> {
  return { object: 'list', data: runs.map(convertSummary), has_more: next !== undefined, next_cursor: next ?? null };
}

function convertSummary(run: RunSummary): z.input<typeof runListItem> {
  const { id, status, question, createdAt, updatedAt, choices, progress, spending, metadata, parent } = run;
  return {
    id,
    object: 'research.run',
    status,
    question,
    created_at: toSeconds(createdAt),
    updated_at: toSeconds(updatedAt),
    ...choices,
    progress: { ...progress, pending: progress.planned - progress.done - progress.failed },
    micro_usd: spending.unpricedCalls > 0 ? null : spending.pricedMicroUsd,
    priced_micro_usd: spending.pricedMicroUsd,
    unpriced_calls: spending.unpricedCalls,
    read_tokens: spending.readTokens,
    predictor_tokens: spending.predictorTokens,
    metadata: { ...metadata },
    forked_from: parent ?? null,
  };
}

/** OpenAI's clients expect seconds. */
export function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
