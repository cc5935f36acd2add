import { readFile } from 'node:fs/promises';
import { IsthmusError } from '../../domain/errors.ts';
import type { LongPromptPrice, Price, PriceTable } from '../../domain/price.ts';
import bundled from './model-prices.json' with { type: 'json' };

type Entry = Readonly<Record<string, unknown>>;

/** LiteLLM's modes whose price is per token of text; the others (images, speech, embeddings) are none of ours. */
const TEXT_MODES: ReadonlySet<unknown> = new Set(['chat', 'responses', 'completion', undefined]);

/** The few prices that come with Isthmus. */
export function bundledPriceTable(): PriceTable {
  return parsePriceTable(bundled, 'bundled prices of 2026-11');
}

/**
 * Reads a price file in LiteLLM's format (`model_prices_and_context_window.json` as it is, or a few entries of one's own).
 * @throws IsthmusError `invalid-input` naming the file and the place in it; a bill must not rest on a half-read file.
 */
export async function loadPriceTable(path: string): Promise<PriceTable> {
  return parsePriceTable(await readJson(path), path);
}

/**
 * Unknown fields are ignored: LiteLLM adds some every week. An entry without token prices (sold by the second, by the image)
 * is unpriced. A lookup takes the exact name first, then `openai/<name>`.
 */
export function parsePriceTable(json: unknown, source: string): PriceTable {
  if (!isEntry(json)) throw unexpected(source, 'the file', 'an object of model names', json);
  const prices = new Map<string, Price>();
  for (const [model, entry] of Object.entries(json)) {
    // LiteLLM's first entry explains the fields in words.
    if (model === 'sample_spec') continue;
    if (!isEntry(entry)) throw unexpected(source, `"${model}"`, 'an object', entry);
    const price = TEXT_MODES.has(entry['mode'])
      ? parsePrice(entry, (key, expected) => unexpected(source, `"${model}"."${key}"`, expected, entry[key]))
      : undefined;
    if (price !== undefined) prices.set(model, price);
  }
  return { source, priceOf: (name) => prices.get(name) ?? prices.get(`openai/${name}`) };
}

type Reject = (key: string, expected: string) => IsthmusError;

function parsePrice(entry: Entry, reject: Reject): Price | undefined {
  const input = rate(entry, 'input_cost_per_token', reject);
  const output = rate(entry, 'output_cost_per_token', reject);
  if (input === undefined && output === undefined) return undefined;
  // Half a price would make the other half free.
  if (input === undefined) throw reject('input_cost_per_token', `${RATE}, since output_cost_per_token is given`);
  if (output === undefined) throw reject('output_cost_per_token', `${RATE}, since input_cost_per_token is given`);
  const cached = rate(entry, 'cache_read_input_token_cost', reject);
  const longPrompts = parseLongPrompts(entry, reject);
  return {
    inputUsdPerToken: input,
    outputUsdPerToken: output,
    ...(cached === undefined ? {} : { cachedInputUsdPerToken: cached }),
    ...(longPrompts.length === 0 ? {} : { longPrompts }),
  };
}

const LONG_PROMPT = /^(input_cost_per_token|output_cost_per_token|cache_read_input_token_cost)_above_(\d+)k_tokens$/;
const RATE_NAMES: Readonly<Record<string, 'inputUsdPerToken' | 'outputUsdPerToken' | 'cachedInputUsdPerToken'>> = {
  input_cost_per_token: 'inputUsdPerToken',
  output_cost_per_token: 'outputUsdPerToken',
  cache_read_input_token_cost: 'cachedInputUsdPerToken',
};

/** `input_cost_per_token_above_200k_tokens` and its kind: leaving them out would show long prompts too cheap. */
function parseLongPrompts(entry: Entry, reject: Reject): LongPromptPrice[] {
  const tiers = new Map<number, LongPromptPrice>();
  for (const key of Object.keys(entry)) {
    const match = LONG_PROMPT.exec(key);
    const name = RATE_NAMES[match?.[1] ?? ''];
    const usd = name === undefined ? undefined : rate(entry, key, reject);
    if (name === undefined || usd === undefined) continue;
    const above = Number(match?.[2]) * 1000;
    tiers.set(above, { ...(tiers.get(above) ?? { abovePromptTokens: above }), [name]: usd });
  }
  return [...tiers.values()].sort((a, b) => a.abovePromptTokens - b.abovePromptTokens);
}

const RATE = 'a number of USD per token, 0 or more';

function rate(entry: Entry, key: string, reject: Reject): number | undefined {
  const value = entry[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw reject(key, RATE);
  return value;
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new IsthmusError('invalid-input', `Expected a price file at ${path}, but it cannot be read: ${messageOf(cause)}.`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IsthmusError('invalid-input', `Price file ${path}: expected JSON in LiteLLM's format, but got ${messageOf(cause)}.`, {
      cause,
    });
  }
}

function unexpected(source: string, place: string, expected: string, got: unknown): IsthmusError {
  return new IsthmusError(
    'invalid-input',
    `Price file ${source}: expected ${place} to be ${expected}, but got ${JSON.stringify(got)?.slice(0, 80)}.`,
  );
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
