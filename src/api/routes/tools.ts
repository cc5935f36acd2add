import type { z } from 'zod';
import type { ApiContext, ApiDeps, ApiLimits, Handler } from '../context.ts';
import { convertCompressCall, convertScoreCall } from '../convert-job.ts';
import { convertCompression, convertScores } from '../convert-tools.ts';
import { refuse } from '../errors.ts';
import { readBody } from '../read-request.ts';
import { compressBody, scoreBody } from '../schemas-request.ts';

interface ToolRoutesDeps extends Pick<ApiDeps, 'tools'> {
  readonly limits: ApiLimits;
}

/** Lets so many through at a time: a queue of waiting requests would hold their texts in memory. */
export type Turnstile = <Value>(work: () => Promise<Value>) => Promise<Value | undefined>;

export function createTurnstile(atOnce: number): Turnstile {
  let inside = 0;
  return async (work) => {
    if (inside >= atOnce) return undefined;
    inside += 1;
    try {
      return await work();
    } finally {
      inside -= 1;
    }
  };
}

export function compressHandler({ tools, limits }: ToolRoutesDeps, turnstile: Turnstile): Handler {
  return toolHandler({ schema: compressBody, limits, turnstile }, async (body, signal) =>
    convertCompression(body.question, await tools.compress(convertCompressCall(body), signal)),
  );
}

export function scoreHandler({ tools, limits }: ToolRoutesDeps, turnstile: Turnstile): Handler {
  return toolHandler({ schema: scoreBody, limits, turnstile }, async (body, signal) =>
    convertScores(await tools.score(convertScoreCall(body), signal)),
  );
}

function toolHandler<Schema extends z.ZodType>(
  { schema, limits, turnstile }: { readonly schema: Schema; readonly limits: ApiLimits; readonly turnstile: Turnstile },
  work: (body: z.output<Schema>, signal: AbortSignal) => Promise<object>,
): Handler {
  return async (context) => {
    const read = await readBody(context, schema, { maxBytes: limits.bodyBytes });
    if ('refusal' in read) return read.refusal;
    // The request's own signal: who leaves does not keep a model busy.
    const answer = await turnstile(() => work(read.value, context.req.raw.signal));
    return answer === undefined ? busy(context, limits) : context.json(answer);
  };
}

function busy(context: ApiContext, { toolsAtOnce }: ApiLimits): Response {
  const message = `Expected at most ${toolsAtOnce} compressions and scorings at a time, but there are as many already. Try again shortly, or submit a run, which waits its turn.`;
  return refuse(context, { code: 'too-many-requests-at-once', message }, { 'retry-after': '2' });
}
