import type { EgressRecord } from './egress.ts';
import { GATHER_STEP, type GatheredSource, type MadeSearch } from './gathering.ts';
import type { RunState } from './run.ts';

/** What a run has gathered, for its readers. */
export interface Gathering {
  readonly sources: readonly GatheredSource[];
  readonly searches: readonly MadeSearch[];
  /** Everything that was asked of the web for it, attempts of this run that came to nothing included. */
  readonly egress: readonly EgressRecord[];
  /** Another run has asked for it, within the time to live; this one has asked nothing beyond its own failed attempts. */
  readonly isShared: boolean;
}

/** Undefined for a run that reads what it was given. */
export function gatheringOf({ spec, steps, webAsked = [] }: Pick<RunState, 'spec' | 'steps' | 'webAsked'>): Gathering | undefined {
  if (spec.gather === undefined) return undefined;
  const outcome = steps.get(GATHER_STEP)?.outcome;
  if (outcome?.status !== 'done' || outcome.result.kind !== 'gather')
    return { sources: failedSources(outcome), searches: [], egress: webAsked, isShared: false };
  const { sources, searches, egress } = outcome.result;
  return { sources, searches, egress: [...webAsked, ...egress], isShared: outcome.isCached };
}

function failedSources(outcome: { readonly status: string; readonly error?: { readonly details?: unknown } } | undefined) {
  const details = outcome?.error?.details as { readonly sources?: readonly GatheredSource[] } | undefined;
  return details?.sources ?? [];
}
