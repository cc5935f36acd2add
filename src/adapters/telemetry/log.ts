import { IsthmusError } from '../../domain/errors.ts';
import { redactMessage } from '../../domain/redact.ts';
import type { Attributes, LogLevel } from '../../ports/telemetry.ts';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogThreshold = (typeof LEVELS)[number];

export interface LogRecord {
  readonly level: LogLevel;
  readonly event: string;
  readonly attributes?: Attributes;
  readonly durationMs?: number;
  readonly error?: unknown;
  readonly text?: string;
  readonly trace?: string | undefined;
}

export interface LogOptions {
  readonly threshold: LogThreshold;
  /** JSON, one object a line; or words, for people. */
  readonly format: 'json' | 'words';
  /** Takes a line without its end. */
  readonly write: (line: string) => void;
  readonly now: () => number;
}

export type Log = (record: LogRecord) => void;

export function isLogThreshold(text: string): text is LogThreshold {
  return (LEVELS as readonly string[]).includes(text);
}

/** A log of one line an event. What an error holds is told by {@link tellError}, and nothing else of it. */
export function createLog({ threshold, format, write, now }: LogOptions): Log {
  const lowest = LEVELS.indexOf(threshold);
  const isHeard = ({ level, text }: LogRecord): boolean =>
    // What is said to people on their terminal is said whatever else they want to hear.
    LEVELS.indexOf(level) >= lowest || (format === 'words' && text !== undefined && threshold !== 'silent');
  return (record) => {
    if (!isHeard(record)) return;
    const { level, event, text } = record;
    if (format === 'words' && text !== undefined) return write(text);
    const time = new Date(now()).toISOString();
    const fields = fieldsOf(record);
    write(format === 'json' ? JSON.stringify({ time, level, event, ...fields }) : inWords({ time, level, event, fields }));
  };
}

function fieldsOf({ text, attributes, durationMs, error, trace }: LogRecord): Readonly<Record<string, unknown>> {
  return {
    ...(text === undefined ? {} : { message: text }),
    ...attributes,
    ...(durationMs === undefined ? {} : { durationMs: Math.round(durationMs * 10) / 10 }),
    ...(error === undefined ? {} : tellError(error)),
    ...(trace === undefined ? {} : { traceparent: trace }),
  };
}

interface Told {
  readonly time: string;
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function inWords({ time, level, event, fields }: Told): string {
  const parts = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' && /\s/.test(value) ? JSON.stringify(value) : value}`,
  );
  return [time.slice(11, 19), level, event, ...parts].join(' ');
}

/** Errors of the system whose messages name an address and nothing else. */
const NETWORK_CALLS = new Set(['connect', 'getaddrinfo', 'read', 'write']);

/**
 * An error by code and redacted message. Of an error that nobody has foreseen the message may quote anything (a statement with its values, a
 * body that is not JSON), so it is told by its class, its system code, and where it was thrown.
 */
export function tellError(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof IsthmusError) {
    const { code, message } = error;
    const foreseen = code === 'internal' ? {} : { 'error.message': redactMessage(message) };
    return { 'error.type': code, ...foreseen, ...causeOf(error.cause) };
  }
  return { 'error.type': 'internal', ...causeOf(error) };
}

function causeOf(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof Error) || error instanceof IsthmusError) return {};
  const { code, syscall } = error as NodeJS.ErrnoException;
  const isNetwork = syscall !== undefined && NETWORK_CALLS.has(syscall);
  return {
    'error.class': error.constructor.name,
    ...(typeof code === 'string' && /^\w{1,40}$/.test(code) ? { 'error.code': code } : {}),
    ...(isNetwork ? { 'error.syscall': syscall } : {}),
    ...placeOf(error),
  };
}

/** The first frame in a file: its name and line, of our code or a package's. The lines above it are the message. */
function placeOf({ stack = '', message }: Error): Readonly<Record<string, string>> {
  const [, file] = /\n\s+at [^\n]*?([\w.-]+\.[cm]?[jt]s:\d+):\d+\)?/.exec(stack.replace(message, '')) ?? [];
  return file === undefined ? {} : { 'error.at': file };
}
