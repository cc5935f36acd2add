import type { Draft } from '../domain/answer.ts';
import type { Chunk } from '../domain/document.ts';
import type { ErrorRecord } from '../domain/errors.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Finding, RunState } from '../domain/run.ts';
import type { NamedStep } from '../domain/step.ts';

/**
 * What should happen next. `steps` may name steps that are already known; the engine ignores those, so a strategy can simply
 * list all it wants at its stage. No new step while none is pending, and no finish, would be a standstill: the engine
 * treats it as a failed run and names the strategy.
 */
export type Decision =
  | { readonly type: 'steps'; readonly steps: readonly NamedStep[]; readonly findings: readonly Finding[] }
  | {
      readonly type: 'finish';
      readonly draft: Draft;
      readonly evidence: readonly Evidence[];
      /** Why the report is not what the strategy wanted to give; the run ends `incomplete`. */
      readonly incomplete?: string;
      readonly findings: readonly Finding[];
    }
  | { readonly type: 'fail'; readonly error: ErrorRecord; readonly findings: readonly Finding[] };

/** What a strategy may look up beside the run's own state; fixed for a run, so decisions replay. */
export interface StrategyView {
  /** Chunks that the run has retrieved. Asking for another one throws `not-found`. */
  chunk(chunkId: string): Chunk;
  /**
   * Steps that did not fit the run's limits while nothing was pending. Not empty means: finish with what there is; asking again
   * is in vain.
   */
  readonly refused: ReadonlySet<string>;
}

/** Decides the next steps from the state alone: pure, deterministic, bounded. All effects are the steps it names. */
export interface Strategy {
  /** Whether it gives a chunk the next compressor of the cascade when the gate asks for it; a run with a cascade needs one that does. */
  readonly cascades?: boolean;
  next(state: RunState, view: StrategyView): Decision;
}
