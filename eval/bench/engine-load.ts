import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environment } from '../../src/config.ts';
import { startPostgres, startRedis } from '../../src/testing/server-processes.ts';
import type { EngineLoad, EngineLoadFigures } from '../testing/engine-load-child.ts';

const CHILD = fileURLToPath(new URL('../testing/engine-load-child.ts', import.meta.url));

/** Puts the engine under load in a process of its own. */
export async function measureEngine(load: EngineLoad): Promise<EngineLoadFigures> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), CHILD, JSON.stringify(load)]);
  const figures = JSON.parse(stdout) as EngineLoadFigures;
  if (figures.completed !== load.runs) throw new Error(`Expected ${load.runs} runs to be completed, but ${figures.completed} were.`);
  return figures;
}

export interface EnginePlaces {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** Redis and Postgres of REDIS_URL and DATABASE_URL, or private ones; undefined where one of the programs is missing. */
export async function openServers(): Promise<(EnginePlaces & AsyncDisposable) | undefined> {
  const own = [
    environment('DATABASE_URL') === undefined ? await startPostgres() : null,
    environment('REDIS_URL') === undefined ? await startRedis() : null,
  ] as const;
  const stop = async () => {
    for (const server of own) await server?.stop();
  };
  const databaseUrl = environment('DATABASE_URL') ?? own[0]?.url;
  const redisUrl = environment('REDIS_URL') ?? own[1]?.url;
  if (databaseUrl !== undefined && redisUrl !== undefined) return { databaseUrl, redisUrl, [Symbol.asyncDispose]: stop };
  await stop();
  return undefined;
}
