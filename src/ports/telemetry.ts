import type { AttributeName, CounterName, SpanName } from './telemetry-names.ts';

/** Ids, kinds, counts and codes. The closed list of keys keeps texts out by type; see `telemetry-names.ts`. */
export type Attributes = Readonly<Partial<Record<AttributeName, string | number | boolean>>>;

/** A span under way. */
export interface Span {
  set(attributes: Attributes): void;
}

export interface SpanOptions {
  /** What it is called in a trace, where that says more than its name; of few different values. */
  readonly title?: string;
  readonly kind?: 'server' | 'client' | 'consumer';
  readonly attributes?: Attributes;
  /** A {@link Telemetry.trace} of another process or time; null begins a trace of its own. Absent: the span around the caller. */
  readonly parent?: string | null;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface EventDetails {
  readonly attributes?: Attributes;
  /** Told by its code and a redacted message. */
  readonly error?: unknown;
  /** For people: words of our own, and nothing that came from outside. */
  readonly text?: string;
}

/** How Isthmus is watched: traces, metrics and the log, behind one door, so that what is told is decided once. */
export interface Telemetry {
  /** Does the work and returns what it returns. What it throws is thrown on, and told by its code. */
  span<Result>(name: SpanName, options: SpanOptions, work: (span: Span) => Promise<Result>): Promise<Result>;
  /** The span around the caller as a W3C `traceparent`, to be carried to another process; undefined without traces. */
  trace(): string | undefined;
  count(name: CounterName, labels: Readonly<Record<string, string>>): void;
  /** One line of the log. */
  event(level: LogLevel, name: string, told?: EventDetails): void;
}

const NO_SPAN: Span = { set: () => {} };

/** Nobody watches. */
export const SILENT: Telemetry = {
  span: (_name, _options, work) => work(NO_SPAN),
  trace: () => undefined,
  count: () => {},
  event: () => {},
};
