import { z } from 'zod';

const endpoint = z.url({ protocol: /^https?$/, error: 'expected http://… or https://…' }).optional();

/** Where traces go, by OTLP over HTTP: `http://localhost:4318`. Without one nothing is traced. */
export const telemetrySettings = z.strictObject({ endpoint });

export interface Traces {
  /** The whole address; absent: nothing is traced. */
  readonly tracesUrl?: string;
}

export function tracesAt(base: string | undefined): Traces {
  return base === undefined ? {} : { tracesUrl: `${base.replace(/\/$/, '')}/v1/traces` };
}

/** Reads a variable, checked where a shape is given. */
type Read = (name: string, shape?: z.ZodType<string | undefined>) => string | undefined;

/** OpenTelemetry's own variables go before the file's address. */
export function tracesFrom(read: Read, configured: string | undefined): Traces {
  if (read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return {};
  const url = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', endpoint);
  if (url !== undefined) return { tracesUrl: url };
  const named = tracesAt(read('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint));
  return named.tracesUrl === undefined && configured !== undefined ? { tracesUrl: configured } : named;
}
