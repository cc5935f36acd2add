import { createFileLoader } from '../adapters/sources/file-loader.ts';
import { createOfflineWeb } from '../adapters/web/offline-web.ts';
import type { Tools } from '../compose/compose.ts';
import { openServer } from '../compose/open-server.ts';
import { openWorker } from '../compose/open-worker.ts';
import { PLUGINS } from '../compose/plugins.ts';
import { type Config, parseConfig } from '../config.ts';
import { createRegistry } from '../pipeline/registry.ts';
import { QUEUES } from '../pipeline/work.ts';
import { createPool, UNPRICED } from './engine-bench.ts';
import { createReader, readerReply } from './research.ts';
import { plainReader } from './scripted-web.ts';

/**
 * One process of an installation, with a model that takes a little time and says what its prompt decides:
 * `node --import tsx process-set-child.ts api|worker <folder>`, with REDIS_URL and DATABASE_URL. An API does no work itself, a worker has no
 * database. It says one line once it is ready: its address, or `working`.
 */
const [role = '', dataDir = ''] = process.argv.slice(2);
/** Long enough that twenty runs are still under way when a process of theirs is killed. */
const CALL_MS = 300;

function configOf(env: NodeJS.ProcessEnv): Config {
  const reader = { model: 'reader' };
  const settings = {
    dataDir,
    planner: reader,
    compressor: { use: 'abstractive', ...reader },
    predictor: { use: 'openai', ...reader },
    estimator: { use: 'panel', options: { contexts: 3 } },
    scorer: 'reader',
    queue: env['REDIS_URL'],
    ...(role === 'api' ? { database: env['DATABASE_URL'] } : {}),
  };
  return parseConfig(settings, 'process-set-child');
}

function createTools(config: Config): Tools {
  const model = createReader({
    reply: async (_request, prompt) => {
      await new Promise((resolve) => setTimeout(resolve, CALL_MS));
      return readerReply(prompt);
    },
  });
  const models = createPool({ reader: model });
  return {
    config,
    registry: createRegistry(PLUGINS),
    models,
    pricing: { table: UNPRICED },
    loader: createFileLoader(),
    web: createOfflineWeb({ clock: Date }),
    reader: plainReader,
    [Symbol.asyncDispose]: () => models[Symbol.asyncDispose](),
  };
}

const onError = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
};
const config = configOf(process.env);
const tools = createTools(config);
if (role === 'api') {
  const { url } = await openServer(config, { host: '127.0.0.1', port: 0, queues: [], tools, onError });
  process.stdout.write(`${url}\n`);
} else {
  await openWorker(config, { queues: QUEUES, tools, onError });
  process.stdout.write('working\n');
}
