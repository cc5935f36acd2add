import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import type { JobQueue } from '../ports/job-queue.ts';
import { decliningCases } from './conform-job-queue-declining.ts';
import { fairnessCases } from './conform-job-queue-fairness.ts';
import { purgingCases } from './conform-job-queue-purging.ts';
import { stoppingCases } from './conform-job-queue-stopping.ts';
import { workingCases } from './conform-job-queue-working.ts';
import type { JobQueueKit } from './job-queue-kit.ts';
import { type SkippedTest, skipReason, waitFor } from './wait-for.ts';

/** One storage on which queues can be opened, each as another process would. */
export interface JobQueueBench {
  open(): Promise<JobQueue>;
  close(): Promise<void>;
}

/** What every {@link JobQueue} must do. The implementation's first retry must come within a second. */
export function conformJobQueue(
  name: string,
  { create, skip = [] }: { create(): Promise<JobQueueBench>; skip?: readonly SkippedTest[] },
): void {
  describe(`job queue: ${name}`, () => {
    let bench: JobQueueBench;
    const opened: JobQueue[] = [];
    beforeAll(async () => {
      bench = await create();
    });
    afterEach(async () => {
      for (const queue of opened.splice(0)) await queue[Symbol.asyncDispose]();
    });
    afterAll(async () => bench.close());
    const kit = createKit(skip, async () => {
      const queue = await bench.open();
      opened.push(queue);
      return queue;
    });
    workingCases(kit);
    purgingCases(kit);
    stoppingCases(kit);
    fairnessCases(kit);
    decliningCases(kit);
  });
}

function createKit(skip: readonly SkippedTest[], open: () => Promise<JobQueue>): JobQueueKit {
  let count = 0;
  const stateOf: JobQueueKit['stateOf'] = async (queue, name, jobId) => (await queue.states(name, [jobId])).get(jobId);
  return {
    test: (title, body) => it.skipIf(skipReason(skip, title))(title, body),
    open,
    freshName: () => `conform-${process.pid}-${Date.now()}-${count++}`,
    stateOf,
    settled: (queue, name, jobId) =>
      waitFor(`job ${jobId} to settle`, async () => {
        const state = await stateOf(queue, name, jobId);
        return state?.state === 'completed' || state?.state === 'failed' ? state : undefined;
      }),
  };
}
