/** One measured figure of the bench, with what was aimed at. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** In words, with its figure: "at least 4". */
  readonly target: string;
  /** Whether the target was met; null when the row only reports. */
  readonly holds: boolean | null;
}
