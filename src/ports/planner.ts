import type { CallContext } from './call-context.ts';

/** Turns the question into the queries to read for; at least one, in order of importance. */
export interface Planner {
  plan(request: { readonly question: string; readonly seed: number }, context: CallContext): Promise<readonly string[]>;
}
