import type { RunLimits } from '../domain/budget.ts';
import type { Estimate, Range } from '../domain/estimate.ts';
import type { Pricing } from '../domain/ledger.ts';
import type { ModelShape } from '../domain/model.ts';
import { ceilMicroUsd, priceCall, priceOfModel } from '../domain/price.ts';
import type { RunSpec } from '../domain/run.ts';
import type { RunStore } from '../ports/run-store.ts';
import { type Played, play } from './estimate-play.ts';
import type { PlayDeps, PlayedCall, Scenario } from './estimate-scenario.ts';
import { type MeasuredRate, ratesOf, type Timing, timeOf } from './estimate-time.ts';
import { createTokenCounter } from './estimate-tokens.ts';
import { unknownSize } from './gather-request.ts';
import type { ModelPool } from './models.ts';
import type { RunRequest } from './run-request.ts';
import { specify } from './submit.ts';

export interface EstimateDeps extends Omit<PlayDeps, 'tokens'> {
  readonly pricing: Pricing;
  /** How fast earlier runs were; see {@link measuredRates}. Absent: usual speeds. */
  readonly rates?: readonly MeasuredRate[];
}

const SCENARIOS: Readonly<Record<keyof Range, Scenario>> = {
  low: { prompt: 0.95, output: 0.15, none: 0.5, queries: 0, escalates: false },
  expected: { prompt: 1, output: 0.5, none: 0, queries: 0.5 },
  high: { prompt: 1, output: 1, none: 0, queries: 1, escalates: true },
};

/** How far off a speed may be: one that was measured on this machine, and a usual one. */
const SPEED_FACTOR = { measured: 1.5, usual: 5 } as const;

/** What a run would take, before anything is spent: searches are made and tokens counted, and no model generates. */
export async function estimateRun(request: RunRequest, deps: EstimateDeps): Promise<Estimate> {
  return estimateSpec(await specify(request, deps), deps);
}

/** As {@link estimateRun}, of a run that is specified already; the estimate belongs into its specification. */
export async function estimateSpec(spec: RunSpec, deps: EstimateDeps): Promise<Estimate> {
  if (spec.gather !== undefined && spec.corpusId === '') throw unknownSize();
  const tokens = createTokenCounter(deps.models);
  const made = {
    low: await play(spec, SCENARIOS.low, { ...deps, tokens }),
    expected: await play(spec, SCENARIOS.expected, { ...deps, tokens }),
    high: await play(spec, SCENARIOS.high, { ...deps, tokens }),
  };
  const shapes = await shapesOf(made.high.calls, deps.models);
  const timed = mapRange(made, ({ calls }) => timeOf(calls, { rates: deps.rates ?? [], shapes }));
  const durationMs = durations(timed);
  const { limits } = spec;
  const free = {
    calls: mapRange(made, ({ calls }) => calls.length),
    tokens: mapRange(made, ({ calls }) => calls.reduce((sum, { prompt, output, scored }) => sum + prompt + output + scored, 0)),
    durationMs,
  };
  const microUsd = pricedRange(made, durationMs, deps.pricing);
  const corpus = await deps.documents.readChunks(spec.corpusId);
  return {
    chunks: corpus.length,
    calls: capped(free.calls, limits.calls),
    tokens: capped(free.tokens, limits.tokens),
    ...(microUsd === undefined ? {} : { microUsd: capped(microUsd, limits.microUsd) }),
    durationMs: capped(durationMs, limits.durationMs),
    basis: basisOf({
      spec,
      made,
      of: corpus.length,
      isMeasured: timed.high.isMeasured,
      pricing: deps.pricing,
      free: { ...free, microUsd },
    }),
  };
}

/** The speeds of the tenant's last runs, for the minutes of the next. */
export async function measuredRates(
  runs: Pick<RunStore, 'listRuns' | 'readEvents'>,
  { tenant, last = 5 }: { readonly tenant: string; readonly last?: number },
): Promise<MeasuredRate[]> {
  const done = (await runs.listRuns({ tenant, limit: last })).filter(({ status }) => status === 'completed');
  const rates = await Promise.all(done.map(async ({ id }) => ratesOf(await runs.readEvents(id, 0))));
  return rates.flat();
}

function mapRange<From, To>({ low, expected, high }: Readonly<Record<keyof Range, From>>, map: (value: From) => To) {
  return { low: map(low), expected: map(expected), high: map(high) };
}

/** A limit holds, so a run takes no more than it says. */
function capped(range: Range, limit: number | undefined): Range {
  return limit === undefined ? range : mapRange(range, (value) => Math.min(value, limit));
}

function durations({ low, expected, high }: Readonly<Record<keyof Range, Timing>>): Range {
  const factor = high.isMeasured ? SPEED_FACTOR.measured : SPEED_FACTOR.usual;
  return {
    low: Math.round(low.durationMs / factor),
    expected: Math.round(expected.durationMs),
    high: Math.round(high.durationMs * factor),
  };
}

async function shapesOf(calls: readonly PlayedCall[], models: ModelPool): Promise<Map<string, ModelShape>> {
  const shapes = new Map<string, ModelShape>();
  for (const name of new Set(calls.map(({ model }) => model.name))) {
    const { shape } = await (await models.open(name)).model.describe();
    if (shape !== undefined) shapes.set(name, shape);
  }
  return shapes;
}

/** Absent as soon as one call has no price. */
function pricedRange(made: Readonly<Record<keyof Range, Played>>, durationMs: Range, pricing: Pricing): Range | undefined {
  const low = microUsdOf(made.low, durationMs.low, pricing);
  const expected = microUsdOf(made.expected, durationMs.expected, pricing);
  const high = microUsdOf(made.high, durationMs.high, pricing);
  return low === undefined || expected === undefined || high === undefined ? undefined : { low, expected, high };
}

function microUsdOf({ calls }: Played, durationMs: number, pricing: Pricing): number | undefined {
  const remote = calls.filter(({ model }) => model.provider === 'openai').map((call) => remoteMicroUsd(call, pricing));
  if (remote.includes(undefined)) return undefined;
  const hasLocal = calls.length > remote.length;
  if (hasLocal && pricing.localUsdPerSecond === undefined) return undefined;
  const local = hasLocal ? ceilMicroUsd((durationMs / 1000) * (pricing.localUsdPerSecond ?? 0)) : 0;
  return remote.reduce((sum: number, one) => sum + (one ?? 0), local);
}

function remoteMicroUsd({ model, prompt, output }: PlayedCall, { table }: Pricing): number | undefined {
  const price = priceOfModel(model, table);
  return price === undefined ? undefined : priceCall(price, { prompt, cached: 0, output });
}

interface Basis {
  readonly spec: RunSpec;
  readonly made: Readonly<Record<keyof Range, Played>>;
  readonly of: number;
  readonly isMeasured: boolean;
  readonly pricing: Pricing;
  readonly free: Readonly<Record<'calls' | 'tokens' | 'durationMs', Range>> & { readonly microUsd: Range | undefined };
}

function basisOf({ spec, made, of, isMeasured, pricing, free }: Basis): string {
  const unpriced = [...new Set(made.high.calls.filter((call) => isUnpriced(call, pricing)).map(({ model }) => model.name))];
  const met = (['calls', 'tokens', 'microUsd', 'durationMs'] as const).filter((name) => isMet(free[name], spec.limits, name));
  const reads =
    made.low.chunksRead === made.high.chunksRead ? `${made.high.chunksRead}` : `${made.low.chunksRead} to ${made.high.chunksRead}`;
  return [
    `${reads} of ${of} chunks read, prompts counted in the models' own tokens`,
    ...(made.high.calls.some(({ output }) => output > 0) ? ['a model that writes fills 15% to 100% of its limit, 50% expected'] : []),
    isMeasured ? 'minutes from the speed of earlier runs' : 'minutes from usual speeds, which may be five times off either way',
    ...(unpriced.length === 0 ? [] : [`no price for ${unpriced.join(', ')}`]),
    ...(met.length === 0 ? [] : [`may end early: ${met.join(', ')} limited`]),
    'results kept from earlier runs make it cheaper',
  ].join('; ');
}

function isUnpriced(call: PlayedCall, pricing: Pricing): boolean {
  return call.model.provider === 'openai' ? remoteMicroUsd(call, pricing) === undefined : pricing.localUsdPerSecond === undefined;
}

function isMet(range: Range | undefined, limits: RunLimits, name: keyof RunLimits): boolean {
  return (range?.high ?? 0) > (limits[name] ?? Number.POSITIVE_INFINITY);
}
