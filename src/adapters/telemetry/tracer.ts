import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, isSpanContextValid, ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Span, SpanOptions } from '../../ports/telemetry.ts';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
/** A collector that is away holds nobody up for longer when the process ends. */
const LAST_EXPORT_MS = 3_000;

export interface TracerOptions {
  readonly version: string;
  /** Where spans are sent, the whole address. Headers, time limits, sampling and the name of the service are OpenTelemetry's own variables. */
  readonly url: string;
}

/** A span under way, and how work is done inside it. */
export interface TracedSpan extends Span {
  /** It ends with an error; which one its attributes say. */
  fail(): void;
  end(): void;
  /** As a `traceparent`. */
  readonly trace: string;
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

export interface Tracer {
  start(name: string, options: SpanOptions): TracedSpan;
  /** Of the span around the caller. */
  trace(): string | undefined;
  close(): Promise<void>;
}

/** Spans by OTLP over HTTP. Nothing global is set: two of these in one process know nothing of each other. */
export function createTracer({ version, url }: TracerOptions): Tracer {
  const exporter = new OTLPTraceExporter({ url });
  const own = resourceFromAttributes({ 'service.name': 'isthmus', 'service.version': version });
  const provider = new NodeTracerProvider({
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('isthmus', version);
  const active = new AsyncLocalStorage<Context>();
  return {
    start: (name, { title = name, kind, parent, attributes = {} }) => {
      const around = parent === undefined ? (active.getStore() ?? ROOT_CONTEXT) : contextOf(parent);
      const span = tracer.startSpan(title, { kind: kind === undefined ? SpanKind.INTERNAL : KINDS[kind], attributes }, around);
      return {
        set: (more) => void span.setAttributes(more),
        fail: () => void span.setStatus({ code: SpanStatusCode.ERROR }),
        end: () => span.end(),
        trace: toTraceparent(span.spanContext()),
        run: (work) => active.run(trace.setSpan(around, span), work),
      };
    },
    trace: () => {
      const span = trace.getSpanContext(active.getStore() ?? ROOT_CONTEXT);
      return span === undefined || !isSpanContextValid(span) ? undefined : toTraceparent(span);
    },
    close: async () => {
      const late = new AbortController();
      const patience = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LAST_EXPORT_MS);
        late.signal.addEventListener('abort', () => clearTimeout(timer));
      });
      await Promise.race([provider.shutdown().catch(() => undefined), patience]);
      late.abort();
    },
  };
}

function toTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** What is no `traceparent` begins a trace of its own: it may come from any caller. */
function contextOf(parent: string | null): Context {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(parent ?? '') ?? [];
  const context: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(context) ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT;
}
