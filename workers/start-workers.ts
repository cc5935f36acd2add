import { IsthmusError } from '../src/domain/errors.ts';
import { doWatchedJob, type WorkDeps } from '../src/pipeline/do-work.ts';
import { JOB_VERSION, newerVersion, parseJobPayload, type QueueName, type Work } from '../src/pipeline/work.ts';
import type { JobConsumer, JobContext, JobQueue } from '../src/ports/job-queue.ts';
import { createPace } from './pace.ts';
import { createPlaces, type Places } from './places.ts';

export interface WorkerDeps extends WorkDeps {
  /** Told once of each version of jobs that this worker is too old for. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Consumes the named queues: parse the payload, do the job, return its results. No database is touched. A job of a newer version is left
 * to a newer worker, and one for which a model has no memory here to whoever has. `concurrency` is the most of each queue.
 */
export async function startWorkers(
  queue: JobQueue,
  deps: WorkerDeps,
  concurrency: Readonly<Partial<Record<QueueName, number>>>,
): Promise<JobConsumer[]> {
  const wanted = Object.entries(concurrency) as [QueueName, number][];
  const places = createPlaces(deps.models);
  const leave = createLeave(deps);
  return Promise.all(wanted.map(([name, most]) => startWorker(queue, { ...deps, places, leave }, { name, most })));
}

interface Parts extends WorkerDeps {
  readonly places: Places;
  /** Declines what is for a newer worker. */
  leave(payload: unknown, context: JobContext): void;
}

async function startWorker(
  queue: JobQueue,
  { places, leave, ...deps }: Parts,
  { name, most }: { readonly name: QueueName; readonly most: number },
): Promise<JobConsumer> {
  const pace = createPace(most);
  const consumer = await queue.consume(name, { concurrency: most }, async (value, context) => {
    leave(value, context);
    const payload = parseJobPayload(value);
    const release = await places.take(payload.works[0]?.work as Work);
    if (release === undefined) {
      pace.refused();
      return context.decline();
    }
    try {
      return await pace.done(doWatchedJob(payload, deps, { ...context, queue: name }));
    } finally {
      release();
    }
  });
  pace.start(consumer);
  return consumer;
}

function createLeave({ onError = () => {} }: WorkerDeps): Parts['leave'] {
  const told = new Set<number>();
  return (payload, context) => {
    const newer = newerVersion(payload);
    if (newer === undefined) return;
    if (!told.has(newer)) onError(tooOld(newer));
    told.add(newer);
    context.decline();
  };
}

function tooOld(version: number): IsthmusError {
  return new IsthmusError(
    'conflict',
    `Expected jobs of version ${JOB_VERSION}, but there are some of version ${version}, from a newer Isthmus. They are left to workers that know it. Update this worker, or start a newer one beside it.`,
  );
}
