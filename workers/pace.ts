import type { JobConsumer } from '../src/ports/job-queue.ts';

/**
 * How many jobs one consumer asks for: after a job for which there was no memory, as many as it has in hand; one more for each that ends,
 * up to the most. So a full worker leaves jobs in the line, where others take them, and does not fetch them in vain.
 */
export interface Pace {
  start(consumer: Pick<JobConsumer, 'limit'>): void;
  refused(): void;
  done<Value>(job: Promise<Value>): Promise<Value>;
}

export function createPace(most: number): Pace {
  let consumer: Pick<JobConsumer, 'limit'> | undefined;
  let limit = most;
  let inHand = 0;
  const set = (next: number): void => {
    const bounded = Math.min(most, Math.max(1, next));
    if (bounded === limit) return;
    limit = bounded;
    consumer?.limit(limit);
  };
  return {
    start: (started) => {
      consumer = started;
      if (limit !== most) started.limit(limit);
    },
    refused: () => set(inHand),
    done: async (job) => {
      inHand += 1;
      try {
        return await job;
      } finally {
        inHand -= 1;
        set(limit + 1);
      }
    },
  };
}
