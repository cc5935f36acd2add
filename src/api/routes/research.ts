import { IsthmusError } from '../../domain/errors.ts';
import { present } from '../../domain/present.ts';
import type { RunState } from '../../domain/run.ts';
import type { SubmitOptions } from '../../ports/research-service.ts';
import type { ApiContext, ApiDeps, ApiLimits, ApiTools, Handler } from '../context.ts';
import { convertEgress } from '../convert-gathering.ts';
import { convertEstimate, convertFork, convertJob } from '../convert-job.ts';
import { convertPage, convertRun, type RunFacts } from '../convert-run.ts';
import { refuse } from '../errors.ts';
import { readBody, readQuery } from '../read-request.ts';
import type { Admitted, RunLimit } from '../run-limit.ts';
import { id as idSchema } from '../schemas-common.ts';
import { forkBody, listQuery, submitBody } from '../schemas-request.ts';

/** Of requests that carry no documents. */
const SMALL_BODY = 256 * 1024;
/** As OpenAI and others allow; printable, so that it can be logged. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

export interface ResearchRoutesDeps extends Pick<ApiDeps, 'service' | 'admission'> {
  readonly tools: Pick<ApiTools, 'heldBack'>;
  readonly limits: ApiLimits;
  readonly runLimit: RunLimit;
}

/** The id in the path. One that no run can have is refused as one that no run has. */
export function runIdOf(context: ApiContext): string {
  const id = context.req.param('id') ?? '';
  if (idSchema.safeParse(id).success) return id;
  throw new IsthmusError(
    'not-found',
    'Expected the id of a run in the path, but no run can have this one. GET /v1/research lists those there are.',
  );
}

export function submitHandler(deps: ResearchRoutesDeps): Handler {
  return async (context) => {
    const read = await readBody(context, submitBody, { maxBytes: deps.limits.bodyBytes });
    if ('refusal' in read) return read.refusal;
    const caller = context.get('caller');
    const job = convertJob(read.value);
    if (read.value.dry_run === true) return context.json(convertEstimate(await deps.service.estimate(caller, job)));
    const started = await unlessFull(context, deps, (options) => deps.service.submit(caller, job, options));
    return started instanceof Response ? started : accepted(context, deps, started, present({ metadata: job.metadata }));
  };
}

export function forkHandler(deps: ResearchRoutesDeps): Handler {
  return async (context) => {
    const parent = runIdOf(context);
    const read = await readBody(context, forkBody, { maxBytes: SMALL_BODY, isOptional: true });
    if ('refusal' in read) return read.refusal;
    const caller = context.get('caller');
    const started = await unlessFull(context, deps, (options) => deps.service.fork(caller, parent, convertFork(read.value), options));
    if (started instanceof Response) return started;
    return accepted(context, deps, started, await deps.service.summary(caller, started.runId));
  };
}

export function listHandler({ service }: ResearchRoutesDeps): Handler {
  return async (context) => context.json(convertPage(await service.list(context.get('caller'), present(readQuery(context, listQuery)))));
}

export function readHandler(deps: ResearchRoutesDeps): Handler {
  const { service } = deps;
  return async (context) => {
    const id = runIdOf(context);
    const [state, summary] = await Promise.all([service.read(context.get('caller'), id), service.summary(context.get('caller'), id)]);
    return context.json(await answerOf(deps, state, summary));
  };
}

/** What the run has asked of the web, while it works too. */
export function egressHandler({ service }: Pick<ResearchRoutesDeps, 'service'>): Handler {
  return async (context) => context.json(convertEgress(await service.read(context.get('caller'), runIdOf(context))));
}

export function cancelHandler(deps: ResearchRoutesDeps): Handler {
  const { service } = deps;
  return async (context) => {
    const id = runIdOf(context);
    const state = await service.cancel(context.get('caller'), id);
    return context.json(await answerOf(deps, state, await service.summary(context.get('caller'), id)));
  };
}

export function resumeHandler(deps: ResearchRoutesDeps): Handler {
  return async (context) => {
    const id = runIdOf(context);
    const caller = context.get('caller');
    const started = await unlessFull(context, deps, ({ admit }) => deps.service.resume(caller, id, present({ admit })));
    if (started instanceof Response) return started;
    return context.json(await answerOf(deps, started, await deps.service.summary(caller, id)));
  };
}

export function deleteHandler({ service }: ResearchRoutesDeps): Handler {
  return async (context) => {
    await service.remove(context.get('caller'), runIdOf(context));
    return context.body(null, 204);
  };
}

/** @throws IsthmusError `invalid-input` */
function idempotencyKeyOf(context: ApiContext): string | undefined {
  const key = context.req.header('idempotency-key');
  if (key === undefined || IDEMPOTENCY_KEY.test(key)) return key;
  throw new IsthmusError(
    'invalid-input',
    'Expected in the header Idempotency-Key 1 to 255 printable ASCII characters without spaces, a UUID for instance, but got another text.',
    { details: { param: 'Idempotency-Key' } },
  );
}

/** Thrown where no further run may start; what has been started before under an Idempotency-Key is answered all the same. */
class RefusedError extends Error {
  readonly answer: Response;

  constructor(answer: Response) {
    super();
    this.answer = answer;
  }
}

/** Starts a run where the queue has room for it, and within the limit of its key; otherwise the answer says when to ask again. */
async function unlessFull(
  context: ApiContext,
  { runLimit, admission }: ResearchRoutesDeps,
  start: (options: SubmitOptions) => Promise<RunState>,
): Promise<RunState | Response> {
  const key = context.get('key');
  let admitted: Admitted | undefined;
  const admit = async (): Promise<void> => {
    await admission?.admit();
    if (key === undefined) return;
    admitted = await runLimit.admit(key);
    if (admitted === undefined) throw new RefusedError(tooManyRuns(context));
  };
  try {
    return await start({ ...present({ idempotencyKey: idempotencyKeyOf(context) }), admit });
  } catch (error) {
    if (error instanceof RefusedError) return error.answer;
    throw error;
  } finally {
    // A place that cannot be given back is lost after a while.
    await admitted?.().catch(() => undefined);
  }
}

function tooManyRuns(context: ApiContext): Response {
  const limit = context.get('key')?.concurrentRuns;
  const message = `Expected at most ${limit} runs at work with this key, but there are as many already. Wait for one to end, or cancel one.`;
  return refuse(context, { code: 'too-many-runs', message }, { 'retry-after': '5' });
}

async function accepted(context: ApiContext, deps: ResearchRoutesDeps, state: RunState, facts: RunFacts): Promise<Response> {
  return context.json(await answerOf(deps, state, facts), 202, { location: `/v1/research/${state.runId}` });
}

async function answerOf({ tools }: ResearchRoutesDeps, state: RunState, facts: RunFacts): Promise<ReturnType<typeof convertRun>> {
  return convertRun(state, { ...facts, ...present({ heldBack: await tools.heldBack(state) }) });
}
