import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { findProgram } from './programs.ts';

const START_MS = 60_000;
const POLL_MS = 50;

/** A private server on a free port, with its data in a temporary directory. */
export interface ServerProcess {
  readonly url: string;
  /** Ends it as a power cut would, but for what the system has already been given to write. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Where the directory with its data is made; default: the system's folder for temporary files. */
  readonly parent?: string;
}

/** Redis, or null where it is not installed. It writes its jobs to disk, so that they outlive it. */
export async function startRedis(options: ServerOptions = {}): Promise<ServerProcess | null> {
  const program = findProgram('redis-server');
  if (program === null) return null;
  const port = await freePort();
  const directory = temporary('redis', options.parent);
  const url = `redis://127.0.0.1:${port}`;
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const durable = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'];
  return supervise({
    url,
    directory,
    spawn: () => spawn(program, [...settings, ...durable], { stdio: 'ignore' }),
    ping: async () => {
      const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.ping();
      } finally {
        client.disconnect();
      }
    },
  });
}

/** Postgres, or null where it is not installed. */
export async function startPostgres(options: ServerOptions = {}): Promise<ServerProcess | null> {
  const initdb = findProgram('initdb');
  const program = findProgram('postgres');
  if (initdb === null || program === null) return null;
  const port = await freePort();
  const directory = temporary('postgres', options.parent);
  const user = serverUser();
  if (user.uid !== undefined && user.gid !== undefined) chownSync(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const auth = ['--username=isthmus', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(initdb, ['-D', data, ...auth], { ...user, cwd: directory, stdio: 'ignore' });
  const settings = ['-c', 'fsync=off', '-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1'];
  const url = `postgres://isthmus@127.0.0.1:${port}/postgres`;
  return supervise({
    url,
    directory,
    spawn: () =>
      spawn(program, ['-D', data, '-p', String(port), '-k', directory, ...settings], { ...user, cwd: directory, stdio: 'ignore' }),
    ping: async () => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      try {
        await client.connect();
      } finally {
        await client.end().catch(() => undefined);
      }
    },
  });
}

interface Supervised {
  readonly url: string;
  readonly directory: string;
  readonly spawn: () => ChildProcess;
  /** Rejects until the server answers. */
  readonly ping: () => Promise<void>;
}

export async function supervise({ url, directory, spawn: spawnServer, ping }: Supervised): Promise<ServerProcess> {
  let child = spawnServer();
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (hasEnded()) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  /** A killed Postgres leaves processes that hold its memory for a moment; until they are gone a new one refuses to start. */
  async function ready(): Promise<void> {
    const deadline = Date.now() + START_MS;
    for (;;) {
      try {
        await ping();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw new Error(`${url} did not start within ${START_MS} ms`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      if (hasEnded()) child = spawnServer();
    }
  }

  await ready();
  return {
    url,
    kill: () => end('SIGKILL'),
    restart: () => {
      child = spawnServer();
      return ready();
    },
    stop: async () => {
      // Postgres' fast shutdown; it ends Redis too.
      await end('SIGINT');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Postgres refuses to run as root; Debian's package brings a user for it. */
export function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export function temporary(name: string, parent = tmpdir()): string {
  return mkdtempSync(join(parent, `isthmus-${name}-`));
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
