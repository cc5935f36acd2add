import type { Chunk } from '../domain/document.ts';
import type { ModelIdentity } from '../domain/model.ts';
import type { RunSpec } from '../domain/run.ts';
import type { StepRole } from '../domain/step.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { TokenCounter } from './estimate-tokens.ts';
import type { ReserveDeps } from './reserve.ts';

/** What a play assumes of models that are not asked. */
export interface Scenario {
  /** The share of a prompt that is evaluated: a model may still hold the beginning of the last one. */
  readonly prompt: number;
  /** The share of its output limit that a model writes. */
  readonly output: number;
  /** The share of chunks of which a model says that they do not help. */
  readonly none: number;
  /** Whether the gate asks for all that the cascade has, of every chunk, or for nothing; absent: what it finds. */
  readonly escalates?: boolean;
  /** Where between one query and its limit a planner ends: 0 to 1. */
  readonly queries: number;
}

/** One model call that a run would make. */
export interface PlayedCall {
  readonly role: StepRole;
  readonly model: ModelIdentity;
  readonly prompt: number;
  readonly output: number;
  readonly scored: number;
}

export interface PlayDeps extends Pick<ReserveDeps, 'registry' | 'models'> {
  readonly documents: DocumentStore;
  readonly tokens: TokenCounter;
}

/** What one play knows and notes down. */
export interface Play {
  readonly spec: RunSpec;
  readonly scenario: Scenario;
  readonly deps: PlayDeps;
  readonly chunks: Map<string, Chunk>;
  /** Queries in the order planned. */
  readonly queries: string[];
  readonly calls: PlayedCall[];
  /** Where among the calls each column of scorings stands. */
  readonly columns: Map<string, number>;
  compressions: number;
}
