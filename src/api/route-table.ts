import type { Route, RouteHeader } from './route.ts';
import { CORPORA } from './route-table-corpora.ts';
import { WATCH } from './route-table-watch.ts';
import { estimateAnswer, healthAnswer, listAnswer, reportAnswer, runAnswer } from './schemas-answer.ts';
import { egressAnswer } from './schemas-gather.ts';
import { compressBody, eventsQuery, forkBody, listQuery, reportQuery, scoreBody, submitBody } from './schemas-request.ts';
import { compressAnswer, scoreAnswer } from './schemas-tools.ts';

const run = { description: 'The run.', schema: runAnswer };

const IDEMPOTENCY_KEY: RouteHeader = {
  name: 'Idempotency-Key',
  description:
    'The same key with the same request is the same run, also while the limit of runs at work is met; with another request it is a conflict.',
};

const RESEARCH = [
  {
    id: 'submitResearch',
    method: 'post',
    path: '/v1/research',
    summary: 'Start a run',
    description:
      'Answers at once; the run goes on in the background. With `dry_run` it answers with an estimate and nothing is started or spent. A limit in `budget` holds: a run that meets it ends `incomplete` with a report, as does one of which steps have failed.',
    scope: 'research:write',
    headers: [IDEMPOTENCY_KEY],
    body: { schema: submitBody, isRequired: true },
    answers: {
      200: [{ description: 'With `dry_run`: what the run would take.', schema: estimateAnswer }],
      202: [{ description: 'The run; the header Location says where to find it.', schema: runAnswer }],
    },
    errors: [409, 413, 415, 422],
  },
  {
    id: 'listResearch',
    method: 'get',
    path: '/v1/research',
    summary: 'List runs',
    description: 'Newest first, in pages.',
    scope: 'research:read',
    query: listQuery,
    answers: { 200: [{ description: 'A page of runs.', schema: listAnswer }] },
  },
  {
    id: 'readResearch',
    method: 'get',
    path: '/v1/research/{id}',
    summary: 'Read a run',
    description: 'State, progress, usage, and the report once there is one.',
    scope: 'research:read',
    answers: { 200: [run] },
  },
  {
    id: 'readEgress',
    method: 'get',
    path: '/v1/research/{id}/egress',
    summary: 'What a run asked the web',
    description:
      'Every request that was made to gather its sources, refused ones too, in the order of their ends. Empty for a run whose sources were given to it.',
    scope: 'research:read',
    answers: { 200: [{ description: 'The requests.', schema: egressAnswer }] },
  },
  {
    id: 'followResearch',
    method: 'get',
    path: '/v1/research/{id}/events',
    summary: 'Follow a run',
    description:
      'Server-sent events: first those that are stored, then live ones, until the run ends; the run goes on when the client leaves. The event name is the type, the id the sequence number. `gap` says that events which were asked for are no longer there. Comments every 15 seconds keep the connection open. 204: the client has the end already, and need not connect again.',
    scope: 'research:read',
    query: eventsQuery,
    headers: [{ name: 'Last-Event-ID', description: 'The last sequence number received; EventSource sends it by itself.' }],
    answers: {
      200: [
        {
          description: 'The events. Their data are described under the schemas whose names end in `Event`.',
          contentType: 'text/event-stream',
        },
      ],
      204: [{ description: 'There is nothing after this id, and there will not be.' }],
    },
  },
  {
    id: 'cancelResearch',
    method: 'post',
    path: '/v1/research/{id}/cancel',
    summary: 'Cancel a run',
    description: 'Stops the work; what is done is kept. A run that has ended stays as it is.',
    scope: 'research:write',
    answers: { 200: [run] },
  },
  {
    id: 'forkResearch',
    method: 'post',
    path: '/v1/research/{id}/fork',
    summary: 'Fork a run',
    description:
      'The same question and sources with other settings; every step that stays the same is taken from the original and not paid again.',
    scope: 'research:write',
    headers: [IDEMPOTENCY_KEY],
    body: { schema: forkBody, isRequired: false },
    answers: { 202: [{ description: 'The new run.', schema: runAnswer }] },
    errors: [409, 413, 415, 422],
  },
  {
    id: 'readReport',
    method: 'get',
    path: '/v1/research/{id}/report',
    summary: 'Read the report',
    description:
      'The answer with its citations, what became of each source, and what it took; as JSON (with the bits of each token), Markdown, or one page of HTML that loads nothing.',
    scope: 'research:read',
    query: reportQuery,
    answers: {
      200: [
        { description: 'The report.', schema: reportAnswer },
        { description: 'The report to read.', contentType: 'text/markdown' },
        { description: 'The same as a page, with heat maps.', contentType: 'text/html' },
      ],
    },
    errors: [406, 409],
  },
  {
    id: 'deleteResearch',
    method: 'delete',
    path: '/v1/research/{id}',
    summary: 'Delete a run',
    description: 'Removes a run that has ended, with its events. Results that other runs may use stay.',
    scope: 'research:write',
    answers: { 204: [{ description: 'It is gone.' }] },
    errors: [409],
  },
] as const satisfies readonly Route[];

const OTHERS = [
  {
    id: 'compress',
    method: 'post',
    path: '/v1/compress',
    summary: 'Compress a text',
    description: 'One text for one question, with the bits of each summary; no run.',
    scope: 'tools',
    body: { schema: compressBody, isRequired: true },
    answers: { 200: [{ description: 'The summaries.', schema: compressAnswer }] },
    errors: [413, 415, 422, 503],
  },
  {
    id: 'score',
    method: 'post',
    path: '/v1/score',
    summary: 'Score summaries',
    description: 'Bits of summaries that any model has made anywhere; no run.',
    scope: 'tools',
    body: { schema: scoreBody, isRequired: true },
    answers: { 200: [{ description: 'The scores.', schema: scoreAnswer }] },
    errors: [413, 415, 422, 503],
  },
  {
    id: 'health',
    method: 'get',
    path: '/healthz',
    summary: 'Is the process alive?',
    description: 'Asks nothing of the store.',
    answers: { 200: [{ description: 'It is.', schema: healthAnswer }] },
  },
  {
    id: 'ready',
    method: 'get',
    path: '/readyz',
    summary: 'Can the process serve?',
    description: 'Asks the store.',
    answers: { 200: [{ description: 'It can.', schema: healthAnswer }] },
    errors: [503],
  },
  {
    id: 'openapi',
    method: 'get',
    path: '/openapi.json',
    summary: 'This description',
    description: 'OpenAPI 3.1.',
    answers: { 200: [{ description: 'The document.', contentType: 'application/json' }] },
  },
  {
    id: 'docs',
    method: 'get',
    path: '/docs',
    summary: 'This description, to read',
    description: 'One page of HTML that loads nothing else.',
    answers: { 200: [{ description: 'The page.', contentType: 'text/html' }] },
  },
] as const satisfies readonly Route[];

export type { Route } from './route.ts';

export type RouteId = (typeof RESEARCH | typeof CORPORA | typeof WATCH | typeof OTHERS)[number]['id'];

export const ROUTES: readonly (Route & { readonly id: RouteId })[] = [...RESEARCH, ...CORPORA, ...WATCH, ...OTHERS];

/** As Hono writes it. */
export function toHonoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Whether a request's path is one of the route. */
export function matchesPath(route: Route, path: string): boolean {
  return new RegExp(`^${route.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
}
