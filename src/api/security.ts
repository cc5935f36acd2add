import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './context.ts';

/** On every answer. The page of documentation replaces the policy by one that allows its own style. */
const HEADERS: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cache-control', 'no-store'],
];

const GIVEN_ID = /^[\w.-]{1,64}$/;

/** Names the request (a caller's own name is kept, if it is harmless) and sets what every answer carries. */
export const everyAnswer: MiddlewareHandler<ApiEnv> = async function everyAnswer(context, next) {
  const given = context.req.header('x-request-id');
  const requestId = given !== undefined && GIVEN_ID.test(given) ? given : `req_${randomUUID().replaceAll('-', '')}`;
  context.set('requestId', requestId);
  context.header('x-request-id', requestId);
  for (const [name, value] of HEADERS) context.header(name, value);
  await next();
};
