import type { LedgerEntry } from '../domain/ledger.ts';
import type { FinishedStep, PlannedStep, RunEvent, RunSpec, StoredEvent } from '../domain/run.ts';
import { roleOf, type Step, type StepResult } from '../domain/step.ts';
import { convertGathered } from './convert-gathering.ts';
import { convertReportBody, convertSpec } from './convert-run.ts';
import { convertInformation, known } from './convert-usage.ts';
import { publicMessage, toPublicCode } from './errors.ts';
import type { EventName, EventPayload } from './event-contract.ts';

type Converters = { readonly [Name in EventName]: (event: Extract<RunEvent, { type: Name }>, runId: string) => EventPayload<Name> };

/** From the domain's event to the public one, name by name; what is not named here does not leave. */
const CONVERTERS: Converters = {
  'run-created': ({ spec }) => convertCreated(spec),
  'run-resumed': ({ epoch }) => ({ epoch }),
  'steps-planned': ({ steps }) => ({ steps: steps.map(convertPlanned) }),
  'steps-finished': ({ steps }, runId) => ({ steps: steps.map((step) => convertFinished(step, runId)) }),
  'steps-withdrawn': ({ stepIds, reason }) => ({ step_ids: [...stepIds], reason }),
  'intent-unknown': ({ stepId, ledger }) => ({ step_id: stepId, usage: convertEntry(ledger) }),
  'web-asked': ({ stepId, egress }) => ({ step_id: stepId, requests: egress.length }),
  'summary-scored': ({ stepId, score }) => ({ step_id: stepId, information: convertInformation(score) }),
  'summary-unscored': ({ stepId, reason }) => ({ step_id: stepId, reason }),
  'summary-gated': ({ stepId, decision }) => ({
    step_id: stepId,
    kept: decision.kept,
    reason: decision.reason,
    relevance: known(decision.relevance),
    flags: [...decision.flags],
    repeats: decision.repeats ?? null,
    escalates: decision.escalates ?? false,
    text: decision.text ?? null,
  }),
  'patch-judged': ({
    judgement: { patch, documentId, scent, gain, cost, rate, bestRate, threshold, chunkIds, verdict, reason, unit },
  }) => ({
    verdict,
    reason,
    patch: patch ?? null,
    document_id: documentId ?? null,
    scent: known(scent),
    gain: known(gain),
    cost: known(cost),
    unit,
    rate: known(rate),
    best_rate: known(bestRate),
    threshold: known(threshold),
    chunk_ids: [...chunkIds],
  }),
  'capsule-chosen': ({ choice: { round, plan, guidance, budget, reconstruction, agreement, reason } }) => ({
    round,
    plan,
    guidance: guidance ?? null,
    budget: budget ?? null,
    reconstruction: known(reconstruction),
    agreement: known(agreement),
    reason,
  }),
  'run-interrupted': ({ reason }) => ({ reason }),
  'run-completed': ({ report }) => ({ report: convertReportBody(report) }),
  'run-incomplete': ({ report, reason }) => ({ report: convertReportBody(report), reason }),
  'run-failed': ({ error }, runId) => ({ error: { code: toPublicCode(error.code), message: publicMessage(error, runId) } }),
  'run-cancelled': () => ({}),
};

export interface PublicEvent {
  readonly type: EventName;
  readonly run_id: string;
  readonly sequence: number;
  readonly at_ms: number;
}

export function convertEvent({ sequence, at, event }: StoredEvent, runId: string): PublicEvent {
  const convert = CONVERTERS[event.type] as (event: RunEvent, runId: string) => object;
  return { type: event.type, run_id: runId, sequence, at_ms: at, ...convert(event, runId) };
}

function convertCreated(spec: RunSpec): EventPayload<'run-created'> {
  const { question, corpus_id, strategy, compressor, predictor, limits } = convertSpec(spec);
  return { question, corpus_id, strategy, compressor, predictor, limits };
}

function convertPlanned({ id, step, reserved }: PlannedStep): EventPayload<'steps-planned'>['steps'][number] {
  return {
    id,
    role: roleOf(step),
    ...subjectOf(step),
    reserved:
      reserved === undefined ? null : { tokens: reserved.tokens, micro_usd: known(reserved.microUsd), calls: known(reserved.calls) },
  };
}

function subjectOf(step: Step): { query: string | null; chunk_id: string | null } {
  if (step.kind === 'score') return { query: step.query, chunk_id: step.contextId };
  if (step.kind === 'retrieve') return { query: step.selection.type === 'search' ? step.selection.query : null, chunk_id: null };
  if (step.kind === 'gather') return { query: null, chunk_id: null };
  if (step.role === 'compress') return { query: step.query, chunk_id: step.chunkId };
  return { query: step.question, chunk_id: null };
}

type PublicStep = EventPayload<'steps-finished'>['steps'][number];

function convertFinished({ id, outcome, ledger }: FinishedStep, runId: string): PublicStep {
  const base = { id, usage: ledger.map(convertEntry) };
  if (outcome.status === 'done')
    return { ...base, status: 'done', is_cached: outcome.isCached, result: convertResult(outcome.result), error: null };
  const { code } = outcome.error;
  const error = { code: toPublicCode(code), message: publicMessage(outcome.error, runId) };
  return { ...base, status: 'failed', is_cached: false, result: null, error };
}

function convertResult(result: StepResult): NonNullable<PublicStep['result']> {
  switch (result.kind) {
    case 'plan':
      return { kind: 'plan', queries: [...result.queries] };
    case 'compress': {
      const { status, text, tokenCount, finishReason, quotes } = result.summary;
      const spans = quotes.map(({ start, end }) => ({ start, end }));
      return { kind: 'compress', status, summary: text, summary_tokens: tokenCount, finish_reason: finishReason, quotes: spans };
    }
    case 'predict':
      return { kind: 'predict', status: result.draft.status, text: result.draft.text };
    case 'retrieve':
      return {
        kind: 'retrieve',
        chunks: result.chunks.map(({ chunkId, documentId, score }) => ({
          chunk_id: chunkId,
          document_id: documentId,
          score: known(score),
        })),
      };
    case 'gather': {
      const { is_shared: _, ...gathered } = convertGathered({ ...result, isShared: false });
      return { kind: 'gather', corpus_id: result.corpusId, ...gathered };
    }
    case 'score':
      return { kind: 'score', log_prob: known(result.logProb), tokens: result.tokenCount };
    default:
      return result satisfies never;
  }
}

function convertEntry(entry: LedgerEntry): EventPayload<'intent-unknown'>['usage'] {
  return {
    kind: entry.kind,
    role: entry.role,
    model: entry.model,
    place: entry.place,
    prompt_tokens: entry.promptTokens,
    cached_tokens: entry.cachedTokens,
    output_tokens: entry.outputTokens,
    scored_tokens: entry.scoredTokens,
    duration_ms: entry.durationMs,
    micro_usd: known(entry.microUsd),
    avoided_micro_usd: known(entry.avoidedMicroUsd),
  };
}
