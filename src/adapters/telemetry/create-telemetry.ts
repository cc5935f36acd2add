import { toErrorRecord } from '../../domain/errors.ts';
import { type Attributes, type LogLevel, SILENT, type Span, type SpanOptions, type Telemetry } from '../../ports/telemetry.ts';
import { ATTRIBUTE, SPAN, type SpanName } from '../../ports/telemetry-names.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Tracer } from './tracer.ts';

export interface TelemetryParts {
  readonly tracer?: Tracer;
  readonly metrics?: Metrics;
  readonly log?: Log;
}

/** How loudly the end of a span is logged; one that fails is a warning. */
const LEVELS: Readonly<Record<SpanName, LogLevel>> = {
  [SPAN.request]: 'info',
  [SPAN.advance]: 'info',
  [SPAN.job]: 'info',
  [SPAN.step]: 'debug',
  [SPAN.model]: 'debug',
  [SPAN.retrieve]: 'debug',
  [SPAN.web]: 'debug',
};

/** One door over traces, metrics and log. Without any of them it is {@link SILENT}. */
export function createTelemetry(parts: TelemetryParts): Telemetry {
  const { tracer, metrics, log } = parts;
  if (tracer === undefined && metrics === undefined && log === undefined) return SILENT;
  return {
    span: (name, options, work) => observe(parts, { name, options, work }),
    trace: () => tracer?.trace(),
    count: (name, labels) => metrics?.count(name, labels),
    event: (level, event, options) => log?.({ level, event, ...options, trace: tracer?.trace() }),
  };
}

interface Observed<Result> {
  readonly name: SpanName;
  readonly options: SpanOptions;
  readonly work: (span: Span) => Promise<Result>;
}

async function observe<Result>({ tracer, metrics, log }: TelemetryParts, { name, options, work }: Observed<Result>): Promise<Result> {
  const started = performance.now();
  const traced = tracer?.start(name, options);
  let attributes: Attributes = options.attributes ?? {};
  const set = (more: Attributes): void => {
    attributes = { ...attributes, ...more };
    traced?.set(more);
  };
  let failure: { readonly error: unknown } | undefined;
  try {
    return await (traced === undefined ? work({ set }) : traced.run(() => work({ set })));
  } catch (error) {
    failure = { error };
    set({ [ATTRIBUTE.errorType]: toErrorRecord(error).code });
    throw error;
  } finally {
    const durationMs = performance.now() - started;
    const hasFailed = attributes[ATTRIBUTE.errorType] !== undefined;
    if (hasFailed) traced?.fail();
    traced?.end();
    metrics?.time(name, durationMs / 1000, attributes);
    log?.({
      level: hasFailed ? 'warn' : LEVELS[name],
      event: name,
      attributes,
      durationMs,
      ...failure,
      trace: traced?.trace,
    });
  }
}
