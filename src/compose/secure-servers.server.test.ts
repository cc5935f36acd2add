import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, parseConfig } from '../config.ts';
import { findProgram } from '../testing/programs.ts';
import { type Certificates, createCertificates, PASSWORD, startSecurePostgres, startSecureRedis } from '../testing/secure-servers.ts';
import type { ServerProcess } from '../testing/server-processes.ts';
import { waitFor } from '../testing/wait-for.ts';
import { openIsthmus } from './compose.ts';
import { openWorker } from './open-worker.ts';

/** Servers of its own: those that other tests share have neither. */
const isInstalled = ['redis-server', 'initdb', 'postgres', 'openssl'].every((name) => findProgram(name) !== null);

describe.skipIf(!isInstalled)('servers with TLS and passwords', { timeout: 120_000 }, () => {
  let folder: string;
  let certificates: Certificates;
  let redis: ServerProcess;
  let postgres: ServerProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'isthmus-tls-'));
    certificates = createCertificates(folder);
    [redis, postgres] = await Promise.all([startSecureRedis(certificates), startSecurePostgres(certificates)]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([redis?.stop(), postgres?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  const change = (address: string, edit: (url: URL) => void): string => {
    const url = new URL(address);
    edit(url);
    return url.href;
  };

  function configOf(addresses: Pick<Config, 'redisUrl' | 'databaseUrl' | 'redisCaFile'>): Config {
    return { ...parseConfig({}, 'test'), dataDir: folder, ...addresses };
  }

  /** What whoever starts a process with these addresses is told. */
  async function refusal(addresses: Parameters<typeof configOf>[0]): Promise<string> {
    const opening =
      addresses.databaseUrl === undefined
        ? openWorker(configOf(addresses), { queues: ['score'] })
        : openIsthmus(configOf(addresses), { queues: [], maxRuns: 0 });
    const error = await opening.then(
      async (opened) => {
        await opened[Symbol.asyncDispose]();
        return new Error('it opened');
      },
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ code: 'provider-unavailable' });
    expect(error.message).not.toContain(PASSWORD);
    expect(error.message).not.toContain('guess');
    return error.message;
  }

  const asUser = (url: URL) => {
    url.username = 'isthmus';
  };

  it.each([
    ['with the password of all', () => redis.url],
    ['as a user who may touch our keys only', () => change(redis.url, asUser)],
  ])('serve a run’s queue and store %s', async (_who, address) => {
    const errors: unknown[] = [];
    const config = configOf({ redisUrl: address(), redisCaFile: certificates.ca, databaseUrl: postgres.url });
    await using isthmus = await openIsthmus(config, { queues: [], maxRuns: 1, onError: (error) => errors.push(error) });
    await using _worker = await openWorker(config, { queues: ['compress', 'predict'], onError: (error) => errors.push(error) });
    const { runId } = await isthmus.service.submit(
      { tenant: 'local' },
      {
        question: 'When was the canal opened?',
        documents: [{ uri: 'canal', text: `The canal was opened in 1869 by ${address().length} people.` }],
        compressor: 'extractive@nano',
        scorer: null,
      },
    );
    await waitFor(
      'the run to end',
      async () => {
        const { status } = await isthmus.service.read({ tenant: 'local' }, runId);
        return status === 'completed' ? true : undefined;
      },
      60_000,
    );
    expect(errors).toEqual([]);
  });

  it.each<[string, (url: URL) => void, RegExp]>([
    ['a wrong password', (url) => (url.password = 'guess'), /WRONGPASS.*Correct the user and the password in REDIS_URL/],
    ['no password', (url) => (url.password = ''), /NOAUTH.*Correct the user and the password in REDIS_URL/],
    ['an unknown user', (url) => (url.username = 'nobody'), /WRONGPASS.*Correct the user/],
    ['no TLS', (url) => (url.protocol = 'redis:'), /rediss:\/\/ is with TLS/],
  ])('say what is wrong with %s for Redis, and no password', async (_what, edit, message) => {
    expect(await refusal({ redisUrl: change(redis.url, edit), redisCaFile: certificates.ca })).toMatch(message);
  });

  it('refuse a Redis whose certificate nobody vouches for, or that is another host’s', async () => {
    expect(await refusal({ redisUrl: redis.url })).toMatch(/certificate.*REDIS_CA_FILE/);
    const elsewhere = change(redis.url, (url) => (url.hostname = 'localhost'));
    expect(await refusal({ redisUrl: elsewhere, redisCaFile: certificates.ca })).toMatch(/altname.*as the certificate has it/s);
  });

  it('name the file of an authority that cannot be read', async () => {
    const config = configOf({ redisUrl: redis.url, redisCaFile: join(folder, 'nothing.pem') });
    await expect(openWorker(config, { queues: ['score'] })).rejects.toThrow(/REDIS_CA_FILE\), but it cannot be read/);
  });

  it.each<[string, (url: URL) => void, RegExp]>([
    [
      'a wrong password',
      (url) => (url.password = 'guess'),
      /password authentication failed.*Correct the user and the password in DATABASE_URL/,
    ],
    ['an unknown user', (url) => (url.username = 'nobody'), /password authentication failed.*Correct the user/],
    ['no TLS', (url) => (url.search = '?sslmode=disable'), /no encryption.*sslmode/],
    ['no authority', (url) => (url.search = '?sslmode=require'), /certificate.*sslrootcert/],
    ['another host’s name', (url) => (url.hostname = 'localhost'), /altname.*as the certificate has it/s],
  ])('say what is wrong with %s for Postgres, and no password', async (_what, edit, message) => {
    expect(await refusal({ databaseUrl: change(postgres.url, edit) })).toMatch(message);
  });

  it('take sslmode=require with the authority named too', async () => {
    const url = postgres.url.replace('verify-full', 'require');
    await using isthmus = await openIsthmus(configOf({ databaseUrl: url }), { queues: [], maxRuns: 0 });
    expect(await isthmus.keys.list()).toEqual([]);
  });
});
