import type { RunLimits } from '../domain/budget.ts';
import type { Document } from '../domain/document.ts';
import type { Effort } from '../domain/effort.ts';
import type { Estimate as RunEstimate, Range as RunRange } from '../domain/estimate.ts';
import type { JobPriority } from '../domain/fair-share.ts';
import type { JsonObject } from '../domain/json.ts';
import type { RunState, RunStatus, StoredEvent } from '../domain/run.ts';
import type { RunSummary } from './run-store.ts';

/** Whoever asks: all that a caller may see and touch belongs to this tenant. */
export interface Caller {
  readonly tenant: string;
}

/** A text sent along with a job. */
export interface InlineDocument {
  readonly uri: string;
  readonly text: string;
}

export interface WebWish {
  /** Pages of each search, 1 to 20; default 8. */
  readonly results?: number;
  /** At most 10; default: the question. */
  readonly queries?: readonly string[];
}

/** A research job as it is asked for; what is absent is taken from the configuration and the effort preset. */
export interface ResearchJob {
  readonly question: string;
  /** Exactly one kind of sources: texts, the id or name of a corpus that was ingested before, or what the run is to gather (`urls`, `web` or both). */
  readonly documents?: readonly InlineDocument[];
  readonly corpusId?: string;
  /** Pages to be read, by their http or https addresses; at most 100. */
  readonly urls?: readonly string[];
  /** A search of the web for what is to be read. */
  readonly web?: WebWish;
  /** What was gathered for another run of the tenant may serve this one within so many milliseconds; default: a day, 0: never. */
  readonly maxAgeMs?: number;
  /** `<plugin>` or `<plugin>@<model>`. */
  readonly strategy?: string;
  readonly planner?: string;
  readonly compressor?: string;
  readonly gate?: string;
  readonly predictor?: string;
  /** Lengths in sentences: each chunk is summarised in the first, and in the next when the gate asks for it. */
  readonly grow?: readonly number[];
  /** Compressors that the gate may ask for when a summary will not do, in this order. */
  readonly cascade?: readonly string[];
  /** A model's name; null scores nothing. */
  readonly scorer?: string | null;
  readonly effort?: Effort;
  readonly limits?: RunLimits;
  readonly allowUnpriced?: boolean;
  /** Of its work among that of all runs that wait; default `normal`. */
  readonly priority?: JobPriority;
  readonly seed?: number;
  readonly metadata?: JsonObject;
}

/** What may differ in a fork; everything else, and every finished step, is shared with the original. */
export type ForkChanges = Partial<
  Pick<
    ResearchJob,
    | 'strategy'
    | 'planner'
    | 'compressor'
    | 'gate'
    | 'predictor'
    | 'grow'
    | 'cascade'
    | 'scorer'
    | 'effort'
    | 'limits'
    | 'priority'
    | 'seed'
    | 'metadata'
    | 'allowUnpriced'
  >
>;

export interface SubmitOptions {
  /** An equal key with an equal request returns the run of the first; with another request it is a `conflict`. */
  readonly idempotencyKey?: string;
  /** Asked before a new run is made, and not for one that the key has made before; by throwing it refuses. */
  readonly admit?: () => Promise<void>;
}

export interface RunPage {
  readonly runs: readonly RunSummary[];
  /** Give it back as `after` for the next page; absent on the last. */
  readonly next?: string;
}

/** What a job would take; in ranges, since nobody knows how much a model will write. */
export type Estimate = RunEstimate;
export type Range = RunRange;

/** Jobs over runs: what an API, a page or a program asks of Isthmus. Errors are `IsthmusError`; another tenant's run is `not-found`. */
export interface ResearchService {
  /** Journals the run, starts it in the background, and returns its state at once. */
  submit(caller: Caller, job: ResearchJob, options?: SubmitOptions): Promise<RunState>;
  /** What the job would take, before anything is spent; no model generates. */
  estimate(caller: Caller, job: ResearchJob): Promise<Estimate>;
  read(caller: Caller, runId: string): Promise<RunState>;
  summary(caller: Caller, runId: string): Promise<RunSummary>;
  list(
    caller: Caller,
    filter: {
      readonly limit: number;
      readonly after?: string;
      readonly status?: RunStatus;
      readonly strategy?: string;
      readonly search?: string;
    },
  ): Promise<RunPage>;
  /** The caller's runs that are not over; counting stops at `upTo`. */
  countUnfinished(caller: Caller, upTo: number): Promise<number>;
  /** Stored events after a sequence number and then live ones, until the terminal event or the signal. Works for runs that another process advances. */
  events(caller: Caller, runId: string, options: { readonly after: number; readonly signal: AbortSignal }): AsyncIterable<StoredEvent>;
  /** Idempotent; a terminal run stays as it is. */
  cancel(caller: Caller, runId: string): Promise<RunState>;
  /**
   * Gives a failed run another try, in the background, and one whose time was over in its absence another time; what is paid for is
   * kept. Any other run stays as it is.
   */
  resume(caller: Caller, runId: string, options?: Pick<SubmitOptions, 'admit'>): Promise<RunState>;
  /** A document of the run's corpus. @throws IsthmusError `not-found` */
  document(caller: Caller, runId: string, documentId: string): Promise<Document>;
  /** A run like another one but for the changes; every step that stays the same is taken from it. */
  fork(caller: Caller, runId: string, changes: ForkChanges, options?: SubmitOptions): Promise<RunState>;
  /** Removes a terminal run, its events and ledger; cached steps that others may use stay. A live run is a `conflict`. */
  remove(caller: Caller, runId: string): Promise<void>;
}
