import { IsthmusError, toErrorRecord } from '../domain/errors.ts';
import { GATHER_STEP, type GatherRequest, type GatherStep, isComplete } from '../domain/gathering.ts';
import type { RunSpec } from '../domain/run.ts';
import { stepKeyOf } from '../domain/step.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { StoredStep } from '../ports/run-store.ts';
import type { Decision } from '../ports/strategy.ts';
import { chunkLimitOf } from './ingest.ts';
import type { PreparedStep } from './plan-steps.ts';
import type { EngineDeps, Session } from './session.ts';
import { isOverTime } from './time-limit.ts';

/** Changes whenever equal pages would become another corpus. */
const GATHER_VERSION = 1;

type GatherDecision = Extract<Decision, { type: 'fail' }> | { readonly type: 'steps'; readonly prepared: readonly PreparedStep[] };

/**
 * What is to be done before the strategy is asked: the sources gathered, if the run was submitted without a corpus. Undefined once they
 * are, and for any other run.
 */
export async function gatherFirst(session: Session): Promise<GatherDecision | undefined> {
  const { spec, steps } = session.state;
  if (spec.gather === undefined) return undefined;
  const record = steps.get(GATHER_STEP);
  if (record === undefined)
    return isOverTime(session)
      ? { type: 'fail', error: toErrorRecord(timeIsOver(spec)), findings: [] }
      : { type: 'steps', prepared: [await planGather(session, spec.gather)] };
  if (record.outcome === undefined) return { type: 'steps', prepared: [] };
  return record.outcome.status === 'failed' ? { type: 'fail', error: record.outcome.error, findings: [] } : undefined;
}

export function timeIsOver({ limits }: Pick<RunSpec, 'limits'>): IsthmusError {
  const seconds = (limits.durationMs ?? 0) / 1000;
  return new IsthmusError(
    'budget-exceeded',
    `The time limit of ${seconds} s was over before the sources were gathered. Resume the run to give it as long again, or ask for fewer pages.`,
  );
}

/** The models that will be given the chunks, as the run has frozen them. @throws IsthmusError `model-mismatch` */
export async function frozenReaders(
  { compressor, cascade = [], scorer }: RunSpec,
  { models }: Pick<EngineDeps, 'models'>,
): Promise<readonly ModelHandle[]> {
  const identities = [compressor.model, ...cascade.map(({ model }) => model), scorer].flatMap((model) => model ?? []);
  return Promise.all([...new Map(identities.map((identity) => [identity.name, identity])).values()].map((model) => models.require(model)));
}

async function planGather(session: Session, request: GatherRequest): Promise<PreparedStep> {
  const { deps, state } = session;
  const limits = await Promise.all((await frozenReaders(state.spec, deps)).map(chunkLimitOf));
  const own = `${state.runId}/${state.epoch}`;
  const step: GatherStep = {
    kind: 'gather',
    urls: request.urls ?? [],
    ...(request.search === undefined ? {} : { search: request.search }),
    chunkTokens: Object.fromEntries(limits.map(({ modelName, maxTokens }) => [modelName, maxTokens])),
    period: request.ttlMs > 0 ? String(Math.floor(deps.clock.now() / request.ttlMs) * request.ttlMs) : own,
  };
  const shared = await toPrepared(step, state.spec);
  const stored = (await deps.runs.findSteps([shared.stepKey])).get(shared.stepKey);
  if (stored === undefined || (await isUsable(stored, session))) return shared;
  return toPrepared({ ...step, period: `${step.period}/${own}` }, state.spec);
}

async function toPrepared(step: GatherStep, { tenant }: RunSpec): Promise<PreparedStep> {
  const stepKey = await stepKeyOf({ tenant, version: GATHER_VERSION, gather: { ...step, search: { ...step.search } } });
  return { id: GATHER_STEP, step, bytes: 0, stepKey };
}

/** What lacks a page that may be there by now is not taken from another run, nor is a corpus that has been deleted since. */
async function isUsable({ result }: StoredStep, { deps, state }: Session): Promise<boolean> {
  return result.kind === 'gather' && isComplete(result) && (await deps.documents.isGranted(result.corpusId, state.spec.tenant));
}
