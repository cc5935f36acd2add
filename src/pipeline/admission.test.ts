import { expect, it } from 'vitest';
import { createMemoryJobQueue } from '../testing/memory-job-queue.ts';
import { waitFor } from '../testing/wait-for.ts';
import { createAdmission } from './admission.ts';

function clockAt(start: number) {
  let now = start;
  return {
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

const jobs = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `job-${i}`, payload: i }));

it('there is room up to the limit, and beyond it a word on when to come back', async () => {
  await using queue = createMemoryJobQueue();
  const clock = clockAt(Date.now());
  using admission = createAdmission({ queue, clock, maxQueued: 10, maxAgeMs: 60_000 });
  await queue.add('compress', jobs(9));
  await admission.admit();
  await queue.add('score', jobs(1));
  clock.pass(500);
  // Nobody works: the longest wait.
  await expect(admission.admit()).rejects.toMatchObject({
    code: 'queue-full',
    message: expect.stringMatching(/10 jobs wait, and 10 may \(admission.maxQueued\)/),
    details: { retryAfterS: 600 },
  });
});

it('the wait follows from the jobs that were done of late', async () => {
  await using queue = createMemoryJobQueue();
  const clock = clockAt(Date.now());
  using admission = createAdmission({ queue, clock, maxQueued: 10, maxAgeMs: 3_600_000 });
  await queue.add('compress', jobs(20));
  let ended = 0;
  const consumer = await queue.consume('compress', { concurrency: 1 }, async () => {
    ended += 1;
    return null;
  });
  await waitFor('all', async () => (ended === 20 ? true : undefined));
  await consumer.close({ drain: true });
  await queue.add('predict', jobs(30));
  clock.pass(10_000);
  // 20 jobs in 10 s, and 21 too many.
  await expect(admission.admit()).rejects.toMatchObject({ details: { retryAfterS: 11 } });
  clock.pass(70_000);
  await expect(admission.admit()).rejects.toMatchObject({ details: { retryAfterS: 600 } });
});

it('a job that has waited too long closes the door too', async () => {
  await using queue = createMemoryJobQueue();
  const clock = clockAt(Date.now());
  using admission = createAdmission({ queue, clock, maxQueued: 100, maxAgeMs: 60_000 });
  await queue.add('compress', jobs(1));
  await admission.admit();
  clock.pass(62_000);
  await expect(admission.admit()).rejects.toMatchObject({
    code: 'queue-full',
    message: expect.stringMatching(/oldest job has waited for 6\d s, and 60 are allowed \(admission.maxAgeSeconds\)/),
  });
});

it('a thousand that ask at once read the queue once', async () => {
  await using queue = createMemoryJobQueue();
  let reads = 0;
  const counted = { onSettled: queue.onSettled, backlog: async (name: string) => queue.backlog(name).finally(() => (reads += 1)) };
  using admission = createAdmission({ queue: counted, clock: clockAt(Date.now()), maxQueued: 100, maxAgeMs: 60_000 });
  await Promise.all(Array.from({ length: 1_000 }, () => admission.admit()));
  expect(reads).toBe(3);
});
