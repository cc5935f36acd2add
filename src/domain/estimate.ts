/** An upper and a lower figure around the expected one. */
export interface Range {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** What a run would take, before anything is spent. Tokens count as in a ledger: evaluated, sampled and scored. */
export interface Estimate {
  /** Of the whole corpus. */
  readonly chunks: number;
  readonly calls: Range;
  readonly tokens: Range;
  /** Absent where a model has no price. */
  readonly microUsd?: Range;
  readonly durationMs: Range;
  /** What the figures rest on, in words. */
  readonly basis: string;
}
