/**
 * The server of the API's bench, in a process of its own so that the load does not share its event loop: the API beside a bare handler
 * that does one INSERT. It is told where to keep things in its first message, and answers questions after that.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Hono } from 'hono';
import pg from 'pg';
import { openEmbeddedStore } from '../adapters/database/open-store.ts';
import { listen } from '../api/server.ts';
import { openServer, type RunningServer } from '../compose/open-server.ts';
import { parseConfig } from '../config.ts';

export interface BenchPlaces {
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
}

export type BenchQuestion =
  | { readonly type: 'stir'; readonly runIds: readonly string[] }
  | { readonly type: 'delay' }
  | { readonly type: 'close' };

export type BenchAnswer =
  | { readonly type: 'ready'; readonly apiUrl: string; readonly bareUrl: string; readonly key: string }
  | { readonly type: 'delay'; readonly maxMs: number }
  | { readonly type: 'closed' };

const RESOLUTION_MS = 5;
/** Between two events, each of another run. */
const STIR_MS = 200;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

function answer(message: BenchAnswer): void {
  process.send?.(message);
}

/** Anything with `query`: a pool of connections, or PGlite behind the same shape. */
async function openBarePool({ databaseUrl }: BenchPlaces) {
  if (databaseUrl !== undefined) {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 24 });
    return { query: (text: string, values: unknown[]) => pool.query(text, values), close: () => pool.end() };
  }
  const { pool, close } = await openEmbeddedStore();
  return { query: (text: string, values: unknown[]) => pool.query(text, values), close };
}

function createBareApp(query: (text: string, values: unknown[]) => Promise<unknown>): Hono {
  const app = new Hono();
  app.post('/', async (context) => {
    const body = await context.req.json<{ question: string }>();
    const id = crypto.randomUUID();
    await query('INSERT INTO bench_bare (id, question, body) VALUES ($1, $2, $3)', [id, body.question, JSON.stringify(body)]);
    return context.json({ id }, 202);
  });
  return app;
}

/** Goes on with the followed runs, so that their listeners hear something while others submit. */
function stir({ isthmus }: RunningServer, runIds: readonly string[]): NodeJS.Timeout {
  let turn = 0;
  return setInterval(async () => {
    const runId = runIds[turn++ % runIds.length] ?? '';
    const { sequence } = await isthmus.engine.read(runId);
    const events = [{ type: 'run-interrupted', reason: 'the bench stirs' }] as const;
    await isthmus.runs.commit({ runId, expectedSequence: sequence, events, steps: [] });
  }, STIR_MS);
}

async function main(places: BenchPlaces): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'isthmus-bench-'));
  const config = { ...parseConfig({}, 'bench'), ...places, dataDir };
  // Runs are left to other processes: what is measured is how they are taken in.
  const server = await openServer(config, { host: '127.0.0.1', port: 0, queues: [], maxRuns: 0 });
  const { secret } = await server.isthmus.keys.create({
    tenant: 'bench',
    owner: 'bench',
    scopes: ['admin'],
    requestsPerMinute: 1_000_000_000,
    concurrentRuns: 1_000_000_000,
  });
  const pool = await openBarePool(places);
  await pool.query('CREATE TABLE IF NOT EXISTS bench_bare (id text PRIMARY KEY, question text NOT NULL, body json NOT NULL)', []);
  const bare = await listen(createBareApp(pool.query), { host: '127.0.0.1', port: 0 });
  let timer: NodeJS.Timeout | undefined;
  process.on('message', async (question: BenchQuestion) => {
    if (question.type === 'stir') timer = stir(server, question.runIds);
    else if (question.type === 'delay') {
      answer({ type: 'delay', maxMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS) });
      delay.reset();
    } else {
      clearInterval(timer);
      await server[Symbol.asyncDispose]();
      await bare[Symbol.asyncDispose]();
      await pool.close();
      await rm(dataDir, { recursive: true, force: true });
      answer({ type: 'closed' });
      process.disconnect();
    }
  });
  delay.enable();
  answer({ type: 'ready', apiUrl: server.url, bareUrl: bare.url, key: secret });
}

process.once('message', (places: BenchPlaces) => void main(places));
