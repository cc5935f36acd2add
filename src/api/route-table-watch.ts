import type { Route } from './route.ts';
import { runAnswer } from './schemas-answer.ts';
import { costsQuery, sessionBody } from './schemas-request.ts';
import {
  costsAnswer,
  documentAnswer,
  evaluationsAnswer,
  findingsAnswer,
  sessionAnswer,
  settingsAnswer,
  systemAnswer,
} from './schemas-watch.ts';

/** What the page asks beside the routes of runs. */
export const WATCH = [
  {
    id: 'resumeResearch',
    method: 'post',
    path: '/v1/research/{id}/resume',
    summary: 'Resume a run',
    description:
      'Gives a run that has failed another try, and one whose time was over in its absence another time; what is paid for is kept. Any other run stays as it is.',
    scope: 'research:write',
    answers: { 200: [{ description: 'The run.', schema: runAnswer }] },
    errors: [409],
  },
  {
    id: 'readDocument',
    method: 'get',
    path: '/v1/research/{id}/documents/{documentId}',
    summary: 'Read a source of a run',
    description: 'A document of the corpus that the run reads, in full; spans of citations count its UTF-16 code units.',
    scope: 'research:read',
    answers: { 200: [{ description: 'The document.', schema: documentAnswer }] },
  },
  {
    id: 'readCosts',
    method: 'get',
    path: '/v1/costs',
    summary: 'Read what was spent',
    description:
      'Sums over the ledgers of all runs, by day (UTC), role, model, place, strategy and tenant, and what runs have saved against reading without a compressor: those of the caller, or with `tenants=all` of everybody. With `format=csv` the rows as a table.',
    scope: 'research:read',
    query: costsQuery,
    answers: {
      200: [
        { description: 'The costs.', schema: costsAnswer },
        { description: 'One line for each row.', contentType: 'text/csv' },
      ],
    },
  },
  {
    id: 'readSystem',
    method: 'get',
    path: '/v1/system',
    summary: 'Read the state of the service',
    description: 'Queues and models of this process, and the failed steps and waiting runs of the caller.',
    scope: 'research:read',
    answers: { 200: [{ description: 'The state.', schema: systemAnswer }] },
  },
  {
    id: 'readMetrics',
    method: 'get',
    path: '/metrics',
    summary: 'Read metrics',
    description:
      'In the text format of Prometheus: runs, queues, steps, jobs, calls of models, the ledger, requests, and this process. They are of all tenants together and name none, so with keys it takes the scope `admin`; without any, only this host can ask.',
    scope: 'admin',
    answers: { 200: [{ description: 'The metrics, version 0.0.4 of the format.', contentType: 'text/plain' }] },
    errors: [404],
  },
  {
    id: 'readSettings',
    method: 'get',
    path: '/v1/settings',
    summary: 'List what can be chosen for a run',
    description: 'Plugins, models, presets, and what is taken where nothing is said.',
    scope: 'research:read',
    answers: { 200: [{ description: 'The choices.', schema: settingsAnswer }] },
  },
  {
    id: 'listEvaluations',
    method: 'get',
    path: '/v1/evaluations',
    summary: 'List evaluations',
    description: 'Those whose findings lie in the data directory.',
    scope: 'research:read',
    answers: { 200: [{ description: 'The evaluations, by name.', schema: evaluationsAnswer }] },
  },
  {
    id: 'readEvaluation',
    method: 'get',
    path: '/v1/evaluations/{name}',
    summary: 'Read an evaluation',
    description: 'Its findings as `isthmus eval` has written them.',
    scope: 'research:read',
    answers: { 200: [{ description: 'The findings.', schema: findingsAnswer }] },
  },
  {
    id: 'readSession',
    method: 'get',
    path: '/session',
    summary: 'Is this browser signed in?',
    description: 'And does it have to be; what its key allows.',
    answers: { 200: [{ description: 'The session.', schema: sessionAnswer }] },
  },
  {
    id: 'signIn',
    method: 'post',
    path: '/session',
    summary: 'Sign a browser in',
    description:
      'Keeps the key in a cookie that no script can read and no other site can send. From then on requests need no header Authorization; other than reading, they must come from a page of this very origin.',
    body: { schema: sessionBody, isRequired: true },
    answers: { 200: [{ description: 'The session; the header Set-Cookie holds the key.', schema: sessionAnswer }] },
    errors: [400, 401, 403, 413, 415, 429, 500],
  },
  {
    id: 'signOut',
    method: 'delete',
    path: '/session',
    summary: 'Sign a browser out',
    description: 'Takes the cookie away.',
    answers: { 204: [{ description: 'It is gone.' }] },
    errors: [403],
  },
] as const satisfies readonly Route[];
