import type { Config } from '../config.ts';
import { type Admin, createAdmin } from './admin.ts';
import { findAdminDoor } from './admin-door.ts';
import { createCloser } from './closer.ts';
import { openIsthmus } from './compose.ts';
import { findHolder } from './find-holder.ts';

/** The process that serves from the data directory, if one does; on Postgres nobody holds anything. */
export async function findServing(config: Config): Promise<Admin | undefined> {
  const holder = config.databaseUrl === undefined ? await findHolder(config) : undefined;
  return holder === undefined ? undefined : findAdminDoor(config.dataDir, holder.pid);
}

/** What can be asked without work being done. */
export type Desk = Pick<Admin, 'keys' | 'listRuns' | 'showRun'> & AsyncDisposable;

/**
 * Asks the process that serves from the data directory, or else opens the store here; no work is taken from the queue.
 * @throws IsthmusError `store-locked` when another process holds the directory and does not serve, `provider-unavailable`
 */
export async function openAdmin(config: Config): Promise<Desk> {
  const serving = await findServing(config);
  if (serving !== undefined) return { ...serving, [Symbol.asyncDispose]: async () => {} };
  const closer = createCloser();
  const isthmus = closer.use(await openIsthmus(config, { queues: [], maxRuns: 0 }));
  const { keys, listRuns, showRun } = createAdmin(isthmus);
  return { keys, listRuns, showRun, [Symbol.asyncDispose]: () => closer[Symbol.asyncDispose]() };
}
