import type { z } from 'zod';
import { IsthmusError } from '../domain/errors.ts';
import type { ApiContext } from './context.ts';
import { type Problem, refuse } from './errors.ts';

/** What a reader found, or the answer that says why not. */
export type Read<Value> = { readonly value: Value } | { readonly refusal: Response };

/** Problems named in one message; a long list of rows could have a thousand. */
const MAX_ISSUES = 3;

/** From here on a body is read, parsed and checked in turns of their own, so that nobody waits for all three. */
const LARGE_BODY = 1024 * 1024;

/** The request's JSON, checked. `isOptional` takes no body for an empty object. */
export async function readBody<Schema extends z.ZodType>(
  context: ApiContext,
  schema: Schema,
  { maxBytes, isOptional = false }: { readonly maxBytes: number; readonly isOptional?: boolean },
): Promise<Read<z.output<Schema>>> {
  const bytes = await readBytes(context, maxBytes);
  if (bytes === undefined) return { refusal: tooLarge(context, maxBytes) };
  if (bytes.length === 0 && isOptional) return { value: parse({}, schema, 'The body') };
  if (!isJson(context.req.header('content-type'))) return { refusal: wrongType(context) };
  const pause = bytes.length < LARGE_BODY ? async () => {} : nextTurn;
  const text = decode(bytes);
  await pause();
  const json = parseJson(text);
  await pause();
  const value = parse(json, schema, 'The body');
  await pause();
  return { value };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** @throws IsthmusError `invalid-input` naming the parameter */
export function readQuery<Schema extends z.ZodType>(context: ApiContext, schema: Schema): z.output<Schema> {
  const entries = Object.entries(context.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
  return parse(Object.fromEntries(entries), schema, 'The query');
}

/** @throws IsthmusError `invalid-input` naming the member */
export function parse<Schema extends z.ZodType>(value: unknown, schema: Schema, what: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const param = issues[0] === undefined ? '' : issues[0].path.join('.');
  const told = issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => `${path.length === 0 ? what : shorten(path.join('.'))}: ${shorten(message)}`);
  const more = issues.length > MAX_ISSUES ? ` (and ${issues.length - MAX_ISSUES} more)` : '';
  throw new IsthmusError('invalid-input', `${what} is not as expected. ${told.join('; ')}${more}. GET /docs shows what is expected.`, {
    details: param === '' ? {} : { param: shorten(param) },
  });
}

/** Names and values come from the caller and may be of any length. */
function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}

/** Most senders read the answer only when they have sent everything; a connection that is closed before then takes the answer with it. */
const DISCARDED_BYTES = 1024 * 1024;

/** The body's bytes, or undefined when there are too many. */
async function readBytes(context: ApiContext, maxBytes: number): Promise<Uint8Array | undefined> {
  const declared = Number(context.req.header('content-length') ?? Number.NaN);
  if (declared > maxBytes) return undefined;
  // A declared length is what the parser will deliver at most, so the fast way is safe.
  if (!Number.isNaN(declared)) return new Uint8Array(await context.req.arrayBuffer());
  const parts: Uint8Array[] = [];
  let length = 0;
  const body = context.req.raw.body;
  if (body === null) return new Uint8Array();
  for await (const part of body) {
    length += part.length;
    if (length > maxBytes + DISCARDED_BYTES) return undefined;
    if (length <= maxBytes) parts.push(part);
  }
  return length > maxBytes ? undefined : new Uint8Array(Buffer.concat(parts));
}

function tooLarge(context: ApiContext, maxBytes: number): Response {
  const message = `Expected a body of at most ${maxBytes} bytes, but this one is larger. Send fewer documents in one request.`;
  // What is still on its way is not worth reading.
  return refuse(context, { code: 'body-too-large', message }, { connection: 'close' });
}

function wrongType(context: ApiContext): Response {
  const came = context.req.header('content-type');
  const problem: Problem = {
    code: 'unsupported-media-type',
    message: `Expected the header Content-Type: application/json, but ${came === undefined ? 'there is none' : `it is ${JSON.stringify(shorten(came))}`}.`,
  };
  return refuse(context, problem);
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new IsthmusError('invalid-input', 'Expected a body in UTF-8, but some of its bytes are not.', { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser's message quotes the text around the mistake; it is the caller's own.
    const why = cause instanceof Error ? shorten(cause.message) : 'it is not';
    throw new IsthmusError('invalid-input', `Expected a body in JSON, but: ${why}.`, { cause });
  }
}
