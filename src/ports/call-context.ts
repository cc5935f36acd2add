import type { Usage } from '../domain/usage.ts';

/** What accompanies every call that takes time: how to stop it, and where its consumption is written down. */
export interface CallContext {
  readonly signal: AbortSignal;
  /** Called once per model call, by the `withUsage` decorator and by nothing else. */
  record(usage: Usage): void;
}
