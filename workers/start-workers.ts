import { doWatchedJob, type WorkDeps } from '../src/pipeline/do-work.ts';
import { parseJobPayload, type QueueName } from '../src/pipeline/work.ts';
import type { JobConsumer, JobQueue } from '../src/ports/job-queue.ts';

/** Consumes the named queues: parse the payload, do the job, return its results. No database is touched. */
export async function startWorkers(
  queue: JobQueue,
  deps: WorkDeps,
  concurrency: Readonly<Partial<Record<QueueName, number>>>,
): Promise<JobConsumer[]> {
  const wanted = Object.entries(concurrency) as [QueueName, number][];
  return Promise.all(
    wanted.map(([name, limit]) =>
      queue.consume(name, { concurrency: limit }, (payload, context) =>
        doWatchedJob(parseJobPayload(payload), deps, { ...context, queue: name }),
      ),
    ),
  );
}
