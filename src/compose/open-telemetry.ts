import { createTelemetry } from '../adapters/telemetry/create-telemetry.ts';
import { createLog, isLogThreshold, type LogThreshold } from '../adapters/telemetry/log.ts';
import { type Config, environment } from '../config.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { ModelPool } from '../pipeline/models.ts';
import { watchPool, watchWeb } from '../pipeline/with-telemetry.ts';
import type { MetricsText } from '../ports/metrics.ts';
import { SILENT, type Telemetry } from '../ports/telemetry.ts';
import type { Web } from '../ports/web.ts';
import { VERSION } from '../version.ts';

/** How a process is watched. Closing sends what has not been sent. */
export interface Watching extends AsyncDisposable {
  readonly telemetry: Telemetry;
  readonly metrics?: MetricsText;
}

export interface WatchingOptions {
  /** Keep metrics. */
  readonly metrics?: boolean;
  /** Where the log goes; absent: there is none. */
  readonly log?: { readonly write: (line: string) => void; readonly isTerminal: boolean };
}

/**
 * Traces where the configuration names a collector, metrics and a log where they are asked for. Their packages are loaded only then.
 * @throws IsthmusError `invalid-input` where ISTHMUS_LOG is no level
 */
export async function openTelemetry({ tracesUrl }: Pick<Config, 'tracesUrl'>, options: WatchingOptions = {}): Promise<Watching> {
  const tracer =
    tracesUrl === undefined
      ? undefined
      : (await import('../adapters/telemetry/tracer.ts')).createTracer({ version: VERSION, url: tracesUrl });
  const metrics = options.metrics === true ? (await import('../adapters/telemetry/metrics.ts')).createMetrics() : undefined;
  const log = options.log === undefined ? undefined : openLog(options.log);
  return {
    telemetry: createTelemetry({
      ...(tracer === undefined ? {} : { tracer }),
      ...(metrics === undefined ? {} : { metrics }),
      ...(log === undefined ? {} : { log }),
    }),
    ...(metrics === undefined ? {} : { metrics }),
    [Symbol.asyncDispose]: async () => tracer?.close(),
  };
}

/** For a terminal words, and only what somebody should look at; elsewhere JSON. */
function openLog({ write, isTerminal }: NonNullable<WatchingOptions['log']>) {
  const threshold = thresholdOf(environment('ISTHMUS_LOG')) ?? (isTerminal ? 'warn' : 'info');
  return createLog({ threshold, format: isTerminal ? 'words' : 'json', write, now: Date.now });
}

function thresholdOf(level: string | undefined): LogThreshold | undefined {
  if (level === undefined || isLogThreshold(level)) return level;
  throw new IsthmusError('invalid-input', `Expected ISTHMUS_LOG to be debug, info, warn, error or silent, but it is "${level}".`);
}

/** Tools whose models and web are watched; the same ones where nobody watches. */
export function watchTools<Watched extends { readonly models: ModelPool; readonly web: Web }>(
  tools: Watched,
  telemetry: Telemetry,
): Watched {
  if (telemetry === SILENT) return tools;
  return { ...tools, models: watchPool(tools.models, telemetry), web: watchWeb(tools.web, telemetry) };
}
