import { createHash } from 'node:crypto';
import { IsthmusError } from '../../domain/errors.ts';
import { isTerminal, type RunState } from '../../domain/run.ts';
import type { RunOverview } from '../../domain/run-overview.ts';
import { renderRunReport } from '../../report/run-report.ts';
import { PAGE_STYLE } from '../../report/style.ts';
import type { ApiContext, ApiDeps, Handler } from '../context.ts';
import { convertReport, type ReportedRun, toMarkdown } from '../convert-report.ts';
import { refuse } from '../errors.ts';
import { readQuery } from '../read-request.ts';
import { reportQuery } from '../schemas-request.ts';
import { runIdOf } from './research.ts';

export function reportHandler({ service, tools }: Pick<ApiDeps, 'service' | 'tools'>): Handler {
  return async (context) => {
    const runId = runIdOf(context);
    const format = readQuery(context, reportQuery).format ?? formatOf(context.req.header('accept'));
    if (format === undefined) return notAcceptable(context);
    const state = await service.read(context.get('caller'), runId);
    if (state.report === undefined) return withoutReport(context, state);
    const overview = await tools.overview(state);
    if (!hasReport(overview)) return withoutReport(context, state);
    if (format === 'json') return context.json(convertReport(overview));
    return format === 'html' ? html(context, overview) : markdown(context, overview);
  };
}

function hasReport(overview: RunOverview): overview is ReportedRun {
  return overview.report !== undefined;
}

/** The first of the kinds that the header names; JSON where it does not care. */
function formatOf(accept: string | undefined): 'json' | 'markdown' | 'html' | undefined {
  const kinds = (accept ?? '*/*').split(',').map((kind) => kind.split(';')[0]?.trim().toLowerCase() ?? '');
  for (const kind of kinds) {
    if (kind === 'text/markdown' || kind === 'text/*') return 'markdown';
    if (kind === 'text/html' || kind === 'application/xhtml+xml') return 'html';
    if (kind === 'application/json' || kind === 'application/*' || kind === '*/*' || kind === '') return 'json';
  }
  return undefined;
}

function markdown(context: ApiContext, overview: ReportedRun): Response {
  return context.body(toMarkdown(overview), 200, { 'content-type': 'text/markdown; charset=utf-8' });
}

/** Allows the page's own style, by its hash, and nothing else. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

function html(context: ApiContext, overview: ReportedRun): Response {
  return context.body(renderRunReport(overview), 200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
  });
}

function notAcceptable(context: ApiContext): Response {
  const message =
    'Expected Accept: application/json, text/markdown or text/html (or ?format=json, markdown or html), but the header names none of them.';
  return refuse(context, { code: 'not-acceptable', message });
}

function withoutReport(context: ApiContext, { status, runId }: RunState): Response {
  if (isTerminal(status))
    throw new IsthmusError('not-found', `The run ${runId} is ${status} and has no report. Fork it to try again with other settings.`);
  const message = `Expected a run that has ended, but ${runId} is ${status}. Follow /v1/research/${runId}/events until it ends.`;
  return refuse(context, { code: 'report-not-ready', message }, { 'retry-after': '2' });
}
