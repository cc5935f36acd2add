import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { RateLimiter } from '../ports/shared-limits.ts';
import { SILENT } from '../ports/telemetry.ts';
import { createGuards } from './authenticate.ts';
import { type ApiContext, type ApiDeps, type ApiEnv, DEFAULT_LIMITS, type Handler } from './context.ts';
import { addDashboard } from './dashboard-files.ts';
import { createDocsPage } from './docs-page.ts';
import { refuse, retryHeader, toProblem } from './errors.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { observe } from './observe.ts';
import { createOpenApi } from './openapi.ts';
import { createRateLimiter, withFallback } from './rate-limit.ts';
import { matchesPath, ROUTES, type RouteId, toHonoPath } from './route-table.ts';
import {
  deleteCorpusHandler,
  forgetDocumentHandler,
  listCorporaHandler,
  readCorpusHandler,
  searchCorpusHandler,
  sendCorpusHandler,
} from './routes/corpora.ts';
import { eventsHandler } from './routes/events.ts';
import { healthHandler, readyHandler } from './routes/health.ts';
import { metricsHandler } from './routes/metrics.ts';
import { reportHandler } from './routes/report.ts';
import {
  cancelHandler,
  deleteHandler,
  egressHandler,
  forkHandler,
  listHandler,
  readHandler,
  resumeHandler,
  submitHandler,
} from './routes/research.ts';
import { readSessionHandler, signInHandler, signOutHandler } from './routes/session.ts';
import { compressHandler, createTurnstile, scoreHandler } from './routes/tools.ts';
import {
  costsHandler,
  documentHandler,
  listEvaluationsHandler,
  readEvaluationHandler,
  settingsHandler,
  systemHandler,
} from './routes/watch.ts';
import { createRunLimit } from './run-limit.ts';
import { everyAnswer } from './security.ts';

/** The HTTP API over a research service. It listens nowhere: a server hands it requests and takes responses. */
export function createApi(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const now = deps.now ?? Date.now;
  const ring = createKeyRing({ keys: deps.keys, isLoopback: deps.isLoopback, now });
  const guard = createGuards({ ring, limiter: limiterOf(deps) });
  const handlers = createHandlers(deps, ring);

  app.use(everyAnswer);
  if (deps.corsOrigins !== undefined)
    app.use(cors({ origin: [...deps.corsOrigins], exposeHeaders: ['location', 'x-request-id', 'retry-after'] }));
  for (const route of ROUTES) {
    const { id, method, path, scope } = route;
    const guards = scope === undefined ? [] : [guard(scope)];
    app.on(method, toHonoPath(path), observe(route, deps.telemetry ?? SILENT), ...guards, handlers[id]);
  }
  addDashboard(app, deps.dashboard);
  app.notFound(unknownRoute);
  app.onError((error, context) => {
    const problem = toProblem(error, context.get('requestId'));
    if (problem.code === 'internal') deps.onError?.(error, context.get('requestId'));
    return refuse(context, problem, retryHeader(error));
  });
  return app;
}

function limiterOf({ shared, now = Date.now, onError = () => {} }: ApiDeps): RateLimiter {
  const local = createRateLimiter(now);
  return shared === undefined ? local : withFallback(shared.rate, local, onError);
}

function createHandlers(deps: ApiDeps, ring: KeyRing): Readonly<Record<RouteId, Handler>> {
  const now = deps.now ?? Date.now;
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const research = {
    service: deps.service,
    tools: deps.tools,
    limits,
    ...(deps.admission === undefined ? {} : { admission: deps.admission }),
    runLimit: createRunLimit(deps.service, { now, line: deps.shared?.line, onError: deps.onError ?? (() => {}) }),
  };
  const tools = { tools: deps.tools, limits };
  const named = { corpora: deps.corpora, limits };
  const turnstile = createTurnstile(limits.toolsAtOnce);
  const openApi = createOpenApi(deps.version);
  const page = createDocsPage(openApi);
  return {
    submitResearch: submitHandler(research),
    listResearch: listHandler(research),
    readResearch: readHandler(research),
    readEgress: egressHandler(research),
    followResearch: eventsHandler({ ...deps, limits }),
    cancelResearch: cancelHandler(research),
    forkResearch: forkHandler(research),
    readReport: reportHandler(deps),
    deleteResearch: deleteHandler(research),
    listCorpora: listCorporaHandler(named),
    readCorpus: readCorpusHandler(named),
    sendCorpusDocuments: sendCorpusHandler(named),
    searchCorpus: searchCorpusHandler(named),
    forgetCorpusDocument: forgetDocumentHandler(named),
    deleteCorpus: deleteCorpusHandler(named),
    resumeResearch: resumeHandler(research),
    readDocument: documentHandler(deps),
    readCosts: costsHandler(deps),
    readSystem: systemHandler(deps),
    readMetrics: metricsHandler(deps),
    readSettings: settingsHandler(deps),
    listEvaluations: listEvaluationsHandler(deps),
    readEvaluation: readEvaluationHandler(deps),
    readSession: readSessionHandler(ring),
    signIn: signInHandler(ring),
    signOut: signOutHandler(),
    compress: compressHandler(tools, turnstile),
    score: scoreHandler(tools, turnstile),
    health: healthHandler(deps),
    ready: readyHandler(deps),
    openapi: async (context) => context.json(openApi),
    docs: async (context) =>
      context.body(page.html, 200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': page.policy }),
  };
}

function unknownRoute(context: ApiContext): Response {
  const known = ROUTES.filter((route) => matchesPath(route, context.req.path));
  if (known.length === 0) {
    const message = 'Expected one of the routes that GET /docs describes, but there is none at this path.';
    return refuse(context, { code: 'unknown-route', message });
  }
  const allowed = known.map(({ method }) => method.toUpperCase()).join(', ');
  return refuse(
    context,
    { code: 'method-not-allowed', message: `Expected ${allowed} at this path, but got another method.` },
    { allow: allowed },
  );
}
