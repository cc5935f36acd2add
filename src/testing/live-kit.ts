import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileLoader } from '../adapters/sources/file-loader.ts';
import { createOfflineWeb } from '../adapters/web/offline-web.ts';
import type { ApiLimits } from '../api/context.ts';
import type { Isthmus, Tools } from '../compose/compose.ts';
import { openServer } from '../compose/open-server.ts';
import { PLUGINS } from '../compose/plugins.ts';
import { type ConfigInput, resolveConfig } from '../config.ts';
import { createRegistry } from '../pipeline/registry.ts';
import type { LanguageModel } from '../ports/language-model.ts';
import { ALL_SCOPES, type ApiKit, callApi } from './api-kit.ts';
import { createPool, UNPRICED } from './engine-bench.ts';
import { createReader } from './research.ts';
import { plainReader } from './scripted-web.ts';

/** A live server in which all but the model is as in production: service, engine, store, queue, workers, keys. */
export interface LiveKit extends Omit<ApiKit, 'service' | 'keys'> {
  readonly isthmus: Isthmus;
}

export interface LiveKitOptions {
  /** Where it is not the embedded one in a directory of its own. */
  readonly redisUrl?: string | null;
  readonly databaseUrl?: string | null;
  readonly limits?: Partial<ApiLimits>;
  /** Named `reader`; it does all the work. */
  readonly model?: LanguageModel;
}

export async function openLiveKit({ redisUrl, databaseUrl, limits, model = createReader() }: LiveKitOptions = {}): Promise<LiveKit> {
  const dataDir = await mkdtemp(join(tmpdir(), 'isthmus-live-'));
  const errors: unknown[] = [];
  const addresses = { ...(redisUrl ? { queue: redisUrl } : {}), ...(databaseUrl ? { database: databaseUrl } : {}) };
  const tools = createReaderTools(model, { dataDir, ...addresses });
  const onError = (error: unknown): void => {
    errors.push(error);
  };
  const server = await openServer(tools.config, {
    host: '127.0.0.1',
    port: 0,
    tools,
    onError,
    ...(limits === undefined ? {} : { limits }),
  });
  const { isthmus, url } = server;
  return {
    isthmus,
    url,
    errors,
    key: async (tenant, { scopes = ALL_SCOPES, ...bounds } = {}) =>
      (await isthmus.keys.create({ tenant, owner: 'somebody', scopes, ...bounds })).secret,
    call: (path, call) => callApi(url, path, call),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Plugins as they are, and one model for all of them. */
function createReaderTools(model: LanguageModel, settings: ConfigInput): Tools {
  const reader = (use: string) => ({ use, model: 'reader' });
  const roles = { planner: reader('single'), compressor: reader('abstractive'), predictor: reader('openai'), scorer: 'reader' };
  const models = createPool({ reader: model });
  return {
    config: resolveConfig({ ...roles, estimator: { use: 'panel', options: { contexts: 3 } }, ...settings }, '/'),
    registry: createRegistry(PLUGINS),
    models,
    pricing: { table: UNPRICED },
    loader: createFileLoader(),
    web: createOfflineWeb({ clock: Date }),
    reader: plainReader,
    [Symbol.asyncDispose]: () => models[Symbol.asyncDispose](),
  };
}
