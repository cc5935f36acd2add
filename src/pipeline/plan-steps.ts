import { IsthmusError } from '../domain/errors.ts';
import { groupBy } from '../domain/group.ts';
import { utf8Bytes } from '../domain/information.ts';
import { present } from '../domain/present.ts';
import type { PlannedStep } from '../domain/run.ts';
import { isEngineStep, type NamedStep, type Step, stepKeyOf } from '../domain/step.ts';
import type { Job } from '../ports/job-queue.ts';
import { WORKS_LIMIT_BYTES } from './columns.ts';
import { hydrate } from './hydrate.ts';
import { searchesByVectors } from './retrieve-step.ts';
import { lookUp, type Session } from './session.ts';
import { JOB_VERSION, type JobPayload, type QueueName, queueOf, type Work, workKey } from './work.ts';

/** A step ready to be sent: `work` is absent for what the engine does itself. */
export interface PreparedStep extends NamedStep {
  readonly stepKey: string;
  readonly work?: Work;
  /** Of the work as JSON; 0 without one. */
  readonly bytes: number;
}

export type ReservedStep = PreparedStep & Pick<PlannedStep, 'reserved'>;

/**
 * Puts texts and keys to steps.
 * @throws IsthmusError `not-found` for a chunk that the run has not retrieved, `invalid-input` for a step too large to travel
 */
export async function prepare(session: Session, steps: readonly NamedStep[]): Promise<PreparedStep[]> {
  const { spec } = session.state;
  return Promise.all(
    steps.map(async (wanted) => {
      const { id, step } = wanted;
      const named = toNamed(wanted);
      if (step.kind === 'gather')
        throw new IsthmusError('internal', `Sources are gathered by the engine alone, but a strategy asked for it as ${id}.`);
      if (step.kind === 'retrieve') return { ...named, bytes: 0, stepKey: await retrievalKey(session, step) };
      const work = hydrate(step, spec, (chunkId) => lookUp(session.chunks, chunkId));
      const bytes = utf8Bytes(JSON.stringify(work));
      if (bytes > WORKS_LIMIT_BYTES) throw tooLarge(id, bytes);
      return { ...named, work, bytes, stepKey: await workKey(work, spec.tenant) };
    }),
  );
}

/** What the strategy has said of a step, and nothing else that was put to it since. */
export function toNamed({ id, step, group }: NamedStep): NamedStep {
  return group === undefined ? { id, step } : { id, step, group };
}

function tooLarge(id: string, bytes: number): IsthmusError {
  const message = `Step ${id} has ${bytes} bytes of text, and a job carries ${WORKS_LIMIT_BYTES}. Use smaller chunks, a shorter question, or let the gate keep fewer summaries.`;
  return new IsthmusError('invalid-input', message, { details: { bytes, limit: WORKS_LIMIT_BYTES } });
}

function retrievalKey({ state: { spec }, deps }: Session, step: Extract<Step, { kind: 'retrieve' }>): Promise<string> {
  const { id, version, options } = spec.retriever;
  const vectors = searchesByVectors(spec.retriever, deps.registry) && deps.vectors !== undefined ? { vectors: deps.vectors.id } : {};
  const retriever = { id, version, options, ...vectors };
  return stepKeyOf({ tenant: spec.tenant, corpus: spec.corpusId, retriever, selection: { ...step.selection } });
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
  const { tenant, priority } = session.state.spec;
  const queues = new Map<QueueName, Job[]>();
  for (const [id, steps] of byJob) {
    const distinct = new Map(steps.map(({ step, stepKey }) => [stepKey, step]));
    const works = [...distinct].map(([stepKey, step]) => ({ stepKey, work: workOf(session, step) }));
    const [first] = works;
    if (first === undefined) continue;
    const trace = session.deps.telemetry?.trace();
    const payload: JobPayload = { version: JOB_VERSION, runId: session.state.runId, ...present({ trace }), works };
    const queue = queueOf(first.work);
    const job = { id, payload, tenant, ...present({ priority }) };
    const jobs = queues.get(queue);
    if (jobs === undefined) queues.set(queue, [job]);
    else jobs.push(job);
  }
  return queues;
}

function workOf(session: Session, step: Step): Work {
  if (isEngineStep(step)) throw new IsthmusError('internal', `A step of the kind ${step.kind} has no job.`);
  return hydrate(step, session.state.spec, (id) => lookUp(session.chunks, id));
}
