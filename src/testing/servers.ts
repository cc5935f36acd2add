import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { findChromium, findProgram, hasSoftwareVulkan, missingPackages } from './programs.ts';

/** What the tests of the `servers` project may use; null where a program is missing and its tests are skipped. */
export interface Servers {
  readonly redisUrl: string | null;
  readonly databaseUrl: string | null;
  readonly chromium: string | null;
  /** A Vulkan device in software, on which GPU code paths can run. */
  readonly hasVulkan: boolean;
}

declare module 'vitest' {
  interface ProvidedContext {
    servers: Servers;
  }
}

const running: ChildProcess[] = [];
const directories: string[] = [];

/**
 * Vitest's global set-up: a private Redis and a private Postgres on free ports, in temporary directories. Addresses given in
 * REDIS_URL and DATABASE_URL are used instead. Where CI is set, a missing program is an error and not a skipped test.
 */
export async function setup(project: TestProject): Promise<void> {
  const missing = missingPackages();
  if (missing.length > 0 && process.env['CI']) {
    throw new Error(`The tests of the servers project need: apt-get install ${missing.join(' ')}`);
  }
  const servers: Servers = {
    redisUrl: process.env['REDIS_URL'] ?? (await startRedis()),
    databaseUrl: process.env['DATABASE_URL'] ?? (await startPostgres()),
    chromium: findChromium(),
    hasVulkan: hasSoftwareVulkan(),
  };
  if (servers.redisUrl !== null) process.env['REDIS_URL'] = servers.redisUrl;
  if (servers.databaseUrl !== null) process.env['DATABASE_URL'] = servers.databaseUrl;
  project.provide('servers', servers);
}

export async function teardown(): Promise<void> {
  await Promise.all(running.splice(0).map(stop));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

async function startRedis(): Promise<string | null> {
  const program = findProgram('redis-server');
  if (program === null) return null;
  const port = await freePort();
  const directory = temporary('redis');
  start(program, ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'no'], {});
  const url = `redis://127.0.0.1:${port}`;
  await until(`redis-server on port ${port}`, async () => {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
    } finally {
      client.disconnect();
    }
  });
  return url;
}

async function startPostgres(): Promise<string | null> {
  const initdb = findProgram('initdb');
  const program = findProgram('postgres');
  if (initdb === null || program === null) return null;
  const port = await freePort();
  const directory = temporary('postgres');
  const user = serverUser();
  if (user.uid !== undefined && user.gid !== undefined) chownSync(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const auth = ['--username=isthmus', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(initdb, ['-D', data, ...auth], { ...user, cwd: directory, stdio: 'ignore' });
  const settings = ['-c', 'fsync=off', '-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1'];
  start(program, ['-D', data, '-p', String(port), '-k', directory, ...settings], { ...user, cwd: directory });
  const url = `postgres://isthmus@127.0.0.1:${port}/postgres`;
  await until(`postgres on port ${port}`, async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.end();
  });
  return url;
}

/** Postgres refuses to run as root; Debian's package brings a user for it. */
function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function start(program: string, parameters: readonly string[], options: { uid?: number; gid?: number; cwd?: string }): void {
  running.push(spawn(program, parameters, { ...options, stdio: 'ignore' }));
}

/** SIGINT is Postgres' fast shutdown, and ends Redis too. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const hasEnded = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await hasEnded;
}

function temporary(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `isthmus-${name}-`));
  directories.push(directory);
  return directory;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}

async function until(what: string, attempt: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${what} did not start within 30 s`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
