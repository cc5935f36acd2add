import { type ErrorRecord, IsthmusError, toErrorRecord } from '../domain/errors.ts';
import type { ModelIdentity } from '../domain/model.ts';
import type { Registry } from './registry.ts';
import type { JobPayload, Work } from './work.ts';

/**
 * A remote call may be billed although nobody has seen its end. So a job makes it once: where an earlier attempt was cut off, or this
 * one ends without an answer, the job fails and says so in `details.again`. The engine then enters the lost call at what was set aside
 * for it and asks its limits for room before it is made again (`ask-again.ts`). A queue that repeats it by itself would pass a limit by
 * one reservation for each worker that is killed.
 */
export type Again = 'not-made' | 'unanswered';

const KIND_OF = { plan: 'planner', compress: 'compressor', predict: 'predictor' } as const;

/** The model that a work will be paid for: none where its plugin asks none, whatever it counts tokens with. */
export function payingModel(work: Work, registry: Registry): ModelIdentity | undefined {
  if (work.kind === 'score') return work.scorer;
  return registry.find(KIND_OF[work.kind], work.plugin.id).requires.length > 0 ? work.plugin.model : undefined;
}

function isBilled(work: Work, registry: Registry): boolean {
  return payingModel(work, registry)?.provider === 'openai';
}

/** @throws IsthmusError `provider-unavailable` where an earlier attempt may have been billed */
export function refuseRepeat({ works }: JobPayload, registry: Registry, lostAttempts: number): void {
  if (lostAttempts === 0 || !works.some(({ work }) => isBilled(work, registry))) return;
  const again: Again = 'not-made';
  throw new IsthmusError(
    'provider-unavailable',
    `Expected the answer of a remote call, but ${lostAttempts === 1 ? 'the worker that made it' : `${lostAttempts} workers that made it`} ended before it came. It may have been billed, so it is not made again unasked.`,
    { isRetryable: false, details: { again } },
  );
}

/** What was thrown by a remote call without an answer, so that the queue does not repeat it. */
export function endUnanswered(error: unknown, work: Work, registry: Registry): unknown {
  const { code, message, isRetryable, details } = toErrorRecord(error);
  if (!isRetryable || details?.['billed'] !== 'unknown' || !isBilled(work, registry)) return error;
  const again: Again = 'unanswered';
  return new IsthmusError(code, message, { isRetryable: false, details: { ...details, again }, cause: error });
}

export function againOf({ details }: ErrorRecord): Again | undefined {
  const again = details?.['again'];
  return again === 'not-made' || again === 'unanswered' ? again : undefined;
}
