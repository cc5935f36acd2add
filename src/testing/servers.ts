import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { TestProject } from 'vitest/node';

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

const VULKAN_DRIVERS = '/usr/share/vulkan/icd.d';
const running: ChildProcess[] = [];
const directories: string[] = [];

/**
 * Vitest's global set-up: a private Redis and a private Postgres on free ports, in temporary directories. Addresses given in
 * REDIS_URL and DATABASE_URL are used instead. Where CI is set, a missing program is an error and not a skipped test.
 */
export async function setup(project: TestProject): Promise<void> {
  const servers: Servers = {
    redisUrl: process.env['REDIS_URL'] ?? (await startRedis()),
    databaseUrl: process.env['DATABASE_URL'] ?? (await startPostgres()),
    chromium: findProgram('chromium') ?? findProgram('google-chrome'),
    hasVulkan: existsSync(VULKAN_DRIVERS) && readdirSync(VULKAN_DRIVERS).some((name) => /^lvp_icd.*\.json$/.test(name)),
  };
  const missing = missingPackages(servers);
  if (missing.length > 0 && process.env['CI']) {
    await teardown();
    throw new Error(`The tests of the servers project need: apt-get install ${missing.join(' ')}`);
  }
  if (servers.redisUrl !== null) process.env['REDIS_URL'] = servers.redisUrl;
  if (servers.databaseUrl !== null) process.env['DATABASE_URL'] = servers.databaseUrl;
  project.provide('servers', servers);
}

export async function teardown(): Promise<void> {
  await Promise.all(running.splice(0).map(stop));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

function missingPackages({ redisUrl, databaseUrl, chromium, hasVulkan }: Servers): string[] {
  return [
    ...(redisUrl === null ? ['redis-server'] : []),
    ...(databaseUrl === null ? ['postgresql'] : []),
    ...(chromium === null ? ['chromium'] : []),
    ...(hasVulkan ? [] : ['mesa-vulkan-drivers']),
  ];
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

function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...debianPostgres()];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** Debian keeps Postgres' programs out of PATH, one folder a version; the newest first. */
function debianPostgres(): string[] {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, 'bin'));
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
