import { defineConfig } from 'vitest/config';

/**
 * Three projects. `core` needs nothing but Node: the bundled model, PGlite and local HTTP servers run inside it.
 * `long` (files named *.long.test.ts) needs no more than that, but minutes; only `npm run test:full` takes it along.
 * `servers` (files named *.server.test.ts) needs Redis, Postgres, Chromium and a software GPU; `npm run test:full` installs them.
 */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: a model child beside more test files than that makes every test slow and none faster.
    maxWorkers: 2,
    // Addresses in the caller's shell are for the servers' set-up; a test that wants a server names it.
    env: { REDIS_URL: '', DATABASE_URL: '' },
    projects: [
      {
        extends: true,
        test: {
          name: 'core',
          include: ['{src,agents,estimators,workers,eval}/**/*.test.ts'],
          exclude: ['**/*.server.test.ts', '**/*.long.test.ts'],
        },
      },
      { extends: true, test: { name: 'long', include: ['{src,agents,estimators,workers,eval}/**/*.long.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['{src,agents,estimators,workers,eval}/**/*.server.test.ts'],
          globalSetup: 'src/testing/servers.ts',
        },
      },
    ],
  },
});
