import { IsthmusError } from './errors.ts';
import { canonicalJson, type JsonObject } from './json.ts';
import type { PluginChoice, RunSpec } from './run.ts';

/**
 * What a chunk is given when its summary will not do: more of the same, by the same compressor; another compressor; or the chunk
 * itself, for the predictor to read.
 */
export type NextTier = 'longer' | 'stronger' | 'raw';

/** The compressor whose summary is the chunk. */
const RAW = 'identity';

type Tiers = Pick<RunSpec, 'compressor' | 'cascade'>;

/** Tier 0 is the run's compressor; the others are its cascade, in order. @throws IsthmusError `internal` beyond the last */
export function compressorAt({ compressor, cascade = [] }: Tiers, tier = 0): PluginChoice {
  const choice = [compressor, ...cascade][tier];
  if (choice === undefined) throw new IsthmusError('internal', `The run has ${cascade.length + 1} compressors, and none at tier ${tier}.`);
  return choice;
}

/** What the tier after this one would do, or undefined after the last. */
export function tierAfter(tiers: Tiers, tier: number): NextTier | undefined {
  if (tier >= (tiers.cascade ?? []).length) return undefined;
  const [now, next] = [compressorAt(tiers, tier), compressorAt(tiers, tier + 1)];
  if (next.id === RAW) return 'raw';
  return next.id === now.id && modelOf(next) === modelOf(now) ? 'longer' : 'stronger';
}

function modelOf({ model }: PluginChoice): string {
  return model === undefined ? '' : canonicalJson(model as unknown as JsonObject);
}
