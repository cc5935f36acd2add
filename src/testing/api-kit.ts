import { z } from 'zod';
import type { ApiDeps, ApiTools } from '../api/context.ts';
import { createApi } from '../api/create-api.ts';
import { matchesPath, ROUTES } from '../api/route-table.ts';
import { errorAnswer } from '../api/schemas-common.ts';
import { type HttpServer, listen } from '../api/server.ts';
import { IsthmusError } from '../domain/errors.ts';
import { summariseLedger } from '../domain/ledger-summary.ts';
import { isTerminal, type RunEvent } from '../domain/run.ts';
import type { Scope } from '../ports/key-store.ts';
import { entry, finished, steps } from './build-run.ts';
import { buildSummary } from './builders.ts';
import { createMemoryKeyStore } from './memory-key-store.ts';
import { createMemoryResearchService, DOCUMENT, type MemoryResearchService } from './memory-research-service.ts';
import { createTestWatch } from './watch-kit.ts';

export interface Call {
  readonly method?: string;
  /** Sent as JSON; a string or bytes are sent as they are. */
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape, which are checked against their schemas first.
  readonly json: any;
}

/** A live server on a loopback port over a service that does what the test says. */
export interface ApiKit extends AsyncDisposable {
  readonly service: MemoryResearchService;
  readonly keys: ReturnType<typeof createMemoryKeyStore>;
  readonly url: string;
  /** Errors that callers were told nothing about. */
  readonly errors: unknown[];
  /** A key's secret. */
  key(tenant: string, options?: { scopes?: readonly Scope[]; requestsPerMinute?: number; concurrentRuns?: number }): Promise<string>;
  /** Sends a request; an answer in JSON is checked against the schema that the table of routes gives for its status. */
  call(path: string, call?: Call): Promise<Answer>;
}

/** A route's path with something in the place of each parameter: a run's id, and the source and the evaluation that kits know. */
export function fillPath(path: string, id: string): string {
  return path
    .replace('{id}', id)
    .replace('{documentId}', DOCUMENT.id)
    .replace('{name}', 'tower')
    .replace('{corpus}', 'river')
    .replace('{document}', DOCUMENT.id);
}

/** Of no name. Tests of named corpora have a whole server, see the live kit. */
export const NO_CORPORA: ApiDeps['corpora'] = {
  list: async () => [],
  show: unnamed,
  send: unnamed,
  remove: unnamed,
  search: unnamed,
  knows: async () => false,
  forget: unnamed,
};

async function unnamed(): Promise<never> {
  throw new IsthmusError('not-found', 'There is no corpus here.');
}

export const ALL_SCOPES: readonly Scope[] = ['research:read', 'research:write', 'tools'];

export async function openApiKit(change: Partial<ApiDeps> = {}): Promise<ApiKit> {
  const service = createMemoryResearchService();
  const keys = createMemoryKeyStore();
  const errors: unknown[] = [];
  const api = createApi({
    service,
    keys,
    watch: createTestWatch(service.runs),
    tools: FIXED_TOOLS,
    corpora: NO_CORPORA,
    version: '1.2.3',
    isLoopback: true,
    onError: (error) => errors.push(error),
    ...change,
  });
  const server: HttpServer = await listen(api, { host: '127.0.0.1', port: 0, graceMs: 100 });
  return {
    service,
    keys,
    errors,
    url: server.url,
    key: async (tenant, { scopes = ALL_SCOPES, ...limits } = {}) =>
      (await keys.create({ tenant, owner: 'somebody', scopes, ...limits })).secret,
    call: (path, call) => callApi(server.url, path, call),
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Sends a request as a client would; see {@link ApiKit.call}. */
export async function callApi(url: string, path: string, call: Call = {}): Promise<Answer> {
  const { method = call.body === undefined ? 'GET' : 'POST' } = call;
  const response = await fetch(`${url}${path}`, { method, headers: headersOf(call), ...bodyOf(call) });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const json: unknown = isJson ? JSON.parse(text) : undefined;
  if (isJson) schemaFor(method, path, response.status).parse(json);
  return { status: response.status, headers: response.headers, text, json };
}

function headersOf({ body, key, headers }: Call): Record<string, string> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return { ...type, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers };
}

function bodyOf({ body }: Call): { body?: string | Buffer } {
  if (body === undefined) return {};
  if (body instanceof Uint8Array) return { body: Buffer.from(body) };
  return { body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function schemaFor(method: string, path: string, status: number): z.ZodType {
  if (status >= 400) return errorAnswer;
  const { pathname } = new URL(path, 'http://host');
  const route = ROUTES.find((candidate) => candidate.method.toUpperCase() === method && matchesPath(candidate, pathname));
  return route?.answers[status]?.find(({ schema }) => schema !== undefined)?.schema ?? z.unknown();
}

/** What a run leaves behind that found an answer in one step. */
export const FINISHED_RUN: readonly RunEvent[] = [
  steps('step-1'),
  finished('step-1', [entry('key-of-step-1')]),
  {
    type: 'run-completed',
    report: {
      status: 'answered',
      text: 'It is twelve metres tall [1].',
      form: 'model',
      citations: [{ number: 1, documentId: 'document-1', span: { start: 4, end: 20 }, text: 'twelve metres' }],
      dropped: [],
    },
  },
];

const chunk = { id: 'chunk-1', documentId: 'document-1', span: { start: 10, end: 40 }, text: 'It is twelve metres tall.' };
const information = { nats: 1, bits: 1.44, ceilingBits: 2, saturation: 0.72, bitsPerToken: 0.3, bitsPerByte: 0.05, contexts: 4 };
/** Of so few samples that there is no figure: NaN has no JSON. */
const estimate = { nats: Number.NaN, bits: Number.NaN, ceilingBits: 2, saturation: Number.NaN, samples: 0, missing: 1 };

/** Tools that give the same answer to everything, in the shapes of the real ones. */
export const FIXED_TOOLS: ApiTools = {
  compress: async () => ({
    result: {
      parts: [
        {
          chunk,
          source: 0,
          summary: buildSummary('twelve metres', { quotes: [{ start: 6, end: 19 }] }),
          decision: { kept: true, reason: 'it shares words', relevance: 1.5, flags: [] },
        },
      ],
      chunkCount: 3,
      scored: {
        scores: new Map([[chunk.id, information]]),
        estimate,
        tokens: new Map([[chunk.id, [{ text: 'twelve', nats: Math.LN2 }]]]),
      },
    },
    ledger: summariseLedger([entry('compress')]),
  }),
  score: async ({ rows }) => ({
    result: {
      rows: rows.map(({ id, z: summary }, i) =>
        i === 0 ? { id, summary, tokens: [], score: information } : { id, summary, tokens: [], missing: 'a scoring it needs has failed' },
      ),
      estimate,
    },
    ledger: summariseLedger([]),
  }),
  heldBack: async ({ status, spec }) =>
    isTerminal(status) || Object.keys(spec.limits).length === 0 ? undefined : { tokens: 40, microUsd: 7, calls: 1 },
  overview: async ({ runId, spec, status, reason, report, ledger, createdAt, updatedAt }) => ({
    id: runId,
    question: spec.question,
    status,
    createdAt,
    updatedAt,
    settings: spec,
    ...(reason === undefined ? {} : { reason }),
    ...(report === undefined ? {} : { report }),
    citations: (report?.citations ?? []).map(({ number, span, text }) => ({ number, uri: 'a.md', title: 'A <b>', span, quote: text })),
    sources: [
      {
        uri: 'a.md',
        title: 'A <b>',
        span: chunk.span,
        sourceTokens: 12,
        status: 'text',
        summary: 'twelve metres',
        summaryTokens: 2,
        score: information,
        tokenScores: [
          { text: 'twelve', nats: Math.LN2 },
          { text: ' metres', nats: 0.44 * Math.LN2 },
        ],
        kept: true,
        reason: 'it shares words',
        flags: [],
        relevance: 1.5,
      },
    ],
    capsules: [
      {
        round: 0,
        plan: '1. How tall? 2. Since when?',
        guidance: 'height',
        budget: 16,
        reason: 'it passed',
        planTokens: 9,
        guidanceTokens: 2,
        prompts: 3,
        savedTokens: 21,
      },
      { round: 1, plan: 'How tall?', reason: 'no capsule passed', planTokens: 3, guidanceTokens: 0, prompts: 0, savedTokens: 0 },
    ],
    ledger: summariseLedger(ledger),
    baselines: [{ id: 'raw', chunks: 1, tokens: 12, fits: true, saved: { tokens: 3 }, note: 'unpriced' }],
  }),
};
