import { fits } from '../domain/budget.ts';
import { IsthmusError } from '../domain/errors.ts';
import { groupBy } from '../domain/group.ts';
import { sha256 } from '../domain/json.ts';
import type { PlannedStep } from '../domain/run.ts';
import { type NamedStep, type Step, stepKeyOf } from '../domain/step.ts';
import type { Job } from '../ports/job-queue.ts';
import { hydrate } from './hydrate.ts';
import { budgetOf, reservationOf } from './reserve.ts';
import { lookUp, type Session } from './session.ts';
import { type JobPayload, modelOf, type QueueName, queueOf, type Work, workKey } from './work.ts';

/** Scorings of one context that travel in one job; bounds the payload (a summary is a few hundred bytes). */
const COLUMN_LIMIT = 64;

/** What a queue refuses to carry; a chunk is at most some 8 KiB, so only a mistake comes near it. */
const PAYLOAD_LIMIT_BYTES = 256 * 1024;

/** A step ready to be sent: `work` is absent for what the engine does itself. */
export interface PreparedStep extends NamedStep {
  readonly stepKey: string;
  readonly work?: Work;
}

type ReservedStep = PreparedStep & Pick<PlannedStep, 'reserved'>;

/** Puts texts and keys to steps. */
export async function prepare(session: Session, steps: readonly NamedStep[]): Promise<PreparedStep[]> {
  const { spec } = session.state;
  return Promise.all(
    steps.map(async ({ id, step }) => {
      if (step.kind === 'retrieve') return { id, step, stepKey: await retrievalKey(session, step) };
      const work = hydrate(step, spec, (chunkId) => lookUp(session.chunks, chunkId));
      return { id, step, work, stepKey: await workKey(work, spec.tenant) };
    }),
  );
}

function retrievalKey({ state: { spec } }: Session, step: Extract<Step, { kind: 'retrieve' }>): Promise<string> {
  const { id, version, options } = spec.retriever;
  return stepKeyOf({ tenant: spec.tenant, corpus: spec.corpusId, retriever: { id, version, options }, selection: { ...step.selection } });
}

/** Takes as many of the steps as the run's limits allow, in the order named, and sets aside what they may consume. */
export async function reserve(session: Session, steps: readonly PreparedStep[]): Promise<{ taken: ReservedStep[]; refused: string[] }> {
  const { limits } = session.state.spec;
  const { models, pricing } = session.deps;
  if (limits.microUsd === undefined && limits.tokens === undefined)
    return { taken: await Promise.all(steps.map((step) => noteRemote(step, session))), refused: [] };
  const budget = await budgetOf(session.state, models, pricing);
  const taken = [];
  const refused: string[] = [];
  let { reserved } = budget;
  for (const step of steps) {
    const wanted = step.work === undefined ? { tokens: 0 } : await reservationOf(step.work, models, pricing);
    const isSynthesis = step.step.kind === 'chat' && step.step.role === 'predict';
    if (fits({ ...budget, reserved }, wanted, isSynthesis)) {
      reserved = { tokens: reserved.tokens + wanted.tokens, microUsd: reserved.microUsd + (wanted.microUsd ?? 0) };
      taken.push({ ...step, reserved: wanted });
    } else refused.push(step.id);
  }
  return { taken, refused };
}

/** Without a limit nothing is refused, but a remote call still writes down what it may cost, in case its end is never seen. */
async function noteRemote(step: PreparedStep, { deps }: Session): Promise<ReservedStep> {
  if (step.work === undefined || modelOf(step.work)?.provider !== 'openai') return step;
  return { ...step, reserved: await reservationOf(step.work, deps.models, deps.pricing) };
}

/** Groups steps into jobs: scorings of one context and query share one, everything else goes alone. */
export async function toPlanned(session: Session, steps: readonly ReservedStep[]): Promise<PlannedStep[]> {
  const groups = new Map<string, (typeof steps)[number][]>();
  for (const step of steps) {
    const name = groupOf(step, groups);
    groups.set(name, [...(groups.get(name) ?? []), step]);
  }
  const planned = await Promise.all(
    [...groups.values()].map(async (group) => {
      const digest = (await sha256(group.map((step) => step.stepKey).join())).slice(0, 40);
      const jobId = `job-${digest}-${session.state.epoch}`;
      return group.map(
        ({ id, step, stepKey, work, reserved }): PlannedStep => ({
          id,
          step,
          stepKey,
          ...(work === undefined ? {} : { jobId }),
          ...(reserved === undefined ? {} : { reserved }),
        }),
      );
    }),
  );
  return planned.flat();
}

function groupOf(step: PreparedStep, groups: ReadonlyMap<string, unknown[]>): string {
  if (step.step.kind !== 'score') return step.id;
  const column = `${step.step.contextId}\n${step.step.query}`;
  let part = 0;
  while ((groups.get(`${column}\n${part}`)?.length ?? 0) >= COLUMN_LIMIT) part++;
  return `${column}\n${part}`;
}

/** The jobs that make planned steps, by queue. Works are put in the order of the keys in the job's id. */
export function toJobs(session: Session, planned: readonly PlannedStep[]): Map<QueueName, Job[]> {
  const byJob = groupBy(
    planned.filter((step) => step.jobId !== undefined),
    (step) => step.jobId ?? '',
  );
  const queues = new Map<QueueName, Job[]>();
  for (const [id, steps] of byJob) {
    const works = steps.map(({ step, stepKey }) => ({ stepKey, work: workOf(session, step) }));
    const [first] = works;
    if (first === undefined) continue;
    const payload: JobPayload = { version: 1, runId: session.state.runId, works };
    const size = JSON.stringify(payload).length;
    if (size > PAYLOAD_LIMIT_BYTES)
      throw new IsthmusError(
        'invalid-input',
        `A job of ${size} bytes does not fit the queue (${PAYLOAD_LIMIT_BYTES}); make chunks smaller.`,
      );
    const queue = queueOf(first.work);
    queues.set(queue, [...(queues.get(queue) ?? []), { id, payload }]);
  }
  return queues;
}

function workOf(session: Session, step: Step): Work {
  if (step.kind === 'retrieve') throw new IsthmusError('internal', 'A retrieval has no job.');
  return hydrate(step, session.state.spec, (id) => lookUp(session.chunks, id));
}
