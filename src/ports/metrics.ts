/** A figure that is looked up when somebody asks, with one value for each set of labels; values under equal labels are added. */
export interface Figures {
  readonly name: string;
  readonly help: string;
  readonly values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** Metrics in the text format of Prometheus, version 0.0.4. */
export interface MetricsText {
  readonly contentType: string;
  /** What this process has counted itself, and the figures given. */
  text(figures: readonly Figures[]): Promise<string>;
}
