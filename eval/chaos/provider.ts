import { appendFileSync, readFileSync } from 'node:fs';
import type { Price } from '../../src/domain/price.ts';
import { priceCall } from '../../src/domain/price.ts';
import type { Behaviour } from '../../src/testing/openai-behaviours.ts';
import { startOpenAiServer } from '../../src/testing/openai-server.ts';
import { type CallKey, understand } from './answers.ts';

export const MODEL = 'large-1';
export const PRICE: Price = { inputUsdPerToken: 2e-6, outputUsdPerToken: 8e-6 };
/** A call takes about a third of a second, so that faults find calls under way. */
const TOKEN_DELAY_MS = 12;
/** What `retry-after` asks for, seconds. */
const RETRY_AFTER = 1;

/** Ways of the provider to go wrong; all but the refusals are billed whole, whatever reaches the client. */
export const MISDEEDS = ['429', '429-wait', '500', 'half', 'garbage', 'silence'] as const;
export type Misdeed = (typeof MISDEEDS)[number];

/** One line of the journal. */
export interface BilledCall {
  readonly serial: number;
  readonly key: CallKey;
  readonly promptHash: string;
  /** Which call of this key it is, from 1; an answer tells it to the client as its count of cached tokens, and so the ledger. */
  readonly ordinal: number;
  readonly outcome: 'answer' | Misdeed;
  /** Milliseconds since 1970 at which the request was there. */
  readonly at: number;
  /** 0 for refusals. */
  readonly microUsd: number;
}

export interface Provider extends AsyncDisposable {
  readonly baseUrl: string;
  /** From now until the returned function is called, `share` of the calls go wrong. */
  misbehave(misdeed: Misdeed, share: number): () => void;
  journal(): readonly BilledCall[];
}

/**
 * A predictor behind HTTP that bills every call it takes on, the same one as often as it comes, and writes each down in a file of its
 * own before it answers.
 */
export async function startProvider({ file, random }: { readonly file: string; readonly random: () => number }): Promise<Provider> {
  const misdeeds: { readonly misdeed: Misdeed; readonly share: number }[] = [];
  const ordinals = new Map<CallKey, number>();
  let serial = 0;
  appendFileSync(file, '');

  function choose(): 'answer' | Misdeed {
    const current = misdeeds.at(-1);
    return current !== undefined && random() < current.share ? current.misdeed : 'answer';
  }

  function treat(body: Readonly<Record<string, unknown>>): Behaviour {
    const { key, promptHash, answer } = understand(body);
    const outcome = choose();
    const isBilled = !isRefusal(outcome);
    const ordinal = (ordinals.get(key) ?? 0) + (isBilled ? 1 : 0);
    ordinals.set(key, ordinal);
    const tokens = { prompt: wordsOf(body), cached: 0, output: answer.match(/\s*\S+/g)?.length ?? 0 };
    const microUsd = isBilled ? priceCall(PRICE, tokens) : 0;
    const call: BilledCall = { serial: ++serial, key, promptHash, ordinal, outcome, at: Date.now(), microUsd };
    appendFileSync(file, `${JSON.stringify(call)}\n`);
    return behaviourOf(outcome, { answer, ordinal });
  }

  const server = await startOpenAiServer({ fallback: treat });
  return {
    baseUrl: server.baseUrl,
    misbehave: (misdeed, share) => {
      const entry = { misdeed, share };
      misdeeds.push(entry);
      return () => void misdeeds.splice(misdeeds.indexOf(entry), 1);
    },
    journal: () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as BilledCall),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

export function isRefusal(outcome: BilledCall['outcome']): boolean {
  return outcome === '429' || outcome === '429-wait' || outcome === '500';
}

function behaviourOf(
  outcome: BilledCall['outcome'],
  { answer, ordinal }: { readonly answer: string; readonly ordinal: number },
): Behaviour {
  switch (outcome) {
    case 'answer':
      return { type: 'answer', text: answer, tokenDelayMs: TOKEN_DELAY_MS, usage: { cachedTokens: ordinal } };
    case '429':
      return { type: 'error', status: 429 };
    case '429-wait':
      return { type: 'error', status: 429, headers: { 'retry-after': String(RETRY_AFTER) } };
    case '500':
      return { type: 'error', status: 500 };
    case 'half':
      return { type: 'half', text: answer.slice(0, answer.length / 2), ending: ordinal % 2 === 0 ? 'clean' : 'cut' };
    case 'garbage':
      return { type: 'raw', body: '<html>Not a model.</html>', contentType: 'text/html' };
    case 'silence':
      return { type: 'silence' };
    default:
      return outcome satisfies never;
  }
}

/** As the server counts a prompt: in words. */
function wordsOf(body: Readonly<Record<string, unknown>>): number {
  const messages = (body['messages'] ?? []) as readonly { readonly content: string }[];
  return messages.reduce((sum, { content }) => sum + (content.match(/\s*\S+|\s+$/g)?.length ?? 0), 0);
}
