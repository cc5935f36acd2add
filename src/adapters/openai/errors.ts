import { APIConnectionError, APIError } from 'openai';
import { type ErrorCode, IsthmusError } from '../../domain/errors.ts';
import { redactSecrets } from '../../domain/redact.ts';
import type { OpenAiSettings } from './options.ts';
import type { StopCause } from './watchdog.ts';

/**
 * Whether the provider charges for a call that failed. `no`: it was refused or never arrived, so it may be repeated at once;
 * `unknown`: the work may have been done, so whoever keeps the books decides. Found in the error's `details.billed`.
 */
type Billed = 'no' | 'unknown' | 'yes';

interface Verdict {
  readonly code: ErrorCode;
  readonly billed: Billed;
  readonly isRetryable?: boolean;
  readonly advice: string;
}

type AdviceFor = (settings: OpenAiSettings) => Verdict;

/** The one table of answers. A status that is not in it falls to its hundred. */
const BY_STATUS: Readonly<Record<number, AdviceFor>> = {
  400: () => rejected('The request does not suit this model: see the message.'),
  401: ({ apiKeyVariable }) => rejected(`The key was refused or is missing: set ${apiKeyVariable} to a valid key.`),
  402: () => rejected('The account has no credit: check billing at the provider.'),
  403: ({ model, apiKeyVariable }) =>
    rejected(`The key in ${apiKeyVariable} may not use ${model}: ask for access, or choose another model.`),
  404: ({ model, baseUrl }) => rejected(`Check the model name "${model}" and the base URL ${baseUrl} (it usually ends in /v1).`),
  408: () => ({ code: 'provider-timeout', billed: 'unknown', advice: 'The provider gave up waiting; it is worth another try.' }),
  409: () => unavailable('no'),
  413: () => rejected('The prompt is too large for the provider: lower the evidence cap.'),
  429: () => ({
    code: 'provider-unavailable',
    billed: 'no',
    advice: 'The rate limit is reached: lower the concurrency or raise the limit.',
  }),
  // A gateway that lost the answer: the model behind it may have written one.
  502: () => unavailable('unknown'),
  504: () => unavailable('unknown'),
};

function verdictOf(status: number, settings: OpenAiSettings): Verdict {
  const known = BY_STATUS[status];
  if (known !== undefined) return known(settings);
  return status >= 500 ? unavailable('no') : rejected('See the message.');
}

function rejected(advice: string): Verdict {
  return { code: 'provider-rejected', billed: 'no', advice };
}

function unavailable(billed: Billed): Verdict {
  return { code: 'provider-unavailable', billed, advice: 'The provider has trouble; it is worth another try.' };
}

/** What the provider's own error codes say more precisely than the status. */
const BY_PROVIDER_CODE: Readonly<Record<string, Verdict>> = {
  context_length_exceeded: {
    code: 'context-overflow',
    billed: 'no',
    advice: 'Lower the evidence cap, or set contextTokens to what the model can take.',
  },
  insufficient_quota: {
    code: 'provider-rejected',
    billed: 'no',
    advice: 'The quota is used up, so waiting does not help: check plan and billing.',
  },
  content_filter: { code: 'provider-rejected', billed: 'unknown', advice: "The provider's content filter stepped in." },
};

/** Servers without error codes say it in words (vLLM, llama.cpp). */
const OVERFLOW_WORDS = /maximum context length|exceed\w* (?:the )?(?:available )?context|context (?:length|size) exceeded/i;

/** Failures in which no byte of the request left this machine. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Anything thrown during a call as the project's error; `stopped` says when it was we who ended the call. */
export function toIsthmusError(
  error: unknown,
  { settings, stopped }: { settings: OpenAiSettings; stopped: StopCause | undefined },
): IsthmusError {
  if (stopped !== undefined) return stopError(stopped, { settings, cause: error });
  if (error instanceof IsthmusError) return error;
  if (error instanceof APIConnectionError) return connectionError(error, settings);
  if (error instanceof APIError) return answerError(error, settings);
  // Reading the stream failed: torn (TypeError "terminated") or not JSON (SyntaxError).
  return providerError('provider-unavailable', {
    settings,
    what: `broke off its answer (${messageOf(error)})`,
    billed: 'unknown',
    cause: error,
  });
}

export function providerError(
  code: ErrorCode,
  failure: {
    readonly settings: OpenAiSettings;
    readonly what: string;
    readonly billed: Billed;
    readonly advice?: string;
    readonly cause?: unknown;
    readonly details?: Readonly<Record<string, unknown>>;
  },
): IsthmusError {
  const { settings, what, billed, advice, cause, details } = failure;
  const text = redact(
    `Model ${settings.name} (${settings.model} at ${settings.baseUrl}) ${what}.${advice === undefined ? '' : ` ${advice}`}`,
    settings,
  );
  return new IsthmusError(code, text, { cause, details: { billed, model: settings.model, ...details } });
}

function stopError(stopped: StopCause, { settings, cause }: { settings: OpenAiSettings; cause: unknown }): IsthmusError {
  if (stopped.type === 'aborted')
    return providerError('aborted', { settings, what: 'was stopped before it had answered', billed: 'unknown', cause });
  const what = `sent nothing in time: waited ${stopped.limitMs} ms for ${stopped.waitedFor}`;
  return providerError('provider-timeout', {
    settings,
    what,
    billed: 'unknown',
    advice: 'It is worth another try; raise the time limit if it happens often.',
    cause,
  });
}

function connectionError(error: APIConnectionError, settings: OpenAiSettings): IsthmusError {
  const code = systemCodeOf(error);
  const isSent = code === undefined || !NOT_SENT.has(code);
  return providerError(code === 'UND_ERR_CONNECT_TIMEOUT' ? 'provider-timeout' : 'provider-unavailable', {
    settings,
    what: `could not be ${isSent ? 'heard out: the connection broke' : 'reached'} (${code ?? error.message})`,
    billed: isSent ? 'unknown' : 'no',
    advice: 'Check the base URL, and whether the server is running.',
    cause: error,
  });
}

function answerError(error: APIError, settings: OpenAiSettings): IsthmusError {
  // An error inside a stream has no status of its own; some gateways put it into the code.
  const status = error.status ?? statusFromCode(error.code);
  const byCode =
    BY_PROVIDER_CODE[error.code ?? ''] ?? (OVERFLOW_WORDS.test(error.message) ? BY_PROVIDER_CODE['context_length_exceeded'] : undefined);
  const verdict = byCode ?? (status === undefined ? { ...unavailable('unknown') } : verdictOf(status, settings));
  const retryAfterMs = retryAfterOf(error.headers);
  return providerError(verdict.code, {
    settings,
    what: `answered ${status ?? 'with an error'}: "${error.message.slice(0, 500)}"`,
    // Within a stream the model was at work already.
    billed: error.status === undefined ? 'unknown' : verdict.billed,
    advice: verdict.advice,
    cause: error,
    details: {
      ...(status === undefined ? {} : { status }),
      ...(error.requestID ? { requestId: error.requestID } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  });
}

/** How long the provider asks us to wait: `retry-after-ms`, or `retry-after` in seconds or as a date. */
export function retryAfterOf(headers: Headers | undefined, now = Date.now()): number | undefined {
  const milliseconds = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds);
  const value = headers?.get('retry-after') ?? '';
  const seconds = Number.parseFloat(value);
  const wait = /^[\d.]+$/.test(value.trim()) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

function statusFromCode(code: unknown): number | undefined {
  const status = Number(code);
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined;
}

function systemCodeOf(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    if ('code' in current && typeof current.code === 'string') return current.code;
    current = current.cause;
  }
  return undefined;
}

/** Servers echo keys in their messages, and a base URL may hold credentials; ours go to logs and screens. */
function redact(text: string, { apiKey }: OpenAiSettings): string {
  return redactSecrets(apiKey ? text.replaceAll(apiKey, '[key]') : text);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
