import { z } from 'zod';
import { type ErrorCode, IsthmusError } from '../domain/errors.ts';
import type { CompressedPart, CompressedParts, TextCompressor } from './types.ts';

export interface RemoteOptions {
  /** Of a server that `isthmus serve` runs: `http://host:4817`. */
  readonly url: string;
  /** `isk_…`, with the scope `tools`; a server on this host may need none. */
  readonly apiKey?: string;
  /** Does the requests; default: the platform's. */
  readonly fetch?: typeof fetch;
}

const span = z.object({ start: z.number(), end: z.number() });
const information = z.object({ bits: z.number().nullable(), saturation: z.number().nullable() });

/** What is read of an answer; what a later server says beside it is passed over. */
const answer = z.object({
  chunk_count: z.number(),
  parts: z.array(
    z.object({
      source: z.number(),
      span,
      status: z.enum(['text', 'none']),
      summary: z.string(),
      quotes: z.array(span),
      kept: z.boolean(),
      relevance: z.number(),
      information: information.nullable(),
    }),
  ),
});
type Answer = z.output<typeof answer>;

const refusal = z.object({ error: z.object({ message: z.string(), code: z.string() }) });

/** What a server may say of the request itself, and mean what we mean by it; of anything else it is a provider that refuses. */
const SHARED: readonly ErrorCode[] = [
  'aborted',
  'capability-missing',
  'context-overflow',
  'egress-refused',
  'invalid-input',
  'model-crashed',
  'model-load-failed',
  'not-found',
  'unknown-plugin',
];

/**
 * Isthmus on another host, for what needs no run: the parts for LangChain take it in the place of one in this process, and no model
 * is loaded here. Errors are `IsthmusError`; `isRetryable` says whether to ask again (a server that is busy, or does not answer).
 */
export function connectIsthmus({ url, apiKey, fetch: send = fetch }: RemoteOptions): TextCompressor {
  const address = new URL('/v1/compress', url);
  const headers = { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) };
  return {
    compress: async (source, question, { signal, ...choices } = {}) => {
      const body = JSON.stringify({ text: source, question, ...choices });
      const init = { method: 'POST', headers, body, ...(signal === undefined ? {} : { signal }) };
      const response = await send(address, init).catch((cause: unknown) => {
        throw unreachable(address, signal, cause);
      });
      const text = await response.text();
      if (!response.ok) throw toError(response.status, text);
      return toParts(typeof source === 'string' ? [source] : source, parse(text));
    },
  };
}

function parse(text: string): Answer {
  try {
    return answer.parse(JSON.parse(text));
  } catch (cause) {
    throw new IsthmusError(
      'output-unparseable',
      'Expected the answer of POST /v1/compress, but got another one. Is the address that of `isthmus serve`, of this version or a later one?',
      { cause },
    );
  }
}

function toParts(texts: readonly string[], { chunk_count: chunkCount, parts }: Answer): CompressedParts {
  const idOf = ({ source, span: { start } }: Answer['parts'][number]): string => `${source}:${start}`;
  const scores = parts.flatMap((part): (readonly [string, { bits: number; saturation: number }])[] => {
    const { bits = null, saturation = null } = part.information ?? {};
    return bits === null || saturation === null ? [] : [[idOf(part), { bits, saturation }]];
  });
  return {
    chunkCount,
    parts: parts.map((part): CompressedPart => {
      const { source, span: at, status, summary, quotes, kept, relevance } = part;
      return {
        chunk: { id: idOf(part), span: at, text: (texts[source] ?? '').slice(at.start, at.end) },
        source,
        // The server counts in the document, and a summary's quotes count in its chunk.
        summary: { status, text: summary, quotes: quotes.map(({ start, end }) => ({ start: start - at.start, end: end - at.start })) },
        decision: { kept, relevance },
      };
    }),
    scored: { scores: new Map(scores) },
  };
}

function unreachable({ host }: URL, signal: AbortSignal | undefined, cause: unknown): IsthmusError {
  if (signal?.aborted === true) return new IsthmusError('aborted', 'The compression was stopped.', { cause });
  return new IsthmusError('provider-unavailable', `Expected an Isthmus server at ${host}, but it does not answer.`, { cause });
}

function toError(status: number, text: string): IsthmusError {
  const isRetryable = status === 429 || status >= 500;
  try {
    const { message, code } = refusal.parse(JSON.parse(text)).error;
    const known = SHARED.find((shared) => shared.replaceAll('-', '_') === code);
    return new IsthmusError(known ?? (isRetryable ? 'provider-unavailable' : 'provider-rejected'), message, { isRetryable });
  } catch (cause) {
    const message = `Expected an answer of Isthmus, but got status ${status} with another content.`;
    return new IsthmusError(isRetryable ? 'provider-unavailable' : 'provider-rejected', message, { isRetryable, cause });
  }
}
