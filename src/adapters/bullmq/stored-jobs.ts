import type { Job } from '../../ports/job-queue.ts';
import type { BullQueue } from './driver.ts';

/**
 * First the flag, then the removal: a job that turns active in between is refused removal, but reads the flag before it starts.
 */
export async function cancelStored(queue: BullQueue, jobId: string): Promise<void> {
  const job = await queue.getJob(jobId);
  if (job === undefined) return;
  try {
    await job.updateData({ ...job.data, isCancelled: true });
  } catch (error) {
    if ((await queue.getJob(jobId)) === undefined) return;
    throw error;
  }
  const state = await queue.getJobState(jobId);
  if (state !== 'active' && state !== 'completed' && state !== 'failed') await removeQuietly(queue, jobId);
}

/** Nothing is lost when a job is already gone, or has just been taken by a worker and may not be removed. */
export async function removeQuietly(queue: BullQueue, jobId: string): Promise<void> {
  const job = await queue.getJob(jobId);
  await job?.remove().catch(() => undefined);
}

const JOBS_PER_READ = 100;

/** All are read before the first is removed: removing moves the places of the rest. */
export async function pickJobs(queue: BullQueue, pick: (jobs: readonly Job[]) => Promise<readonly string[]>): Promise<readonly string[]> {
  const picked = new Set<string>();
  for (const type of ['waiting', 'prioritized', 'delayed', 'completed', 'failed'] as const) {
    for (let start = 0; ; start += JOBS_PER_READ) {
      const jobs = await queue.getJobs([type], start, start + JOBS_PER_READ - 1);
      const known = jobs.flatMap((job) =>
        job?.id === undefined ? [] : [{ id: job.id, payload: JSON.parse(job.data.payload) as unknown }],
      );
      for (const id of await pick(known)) picked.add(id);
      if (jobs.length < JOBS_PER_READ) break;
    }
  }
  return [...picked];
}
