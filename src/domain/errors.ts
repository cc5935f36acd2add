/** The closed list of what can go wrong; a switch over it is checked for exhaustiveness. */
export type ErrorCode =
  | 'aborted'
  | 'budget-exceeded'
  | 'capability-missing'
  | 'conflict'
  | 'context-overflow'
  | 'egress-refused'
  | 'internal'
  | 'invalid-input'
  | 'model-crashed'
  | 'model-load-failed'
  | 'model-mismatch'
  | 'not-found'
  | 'output-unparseable'
  | 'provider-rejected'
  | 'provider-timeout'
  | 'provider-unavailable'
  | 'queue-full'
  | 'store-locked'
  | 'unknown-plugin'
  | 'unpriced';

/** The JSON form in which an error crosses a queue, a process border or the event log. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly isRetryable: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Whether a second attempt can help is a property of the cause, so it is decided where the error is born. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['model-crashed', 'provider-timeout', 'provider-unavailable', 'queue-full']);

export interface IsthmusErrorOptions {
  readonly isRetryable?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The only error class of the project. Messages say what was expected, what came, and how to mend it. */
export class IsthmusError extends Error {
  override readonly name = 'IsthmusError';
  readonly code: ErrorCode;
  readonly isRetryable: boolean;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: IsthmusErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.isRetryable = options.isRetryable ?? RETRYABLE.has(code);
    this.details = options.details;
  }
}

/** Any thrown value as a record; an unknown error is `internal` and not retried. */
export function toErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof IsthmusError) {
    const { code, message, isRetryable, details } = error;
    return details === undefined ? { code, message, isRetryable } : { code, message, isRetryable, details };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, isRetryable: false };
}

/** The inverse of {@link toErrorRecord}. */
export function fromErrorRecord(record: ErrorRecord): IsthmusError {
  const { code, message, isRetryable, details } = record;
  return new IsthmusError(code, message, details === undefined ? { isRetryable } : { isRetryable, details });
}
