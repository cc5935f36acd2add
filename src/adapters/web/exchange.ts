import { Agent, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { IsthmusError } from '../../domain/errors.ts';
import { bare } from './address-rules.ts';
import type { CheckedTarget } from './egress-guard.ts';
import { ACCEPTED_ENCODINGS, type BodyLimit, readBody } from './read-body.ts';

export interface ExchangeRequest extends CheckedTarget {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the first packet to the last byte, milliseconds. */
  readonly timeoutMs: number;
  /** What to do with the body, once the head is there; undefined takes none. @throws IsthmusError to refuse the answer */
  readonly bodyLimit: (head: AnswerHead) => BodyLimit | undefined;
}

export interface AnswerHead {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface Answer extends AnswerHead {
  readonly bytes: Uint8Array;
}

/** What is known of an exchange at any moment, failed ones too. */
export interface ExchangeTrace {
  address?: string;
  status?: number;
  /** Of the body, before it is inflated. */
  bytes: number;
}

const MAX_HEADER_BYTES = 16 * 1024;
/** Agents of our own: no connection is kept, and none of them looks for a proxy in the environment. */
const AGENTS = { 'http:': new Agent({ keepAlive: false }), 'https:': new SecureAgent({ keepAlive: false }) } as const;

/**
 * One request and its answer, over a connection to one of the addresses that were judged and to no other. Redirects are answers here.
 * @throws IsthmusError `provider-timeout`, `provider-unavailable`, `provider-rejected` (TLS, broken HTTP), `egress-refused` (limits), `aborted`
 */
export async function exchange(
  request: ExchangeRequest,
  { signal, trace }: { readonly signal: AbortSignal; readonly trace: ExchangeTrace },
): Promise<Answer> {
  const deadline = AbortSignal.timeout(request.timeoutMs);
  const stop = AbortSignal.any([signal, deadline]);
  let response: IncomingMessage | undefined;
  try {
    stop.throwIfAborted();
    response = await send(request, { signal: stop, trace });
    const head = { url: request.url, status: response.statusCode ?? 0, headers: response.headers };
    trace.status = head.status;
    const limit = request.bodyLimit(head);
    if (limit === undefined) return { ...head, bytes: new Uint8Array() };
    const onBytes = (count: number): void => {
      trace.bytes += count;
    };
    return { ...head, bytes: await readBody(response, { ...limit, onBytes }) };
  } catch (error) {
    if (signal.aborted) throw new IsthmusError('aborted', 'The request to the web was stopped.', { cause: error });
    if (deadline.aborted) {
      throw new IsthmusError('provider-timeout', `${request.url.host} did not answer in full within ${request.timeoutMs} ms.`);
    }
    throw toWebError(error, request.url);
  } finally {
    response?.destroy();
  }
}

function send(
  request: ExchangeRequest,
  { signal, trace }: { readonly signal: AbortSignal; readonly trace: ExchangeTrace },
): Promise<IncomingMessage> {
  const { url, method, headers, body, addresses } = request;
  const isSecure = url.protocol === 'https:';
  const options: RequestOptions = {
    method,
    protocol: url.protocol,
    hostname: bare(url.hostname),
    path: `${url.pathname}${url.search}`,
    headers: {
      ...headers,
      'accept-encoding': ACCEPTED_ENCODINGS,
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
    },
    agent: AGENTS[isSecure ? 'https:' : 'http:'],
    lookup: pinnedLookup(addresses),
    maxHeaderSize: MAX_HEADER_BYTES,
    insecureHTTPParser: false,
    signal,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (isSecure ? requestHttps : requestHttp)(options, resolve);
    outgoing.on('error', reject);
    // An upgrade that nobody asked for ends without an error; later than an answer this changes nothing.
    outgoing.on('close', () => reject(new IsthmusError('provider-unavailable', `${url.host} closed the connection without an answer.`)));
    outgoing.on('socket', (socket) => {
      socket.once('connect', () => {
        trace.address = socket.remoteAddress ?? '';
      });
    });
    outgoing.end(body);
  });
}

/** Gives the checked addresses, whatever name is asked for: the name only remains in Host and in TLS, where certificates are checked against it. */
function pinnedLookup(addresses: CheckedTarget['addresses']): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (first === undefined) callback(new Error('There is no checked address.'), '');
    else if (options.all === true) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

const UNREACHABLE = /^(?:ECONN|EHOST|ENET|EPIPE|EADDR|ETIMEDOUT|ERR_STREAM_PREMATURE_CLOSE|EAI_)/;

function toWebError(error: unknown, url: URL): IsthmusError {
  if (error instanceof IsthmusError) return error;
  const code = codeOf(error);
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new IsthmusError('egress-refused', `${url.host} sent more than ${MAX_HEADER_BYTES} bytes of headers.`, { cause: error });
  }
  if (UNREACHABLE.test(code)) {
    return new IsthmusError('provider-unavailable', `${url.host} could not be reached (${code}).`, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new IsthmusError('provider-rejected', `${url.host} could not be read (${code}: ${reason.slice(0, 200)}).`, { cause: error });
}

/** Several addresses tried in vain come as one error around theirs. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
