import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { IsthmusError } from '../../domain/errors.ts';
import { describeProcess, isAlive, type ProcessIdentity, processIdentity } from './process-identity.ts';

const lockContent = processIdentity.extend({
  /** Tells two locks of one process apart, so that nobody removes a lock that is not his. */
  token: z.string(),
  /** Where the holder serves HTTP, once it does. */
  url: z.string().optional(),
});
type LockContent = z.infer<typeof lockContent>;

/** Who holds a data directory, for those who came second. */
export interface StoreHolder {
  readonly pid: number;
  readonly host: string;
  readonly url?: string;
}

export interface StoreLock {
  /** Tells others where the holder serves HTTP. */
  announce(url: string): Promise<void>;
  release(): Promise<void>;
}

const LOCK_NAME = 'isthmus.lock';
const HEARTBEAT_MS = 5_000;
/** A holder that we cannot look up (another container, another boot) counts as dead when it has been silent for so long. */
const SILENCE_MS = 30_000;
const MAX_TRIES = 20;

/**
 * Locks a data directory for this process, since two PGlite instances on one directory silently lose each other's rows.
 *
 * The lock is a file that appears whole or not at all (`link`). It is stale when its process is dead; a stale lock is
 * removed only by whoever holds the lock on that lock (`….takeover`, by the same rules), so two late-comers cannot both
 * remove "the stale one" and one of them in truth the other's fresh lock.
 * @throws IsthmusError `store-locked`
 */
export async function lockStore(dataDir: string): Promise<StoreLock> {
  const identity = await describeProcess();
  const path = join(dataDir, LOCK_NAME);
  const content: LockContent = { ...identity, token: randomUUID() };
  const holder = await acquire(path, content);
  if (holder !== undefined) throw lockedError(dataDir, holder);
  return heldLock(path, content);
}

/** The living holder of a data directory, if there is one. */
export async function findStoreHolder(dataDir: string): Promise<StoreHolder | undefined> {
  const path = join(dataDir, LOCK_NAME);
  const content = await read(path);
  if (content === undefined || (await isStale(path, content, await describeProcess()))) return undefined;
  const { pid, host, url } = content;
  return url === undefined ? { pid, host } : { pid, host, url };
}

/** Returns the living holder, or nothing when the lock is now ours. */
async function acquire(path: string, own: LockContent): Promise<LockContent | undefined> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if (await createWhole(path, own)) return undefined;
    const holder = await read(path);
    if (holder === undefined) continue; // released in between
    if (!(await isStale(path, holder, own))) return holder;
    await removeStale(path, holder, own);
  }
  return read(path);
}

async function removeStale(path: string, stale: LockContent, own: LockContent): Promise<void> {
  const takeover = `${path}.takeover`;
  const other = await acquire(takeover, own);
  if (other !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return;
  }
  try {
    const current = await read(path);
    if (current?.token === stale.token) await rm(path, { force: true });
  } finally {
    await removeOwn(takeover, own);
  }
}

/** `link` fails when the name is taken and shows the whole content at once; an exclusive `open` would show an empty file first. */
async function createWhole(path: string, content: LockContent): Promise<boolean> {
  const temporary = `${path}.${content.token}`;
  await writeFile(temporary, JSON.stringify(content));
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function isStale(path: string, content: LockContent, self: ProcessIdentity): Promise<boolean> {
  const alive = await isAlive(content, self);
  if (alive !== 'unknown') return !alive;
  try {
    return Date.now() - (await stat(path)).mtimeMs > SILENCE_MS;
  } catch {
    return false; // gone: the next try will see
  }
}

/** A file that is not a lock (a disk error, a hand) reads as a lock of nobody, which is stale once it is old. */
async function read(path: string): Promise<LockContent | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return lockContent.parse(JSON.parse(text));
  } catch {
    return { pid: 2 ** 22 + 1, host: '', token: text };
  }
}

async function removeOwn(path: string, own: LockContent): Promise<void> {
  const current = await read(path);
  if (current?.token === own.token) await rm(path, { force: true });
}

function heldLock(path: string, content: LockContent): StoreLock {
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    async announce(url) {
      const temporary = `${path}.${content.token}`;
      await writeFile(temporary, JSON.stringify({ ...content, url }));
      await rename(temporary, path);
    },
    async release() {
      clearInterval(heartbeat);
      await removeOwn(path, content);
    },
  };
}

function lockedError(dataDir: string, { pid, host, url }: LockContent): IsthmusError {
  const where = url === undefined ? '' : `, which serves ${url}`;
  const way =
    url === undefined
      ? 'Use that process, stop it, or choose another data directory'
      : `Ask it over HTTP: POST ${url}/v1/research starts a run and goes on with it, ${url}/docs tells the rest; \`isthmus keys\` and \`isthmus runs\` do so by themselves. Or stop it, or choose another data directory`;
  return new IsthmusError(
    'store-locked',
    `The data directory ${dataDir} is in use by process ${pid} on ${host}${where}. ${way}; if it is certainly gone, remove ${join(dataDir, LOCK_NAME)}.`,
    { details: { dataDir, pid, host, ...(url === undefined ? {} : { url }) } },
  );
}
