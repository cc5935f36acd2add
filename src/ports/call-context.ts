import { IsthmusError } from '../domain/errors.ts';
import type { Usage } from '../domain/usage.ts';

/** What accompanies every call that takes time: how to stop it, and where its consumption is written down. */
export interface CallContext {
  readonly signal: AbortSignal;
  /** Called once per model call, by the `withUsage` decorator and by nothing else. */
  record(usage: Usage): void;
}

/** For work too short to be interrupted: looks once, before it starts. @throws IsthmusError `aborted` */
export function throwIfAborted(context: CallContext): void {
  if (context.signal.aborted)
    throw new IsthmusError('aborted', 'The call was cancelled before it started.', { cause: context.signal.reason });
}
