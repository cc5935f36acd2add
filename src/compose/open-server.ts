import type { ApiLimits, ApiTools } from '../api/context.ts';
import { createApi } from '../api/create-api.ts';
import { isLoopbackHost, listen } from '../api/server.ts';
import { packagePath } from '../bundled-model.ts';
import type { Config } from '../config.ts';
import { IsthmusError } from '../domain/errors.ts';
import { present } from '../domain/present.ts';
import { isTerminal } from '../domain/run.ts';
import { hasAnswered, overviewOf, toSavings } from '../pipeline/overview.ts';
import { VERSION } from '../version.ts';
import { createAdmin } from './admin.ts';
import { openAdminDoor } from './admin-door.ts';
import { createCloser } from './closer.ts';
import { type Isthmus, type OpenOptions, openIsthmus } from './compose.ts';
import { createHeldBack } from './held-back.ts';
import { openSharedLimits } from './open-engines.ts';
import { openTelemetry } from './open-telemetry.ts';
import { readDashboard } from './read-dashboard.ts';
import { createTextTools } from './text-tools.ts';

export interface ServerOptions extends OpenOptions {
  readonly host: string;
  /** 0 takes one that is free. */
  readonly port: number;
  /** Pages of these origins may call; none by default. */
  readonly corsOrigins?: readonly string[];
  readonly limits?: Partial<ApiLimits>;
}

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** Without a key only this host can ask, and needs none. */
  readonly hasKeys: boolean;
  readonly isthmus: Isthmus;
}

/**
 * API, engine and workers in this process.
 * @throws IsthmusError `invalid-input` where others could ask and there is no key, and what {@link openIsthmus} throws
 */
export async function openServer(config: Config, options: ServerOptions): Promise<RunningServer> {
  const { host, port, corsOrigins, limits, onError = () => {} } = options;
  const closer = createCloser();
  try {
    const watching = options.watching ?? closer.use(await openTelemetry(config, { metrics: true }));
    const { telemetry, metrics } = watching;
    const isthmus = closer.use(await openIsthmus(config, { ...options, watching }));
    const { service, keys } = isthmus;
    const hasKeys = await keys.hasAny();
    const isLoopback = isLoopbackHost(host);
    if (!isLoopback && !hasKeys) throw keyless(host);
    const shared = await openSharedLimits(config, closer);
    const dashboard = readDashboard(packagePath('dist/dashboard'));
    const api = createApi({
      service,
      keys,
      watch: isthmus.watch,
      admission: isthmus.admission,
      corpora: isthmus.corpora,
      tools: { ...createTextTools(isthmus), overview: createOverview(isthmus, onError), heldBack: createHeldBack(isthmus) },
      version: VERSION,
      telemetry,
      isLoopback,
      onError,
      ...present({ metrics, shared, dashboard, corsOrigins, limits }),
    });
    const server = closer.use(await listenOn(api, { host, port }));
    // Runs that a dead process has left go on, though nobody asks.
    if (options.maxRuns !== 0) service.start();
    if (config.databaseUrl === undefined) {
      await isthmus.announce(server.url.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, '//127.0.0.1'));
      closer.use(await openAdminDoor(config.dataDir, closer.use(createAdmin(isthmus))));
    }
    return { url: server.url, hasKeys, isthmus, [Symbol.asyncDispose]: () => closer[Symbol.asyncDispose]() };
  } catch (error) {
    await closer[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Whoever asks for a report has the baselines computed, so they are kept for the sums too: runs of the command line, and those whose
 * process died as they ended, have none. Once for each state of a run in this process.
 */
function createOverview(isthmus: Isthmus, onError: (error: unknown) => void): ApiTools['overview'] {
  const kept = new Set<string>();
  return async (state) => {
    const overview = await overviewOf(state, isthmus);
    const name = `${state.runId} ${state.sequence}`;
    if (isTerminal(state.status) && hasAnswered(state) && !kept.has(name)) {
      kept.add(name);
      await isthmus.runs.keepSavings(state.runId, toSavings(overview.baselines)).catch(onError);
    }
    return overview;
  };
}

async function listenOn(api: Parameters<typeof listen>[0], address: { readonly host: string; readonly port: number }) {
  try {
    return await listen(api, address);
  } catch (cause) {
    const { code } = cause as { code?: string };
    const why = code === 'EADDRINUSE' ? 'something else listens there' : (code ?? String(cause));
    throw new IsthmusError(
      'invalid-input',
      `Expected to listen on ${address.host}:${address.port}, but ${why}. Choose another --host or --port.`,
      { cause },
    );
  }
}

function keyless(host: string): IsthmusError {
  return new IsthmusError(
    'invalid-input',
    `Expected an API key before listening on ${host}, where other hosts can ask, but there is none. Create one with \`isthmus keys create --owner <name>\`, or listen on 127.0.0.1, which needs none.`,
  );
}
