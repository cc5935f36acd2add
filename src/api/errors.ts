import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, type ErrorRecord, toErrorRecord } from '../domain/errors.ts';
import type { ApiContext } from './context.ts';

/** What can be wrong with a request before the service is asked. */
type TransportCode =
  | 'body-too-large'
  | 'invalid-api-key'
  | 'method-not-allowed'
  | 'missing-scope'
  | 'not-acceptable'
  | 'not-ready'
  | 'origin-refused'
  | 'rate-limit-exceeded'
  | 'report-not-ready'
  | 'too-many-requests-at-once'
  | 'too-many-runs'
  | 'unknown-route'
  | 'unsupported-media-type';

export type ProblemCode = ErrorCode | TransportCode;

interface Answer {
  readonly status: ContentfulStatusCode;
  /** OpenAI's coarse kinds, by which their clients choose an exception. */
  readonly type:
    | 'invalid_request_error'
    | 'authentication_error'
    | 'permission_error'
    | 'rate_limit_error'
    | 'budget_exceeded'
    | 'server_error';
}

const invalid = (status: ContentfulStatusCode): Answer => ({ status, type: 'invalid_request_error' });
const server = (status: ContentfulStatusCode): Answer => ({ status, type: 'server_error' });
const limited: Answer = { status: 429, type: 'rate_limit_error' };

/** The one table from what went wrong to how it is answered. */
export const ANSWERS: Readonly<Record<ProblemCode, Answer>> = {
  aborted: server(503),
  // Not 429: clients try that again by themselves, and a budget does not fill up.
  'budget-exceeded': { status: 402, type: 'budget_exceeded' },
  'capability-missing': invalid(422),
  conflict: invalid(409),
  'context-overflow': invalid(422),
  'egress-refused': invalid(422),
  internal: server(500),
  'invalid-input': invalid(400),
  'model-crashed': server(503),
  'model-load-failed': server(503),
  'model-mismatch': invalid(409),
  'not-found': invalid(404),
  'output-unparseable': server(502),
  'provider-rejected': server(502),
  'provider-timeout': server(504),
  'provider-unavailable': server(503),
  'store-locked': server(503),
  'unknown-plugin': invalid(400),
  unpriced: invalid(422),
  'body-too-large': invalid(413),
  'invalid-api-key': { status: 401, type: 'authentication_error' },
  'method-not-allowed': invalid(405),
  'missing-scope': { status: 403, type: 'permission_error' },
  'not-acceptable': invalid(406),
  'not-ready': server(503),
  'origin-refused': { status: 403, type: 'permission_error' },
  'queue-full': limited,
  'rate-limit-exceeded': limited,
  'report-not-ready': invalid(409),
  'too-many-requests-at-once': limited,
  'too-many-runs': limited,
  'unknown-route': invalid(404),
  'unsupported-media-type': invalid(415),
};

export interface Problem {
  readonly code: ProblemCode;
  /** What was expected, what came, how to mend it. */
  readonly message: string;
  /** The member or parameter that is meant, as the caller wrote it. */
  readonly param?: string | null;
}

/** OpenAI's shape, whose clients read it. */
export interface ErrorBody {
  readonly error: { readonly message: string; readonly type: Answer['type']; readonly param: string | null; readonly code: string };
}

export function toErrorBody({ code, message, param = null }: Problem): ErrorBody {
  return { error: { message: redact(message), type: ANSWERS[code].type, param, code: toPublicCode(code) } };
}

export function toPublicCode(code: ProblemCode): string {
  return code.replaceAll('-', '_');
}

export function refuse(context: ApiContext, problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return context.json(toErrorBody(problem), ANSWERS[problem.code].status, { ...headers });
}

/** Any thrown value as a problem. What nobody has thought of is told to the operator and not to the caller. */
export function toProblem(error: unknown, requestId: string): Problem {
  const record = toErrorRecord(error);
  const { code, details } = record;
  const param = typeof details?.['param'] === 'string' ? details['param'] : null;
  return { code, message: publicMessage(record, requestId), param };
}

/** An error as others may read it: an unforeseen one says nothing of our insides. */
export function publicMessage({ code, message }: Pick<ErrorRecord, 'code' | 'message'>, reference: string): string {
  if (code !== 'internal') return redact(message);
  return `Something went wrong here that was not foreseen; nothing is wrong with the request as far as we know. Try again, and if it stays so, give the operator this reference: ${reference}.`;
}

/** Two or more segments of an absolute path that is not a route of ours, a drive letter's path, or a file: address. */
const PATH = /(?<![\w.:/])(?:\/(?!v1\b|docs\b)[\w.@~+-]+){2,}\/?|\b[A-Za-z]:\\[^\s"']+|file:\/\/[^\s"']+/g;
const SECRET = /\b(?:isk|sk|hf|ghp|xoxb)[-_][\w-]{6,}/g;

/** Takes out what a message may have picked up on its way: places on our disk, and keys. */
export function redact(message: string): string {
  return message.replace(PATH, '[path]').replace(SECRET, '[secret]');
}

/** What is full now has room later, and says when. */
export function retryHeader(error: unknown): Readonly<Record<string, string>> {
  const retryAfterS = toErrorRecord(error).details?.['retryAfterS'];
  return typeof retryAfterS === 'number' ? { 'retry-after': String(retryAfterS) } : {};
}
