import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Behaviour, play, type ServerUsage } from './openai-behaviours.ts';

/** One request as the server saw it. */
export interface RecordedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed body. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly receivedAtMs: number;
  /** How the exchange ended; `client-closed` when the client hung up first. */
  readonly ended: Promise<'finished' | 'cut' | 'client-closed'>;
  /** What the provider charges for it: nothing for refused requests; for interrupted ones what was sent until then. */
  readonly billed: ServerUsage | undefined;
}

export interface OpenAiServer extends AsyncDisposable {
  /** Ends in `/v1`, as the SDK wants it. */
  readonly baseUrl: string;
  readonly requests: readonly RecordedRequest[];
  /** The next requests are treated like this, one after the other; then `fallback` is asked. */
  enqueue(...behaviours: readonly Behaviour[]): void;
  /** What all requests so far were charged. */
  bill(): ServerUsage & { readonly calls: number };
  close(): Promise<void>;
}

export interface OpenAiServerOptions {
  /** When given, requests with any other key get 401. */
  readonly apiKey?: string;
  /** Any free one by default. */
  readonly port?: number;
  /** For requests beyond the queue. */
  readonly fallback?: (body: Readonly<Record<string, unknown>>) => Behaviour;
}

const EMBEDDINGS = '/v1/embeddings';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A provider to test against: real HTTP, the chat-completions protocol (streamed and whole), embeddings, and every way of going wrong that
 * a real one has, on demand. A token is a word.
 */
export async function startOpenAiServer(options: OpenAiServerOptions = {}): Promise<OpenAiServer> {
  const queue: Behaviour[] = [];
  const requests: RecordedRequest[] = [];
  const fallback = options.fallback ?? (() => ({ type: 'answer', text: 'An answer.' }) as const);

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = await readBody(request);
    const refusal = refusalOf({ path, request, apiKey: options.apiKey });
    const otherwise = () => (path === EMBEDDINGS ? ({ type: 'vectors' } as const) : fallback(body));
    const behaviour = refusal ?? queue.shift() ?? otherwise();
    const record: Writable<RecordedRequest> = {
      path,
      headers: request.headers,
      body,
      receivedAtMs: performance.now(),
      ended: endOf(response),
      billed: undefined,
    };
    requests.push(record);
    await play(behaviour, { body, response, bill: (usage) => (record.billed = usage) });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    enqueue: (...behaviours) => void queue.push(...behaviours),
    bill: () => sumBills(requests),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function refusalOf(exchange: { path: string; request: IncomingMessage; apiKey: string | undefined }): Behaviour | undefined {
  const { path, request, apiKey } = exchange;
  if (request.method !== 'POST' || !(path === '/v1/chat/completions' || path === EMBEDDINGS)) {
    return { type: 'error', status: 404, message: `Invalid URL (${request.method} ${path})`, code: 'unknown_url' };
  }
  if (apiKey === undefined || request.headers.authorization === `Bearer ${apiKey}`) return undefined;
  const given = request.headers.authorization?.replace('Bearer ', '') ?? '(none)';
  return { type: 'error', status: 401, message: `Incorrect API key provided: ${given}.`, code: 'invalid_api_key' };
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) text += part;
  const body: unknown = text === '' ? {} : JSON.parse(text);
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

function endOf(response: ServerResponse): Promise<'finished' | 'cut' | 'client-closed'> {
  return new Promise((resolve) => {
    response.once('finish', () => resolve('finished'));
    // `errored` is set when the server itself destroyed the response.
    response.once('close', () => resolve(response.errored ? 'cut' : 'client-closed'));
  });
}

function sumBills(requests: readonly RecordedRequest[]): ServerUsage & { readonly calls: number } {
  const bills = requests.flatMap(({ billed }) => (billed === undefined ? [] : [billed]));
  const sum = (key: keyof ServerUsage): number => bills.reduce((total, usage) => total + usage[key], 0);
  return { calls: bills.length, promptTokens: sum('promptTokens'), cachedTokens: sum('cachedTokens'), outputTokens: sum('outputTokens') };
}
