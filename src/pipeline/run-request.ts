import type { RunLimits } from '../domain/budget.ts';
import type { JobPriority } from '../domain/fair-share.ts';
import type { GatherRequest } from '../domain/gathering.ts';
import type { JsonObject } from '../domain/json.ts';
import type { PluginKind } from '../ports/plugin.ts';

/** A plugin by id, with options still unparsed and its model still a name. */
export interface Selected {
  readonly use: string;
  readonly model?: string | undefined;
  readonly options: JsonObject;
}

export interface RunRequest {
  readonly question: string;
  /** The options of a multiple choice, at most 26; the predictor alone is shown them. */
  readonly choices?: readonly string[];
  readonly tenant: string;
  /** Empty where sources are to be gathered. */
  readonly corpusId: string;
  readonly gather?: GatherRequest;
  readonly seed: number;
  readonly limits: RunLimits;
  readonly priority?: JobPriority;
  /** Start even though a USD limit cannot bind a model without a price. */
  readonly allowUnpriced: boolean;
  readonly plugins: Readonly<Record<PluginKind, Selected>>;
  /** Lengths in sentences: the compressor begins with the first, and the gate may ask for the next. */
  readonly grow?: readonly number[];
  /** Compressors that the gate may ask for after that, in this order. */
  readonly cascade?: readonly Selected[];
  /** Name of the scorer, or null. */
  readonly scorer: string | null;
}
