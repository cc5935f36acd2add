import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { wordVector } from './scripted-embedding.ts';

export interface ServerUsage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** How one request is treated. */
export type Behaviour =
  | {
      readonly type: 'answer';
      readonly text: string;
      readonly finishReason?: string;
      /** Counted in words when absent; `none` keeps it from the client (it is billed all the same). */
      readonly usage?: Partial<ServerUsage> | 'none';
      readonly tokenDelayMs?: number;
      /** Sends the text as a refusal. */
      readonly isRefusal?: boolean;
    }
  | {
      readonly type: 'error';
      readonly status: number;
      readonly message?: string;
      readonly code?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Vectors of so many dimensions, made of the words of each input; or those given. `usage` as in an answer. */
  | { readonly type: 'vectors'; readonly dimensions?: number; readonly data?: readonly unknown[]; readonly usage?: 'none' }
  /** Streams the text and stops without a finish reason: `cut` tears the connection, `clean` ends it in good order. */
  | { readonly type: 'half'; readonly text: string; readonly ending: 'cut' | 'clean' }
  /** Streams the text and then an error event. */
  | { readonly type: 'error-event'; readonly text: string; readonly error: Readonly<Record<string, unknown>> }
  /** Streams the text and then nothing, with the connection open. */
  | { readonly type: 'stall'; readonly text: string }
  /** Reads the request and never answers. */
  | { readonly type: 'silence' }
  /** Tears the connection before any answer. */
  | { readonly type: 'hang-up' }
  /** 200 with whatever is given. */
  | { readonly type: 'raw'; readonly body: string; readonly contentType?: string };

interface Exchange {
  readonly body: Readonly<Record<string, unknown>>;
  readonly response: ServerResponse;
  bill(usage: ServerUsage): void;
}

export async function play(behaviour: Behaviour, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  switch (behaviour.type) {
    case 'answer':
      return answer(behaviour, exchange);
    case 'error':
      return sendError(behaviour, response);
    case 'vectors':
      return sendVectors(behaviour, exchange);
    case 'half':
      await stream(tokensOf(behaviour.text), exchange);
      if (behaviour.ending === 'cut') response.destroy(new Error('cut on demand'));
      else response.end();
      return;
    case 'error-event':
      await stream(tokensOf(behaviour.text), exchange);
      response.end(event({ error: behaviour.error }));
      return;
    case 'stall':
      await stream(tokensOf(behaviour.text), exchange);
      return;
    case 'silence':
      return;
    case 'hang-up':
      response.destroy(new Error('hung up on demand'));
      return;
    case 'raw':
      response.writeHead(200, { 'content-type': behaviour.contentType ?? 'text/event-stream' }).end(behaviour.body);
      return;
    default:
      behaviour satisfies never;
  }
}

type Answer = Extract<Behaviour, { type: 'answer' }>;

async function answer(behaviour: Answer, exchange: Exchange): Promise<void> {
  const tokens = tokensOf(behaviour.text);
  const counted = { promptTokens: promptTokensOf(exchange.body), cachedTokens: 0, outputTokens: tokens.length };
  const usage = behaviour.usage === 'none' ? counted : { ...counted, ...behaviour.usage };
  const wire = behaviour.usage === 'none' ? undefined : toWireUsage(usage);
  const finishReason = behaviour.finishReason ?? 'stop';
  const field = behaviour.isRefusal ? 'refusal' : 'content';
  if (exchange.body['stream'] !== true) {
    exchange.bill(usage);
    const message = { role: 'assistant', content: null, refusal: null, [field]: behaviour.text };
    const choices = [{ index: 0, message, finish_reason: finishReason, logprobs: null }];
    exchange.response
      .writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req_whole' })
      .end(JSON.stringify({ ...envelope(exchange.body), object: 'chat.completion', choices, usage: wire }));
    return;
  }
  const isWhole = await stream(tokens, exchange, { field, delayMs: behaviour.tokenDelayMs ?? 0 });
  if (!isWhole) return;
  exchange.bill(usage);
  exchange.response.write(chunk(exchange.body, { choices: [{ index: 0, delta: {}, finish_reason: finishReason }] }));
  const options = exchange.body['stream_options'] as { include_usage?: boolean } | undefined;
  if (options?.include_usage && wire !== undefined) exchange.response.write(chunk(exchange.body, { choices: [], usage: wire }));
  exchange.response.end('data: [DONE]\n\n');
}

/** Sends tokens one event each, and bills them as they go. False when the client hung up. */
async function stream(tokens: readonly string[], exchange: Exchange, { field = 'content', delayMs = 0 } = {}): Promise<boolean> {
  const { response, body } = exchange;
  const promptTokens = promptTokensOf(body);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_stream' });
  response.write(chunk(body, { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }));
  for (const [index, token] of tokens.entries()) {
    if (delayMs > 0) await sleep(delayMs);
    if (response.destroyed) return false;
    exchange.bill({ promptTokens, cachedTokens: 0, outputTokens: index + 1 });
    // The comment is what some gateways send to keep a connection open; clients must not trip over it.
    response.write(`: keep-alive\n\n${chunk(body, { choices: [{ index: 0, delta: { [field]: token }, finish_reason: null }] })}`);
  }
  return true;
}

function sendError(behaviour: Extract<Behaviour, { type: 'error' }>, response: ServerResponse): void {
  const { status, message = `Error ${status}`, code = null, headers = {} } = behaviour;
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-request-id': `req_${status}`, ...headers })
    .end(JSON.stringify({ error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code } }));
}

const DIMENSIONS = 64;

function sendVectors(behaviour: Extract<Behaviour, { type: 'vectors' }>, { body, response, bill }: Exchange): void {
  const inputs = (Array.isArray(body['input']) ? body['input'] : [body['input']]).map(String);
  const dimensions = behaviour.dimensions ?? Number(body['dimensions'] ?? DIMENSIONS);
  // Not of unit length, as with some servers.
  const vectors = inputs.map((text) => [...wordVector(text, dimensions)].map((value) => value * 3));
  const data = behaviour.data ?? vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
  const promptTokens = inputs.reduce((sum, text) => sum + tokensOf(text).length, 0);
  bill({ promptTokens, cachedTokens: 0, outputTokens: 0 });
  const usage = behaviour.usage === 'none' ? undefined : { prompt_tokens: promptTokens, total_tokens: promptTokens };
  response
    .writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req_vectors' })
    .end(JSON.stringify({ object: 'list', model: body['model'], data, usage }));
}

function envelope(body: Exchange['body']): Record<string, unknown> {
  return { id: 'chatcmpl-1', created: 1_790_000_000, model: body['model'] };
}

function chunk(body: Exchange['body'], content: Readonly<Record<string, unknown>>): string {
  return event({ ...envelope(body), object: 'chat.completion.chunk', ...content });
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function toWireUsage(usage: ServerUsage): Record<string, unknown> {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.promptTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens },
  };
}

/** Words with the white space before them; joined they are the text again. */
function tokensOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

function promptTokensOf(body: Exchange['body']): number {
  const messages = Array.isArray(body['messages']) ? (body['messages'] as { content?: unknown }[]) : [];
  return messages.reduce((sum, { content }) => sum + (typeof content === 'string' ? tokensOf(content).length : 0), 0);
}
