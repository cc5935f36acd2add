import { type BudgetState, type Reservation, spentOf } from '../domain/budget.ts';
import { utf8Bytes } from '../domain/information.ts';
import type { Pricing } from '../domain/ledger.ts';
import { MICRO_USD, priceCall } from '../domain/price.ts';
import type { PluginChoice, RunState } from '../domain/run.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { ModelPool } from './models.ts';
import { modelOf, type Work } from './work.ts';

/** Evidence that the synthesis is assured of, in tokens, where the predictor's context could take more. */
const EVIDENCE_CAP_TOKENS = 4096;

/** Slowest decoding that a local reservation reckons with; a limit in USD on local seconds is only as firm as this. */
const SLOWEST_TOKENS_PER_SECOND = 20;

/**
 * An upper bound of what a step may consume. Every tokenizer in use needs at most one token per UTF-8 byte, so bytes bound the
 * prompt; the output is bounded by the plugin's own limit, or else the profile's.
 */
export async function reservationOf(work: Work, models: ModelPool, pricing: Pricing): Promise<Reservation> {
  const identity = modelOf(work);
  if (identity === undefined) return { tokens: 0 };
  const handle = await models.require(identity);
  return priced(handle, await boundOf(work, handle), pricing);
}

async function boundOf(work: Work, { model, profile }: ModelHandle): Promise<{ prompt: number; output: number }> {
  const overhead = profile.overheadTokens;
  switch (work.kind) {
    case 'plan':
      return { prompt: overhead + utf8Bytes(work.question), output: outputLimit(work.plugin, profile.summaryTokens) };
    case 'compress':
      return {
        prompt: overhead + utf8Bytes(work.text) + utf8Bytes(work.query),
        output: outputLimit(work.plugin, profile.summaryTokens),
      };
    case 'predict': {
      // A predictor reads what fits of its evidence, and the held-back part reckons with no more.
      const { contextTokens } = await model.describe();
      const evidence = work.evidence.reduce((sum, item) => sum + utf8Bytes(item.text) + 8, 0);
      return {
        prompt: Math.min(contextTokens, overhead + utf8Bytes(work.question) + evidence),
        output: outputLimit(work.plugin, profile.predict.outputTokens),
      };
    }
    case 'score':
      return { prompt: overhead + utf8Bytes(work.text) + utf8Bytes(work.query) + utf8Bytes(work.continuation.text) + 1, output: 0 };
    default:
      return work satisfies never;
  }
}

/** Every plugin that generates calls its limit `maxTokens`. */
function outputLimit({ options }: PluginChoice, fallback: number): number {
  const limit = options['maxTokens'];
  return typeof limit === 'number' ? limit : fallback;
}

function priced({ model }: ModelHandle, bound: { prompt: number; output: number }, { table, localUsdPerSecond }: Pricing): Reservation {
  const tokens = bound.prompt + bound.output;
  if (model.identity.provider !== 'openai') {
    if (localUsdPerSecond === undefined) return { tokens };
    return { tokens, microUsd: Math.ceil((tokens / SLOWEST_TOKENS_PER_SECOND) * localUsdPerSecond * MICRO_USD) };
  }
  const price = table.priceOf(String(model.identity.settings['model'] ?? model.identity.name));
  return price === undefined
    ? { tokens }
    : { tokens, microUsd: priceCall(price, { prompt: bound.prompt, cached: 0, output: bound.output }) };
}

/** The budget of a run as its log tells it, with the final synthesis held back. */
export async function budgetOf(state: RunState, models: ModelPool, pricing: Pricing): Promise<BudgetState> {
  const reserved = { tokens: 0, microUsd: 0 };
  for (const id of state.pending) {
    const reservation = state.steps.get(id)?.planned.reserved;
    reserved.tokens += reservation?.tokens ?? 0;
    reserved.microUsd += reservation?.microUsd ?? 0;
  }
  const synthesis = await holdBack(state, models, pricing);
  return {
    limits: state.spec.limits,
    spent: spentOf(state.ledger),
    reserved,
    heldBack: { tokens: synthesis.tokens, microUsd: synthesis.microUsd ?? 0 },
  };
}

async function holdBack({ spec }: RunState, models: ModelPool, pricing: Pricing): Promise<Reservation> {
  if (spec.predictor.model === undefined) return { tokens: 0 };
  const handle = await models.require(spec.predictor.model);
  const { contextTokens } = await handle.model.describe();
  const { overheadTokens, predict } = handle.profile;
  const prompt = Math.min(contextTokens, overheadTokens + utf8Bytes(spec.question) + EVIDENCE_CAP_TOKENS);
  return priced(handle, { prompt, output: outputLimit(spec.predictor, predict.outputTokens) }, pricing);
}
