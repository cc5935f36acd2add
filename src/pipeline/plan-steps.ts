import { fits } from '../domain/budget.ts';
import { IsthmusError } from '../domain/errors.ts';
import { groupBy } from '../domain/group.ts';
import { utf8Bytes } from '../domain/information.ts';
import { sha256 } from '../domain/json.ts';
import type { PlannedStep } from '../domain/run.ts';
import { type NamedStep, type Step, stepKeyOf } from '../domain/step.ts';
import type { Job } from '../ports/job-queue.ts';
import { hydrate } from './hydrate.ts';
import { budgetOf, reservationOf } from './reserve.ts';
import { lookUp, type Session } from './session.ts';
import { type JobPayload, modelOf, type QueueName, queueOf, type Work, workKey } from './work.ts';

/** Scorings of one context that travel in one job: the longest that a cancellation or a crash can throw away. */
const COLUMN_LIMIT = 64;

/** What the works of one job may take of the 256 KiB that a queue carries; the rest is for keys and names. */
const WORKS_LIMIT_BYTES = 224 * 1024;

/** A step ready to be sent: `work` is absent for what the engine does itself. */
export interface PreparedStep extends NamedStep {
  readonly stepKey: string;
  readonly work?: Work;
}

type ReservedStep = PreparedStep & Pick<PlannedStep, 'reserved'>;

/**
 * Puts texts and keys to steps.
 * @throws IsthmusError `not-found` for a chunk that the run has not retrieved, `invalid-input` for a step too large to travel
 */
export async function prepare(session: Session, steps: readonly NamedStep[]): Promise<PreparedStep[]> {
  const { spec } = session.state;
  return Promise.all(
    steps.map(async ({ id, step }) => {
      if (step.kind === 'retrieve') return { id, step, stepKey: await retrievalKey(session, step) };
      const work = hydrate(step, spec, (chunkId) => lookUp(session.chunks, chunkId));
      if (bytesOf(work) > WORKS_LIMIT_BYTES) throw tooLarge(id, bytesOf(work));
      return { id, step, work, stepKey: await workKey(work, spec.tenant) };
    }),
  );
}

function bytesOf(work: Work): number {
  return utf8Bytes(JSON.stringify(work));
}

function tooLarge(id: string, bytes: number): IsthmusError {
  const message = `Step ${id} has ${bytes} bytes of text, and a job carries ${WORKS_LIMIT_BYTES}. Use smaller chunks, a shorter question, or let the gate keep fewer summaries.`;
  return new IsthmusError('invalid-input', message, { details: { bytes, limit: WORKS_LIMIT_BYTES } });
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

/** Groups steps into jobs: scorings of one context and query share some, everything else goes alone. */
export async function toPlanned(steps: readonly ReservedStep[], epoch: number): Promise<PlannedStep[]> {
  const planned = await Promise.all(
    toColumns(steps).map(async (group) => {
      const digest = (await sha256(group.map((step) => step.stepKey).join())).slice(0, 40);
      const jobId = `job-${digest}-${epoch}`;
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

function toColumns(steps: readonly ReservedStep[]): ReservedStep[][] {
  const columns: ReservedStep[][] = [];
  const open = new Map<string, { readonly steps: ReservedStep[]; bytes: number }>();
  for (const named of steps) {
    const { step, work } = named;
    if (step.kind !== 'score' || work === undefined) {
      columns.push([named]);
      continue;
    }
    const name = `${step.contextId}\n${step.query}`;
    const bytes = bytesOf(work);
    const column = open.get(name);
    if (column !== undefined && column.steps.length < COLUMN_LIMIT && column.bytes + bytes <= WORKS_LIMIT_BYTES) {
      column.steps.push(named);
      column.bytes += bytes;
    } else {
      const fresh = { steps: [named], bytes };
      open.set(name, fresh);
      columns.push(fresh.steps);
    }
  }
  return columns;
}

/**
 * The jobs that make planned steps, by queue. Works are put in the order of the keys in the job's id; equal works under two
 * names (the same words in two chunks) are done once.
 */
export function toJobs(session: Session, planned: readonly PlannedStep[]): Map<QueueName, Job[]> {
  const byJob = groupBy(
    planned.filter((step) => step.jobId !== undefined),
    (step) => step.jobId ?? '',
  );
  const queues = new Map<QueueName, Job[]>();
  for (const [id, steps] of byJob) {
    const distinct = new Map(steps.map(({ step, stepKey }) => [stepKey, step]));
    const works = [...distinct].map(([stepKey, step]) => ({ stepKey, work: workOf(session, step) }));
    const [first] = works;
    if (first === undefined) continue;
    const payload: JobPayload = { version: 1, runId: session.state.runId, works };
    const queue = queueOf(first.work);
    queues.set(queue, [...(queues.get(queue) ?? []), { id, payload }]);
  }
  return queues;
}

function workOf(session: Session, step: Step): Work {
  if (step.kind === 'retrieve') throw new IsthmusError('internal', 'A retrieval has no job.');
  return hydrate(step, session.state.spec, (id) => lookUp(session.chunks, id));
}
