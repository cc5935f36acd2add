import { z } from 'zod';
import type { ErrorRecord } from '../../domain/errors.ts';
import type { JobState } from '../../ports/job-queue.ts';
import type { BullQueue, BullState } from './driver.ts';

export function toJobState({ state, result, failedReason }: BullState): JobState {
  switch (state) {
    case 'unknown':
      return { state: 'missing' };
    case 'active':
      return { state: 'active' };
    case 'completed':
      return { state, result: JSON.parse(result ?? 'null') };
    case 'failed':
      return { state, error: toErrorRecord(failedReason ?? '') };
    default:
      // Delayed for a retry, among others: not now, but without anybody's doing.
      return { state: 'waiting' };
  }
}

const errorRecord = z.object({ code: z.string(), message: z.string(), isRetryable: z.boolean() }).loose();

/** BullMQ's own reasons (a job that stalled too often) are plain text. */
function toErrorRecord(reason: string): ErrorRecord {
  try {
    return errorRecord.parse(JSON.parse(reason)) as unknown as ErrorRecord;
  } catch {
    return { code: 'internal', message: reason, isRetryable: false };
  }
}

/** The state is read before the job: the other way round, a job could settle in between and be taken for one without a result. */
export async function readState(queue: BullQueue, jobId: string): Promise<BullState> {
  const state = await queue.getJobState(jobId);
  if (state !== 'completed' && state !== 'failed') return { state };
  const job = await queue.getJob(jobId);
  return job === undefined ? { state: 'unknown' } : { state, result: job.returnvalue, failedReason: job.failedReason };
}
