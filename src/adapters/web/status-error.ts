import { IsthmusError } from '../../domain/errors.ts';
import type { AnswerHead } from './exchange.ts';

const PASSING = new Set([408, 425, 429]);

/**
 * An answer without what was asked for, as an error: `provider-unavailable` where it may be another in a moment (5xx, 408, 425, 429), with
 * `details.retryAfterMs` where the server says when, and `provider-rejected` otherwise. `detail` is added to the message.
 */
export function statusError(
  { url, status, headers }: AnswerHead,
  { now, detail = '' }: { readonly now: number; readonly detail?: string },
): IsthmusError {
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  const details = { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  const message = `${url.host} answered ${status}${detail === '' ? '.' : `: ${detail}`}`;
  return new IsthmusError(status >= 500 || PASSING.has(status) ? 'provider-unavailable' : 'provider-rejected', message, { details });
}

/** Seconds or a date (RFC 9110 section 10.2.3), as milliseconds from now; undefined where there is neither. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
