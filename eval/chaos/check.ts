/** One invariant, with what was counted and what breaks it: run ids, call keys, job ids. */
export interface Check {
  readonly name: string;
  readonly figures: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
}
