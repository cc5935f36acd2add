import { z } from 'zod';
import type { ErrorRecord } from '../../domain/errors.ts';
import type { JobState } from '../../ports/job-queue.ts';
import type { BullQueue, BullState } from './driver.ts';

export function toJobState(bull: BullState): JobState {
  const { state, result, failedReason } = bull;
  switch (state) {
    case 'unknown':
      return { state: 'missing' };
    case 'active':
      return { state: 'active', ...lostAttempts(bull, 1) };
    case 'completed':
      return { state, result: JSON.parse(result ?? 'null'), ...lostAttempts(bull) };
    case 'failed':
      return { state, error: toErrorRecord(failedReason ?? ''), ...lostAttempts(bull) };
    default:
      // Delayed for a retry, among others: not now, but without anybody's doing.
      return { state: 'waiting', ...lostAttempts(bull) };
  }
}

/** Begun, neither ended nor under way nor declined: a killed worker's, or one that was handed back. */
function lostAttempts({ attemptsStarted = 0, attemptsMade = 0, declined }: BullState, underWay = 0): { lostAttempts?: number } {
  const lost = attemptsStarted - attemptsMade - (declined ?? 0) - underWay;
  return lost > 0 ? { lostAttempts: lost } : {};
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
  const job = state === 'unknown' ? undefined : await queue.getJob(jobId);
  if (job === undefined) return { state: 'unknown' };
  const { returnvalue: result, failedReason, attemptsStarted, attemptsMade } = job;
  return { state, result, failedReason, attemptsStarted, attemptsMade, declined: job.data.declined ?? 0 };
}
