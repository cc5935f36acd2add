import type { TestProject } from 'vitest/node';
import { findChromium, hasSoftwareVulkan, missingPackages } from './programs.ts';
import { type ServerProcess, startPostgres, startRedis } from './server-processes.ts';

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

const running: ServerProcess[] = [];

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
    redisUrl: process.env['REDIS_URL'] ?? (await start(startRedis)),
    databaseUrl: process.env['DATABASE_URL'] ?? (await start(startPostgres)),
    chromium: findChromium(),
    hasVulkan: hasSoftwareVulkan(),
  };
  project.provide('servers', servers);
}

export async function teardown(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.stop()));
}

async function start(program: () => Promise<ServerProcess | null>): Promise<string | null> {
  const server = await program();
  if (server === null) return null;
  running.push(server);
  return server.url;
}
