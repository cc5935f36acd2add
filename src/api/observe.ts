import type { MiddlewareHandler } from 'hono';
import type { Telemetry } from '../ports/telemetry.ts';
import { ATTRIBUTE, SPAN } from '../ports/telemetry-names.ts';
import type { ApiEnv } from './context.ts';
import type { Route } from './route.ts';

/** A caller may name its request itself, in whatever words; those are not told. */
const OUR_ID = /^req_[0-9a-f]{32}$/;

/**
 * Each request of a route as a span, under the caller's where it sends a `traceparent`. It is known by the route's template: paths hold ids. The
 * span ends with the head of the answer; what an event stream says after it is not in it.
 */
export function observe({ method, path }: Pick<Route, 'method' | 'path'>, telemetry: Telemetry): MiddlewareHandler<ApiEnv> {
  const verb = method.toUpperCase();
  return async function observeRequest(context, next) {
    const requestId = context.get('requestId');
    const named = OUR_ID.test(requestId) ? { [ATTRIBUTE.requestId]: requestId } : {};
    const attributes = { [ATTRIBUTE.httpMethod]: verb, [ATTRIBUTE.httpRoute]: path, ...named };
    const options = { title: `${verb} ${path}`, kind: 'server', attributes, parent: context.req.header('traceparent') ?? null } as const;
    await telemetry.span(SPAN.request, options, async (span) => {
      await next();
      const { status } = context.res;
      span.set({ [ATTRIBUTE.httpStatus]: status, ...(status >= 500 ? { [ATTRIBUTE.errorType]: String(status) } : {}) });
    });
  };
}
