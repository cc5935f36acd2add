import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CONFIG_FILE, loadConfig } from './config.ts';

describe('the addresses of queue and database', () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'isthmus-config-'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(cwd, { recursive: true, force: true });
  });
  const write = (text: string) => writeFile(join(cwd, CONFIG_FILE), text);

  it('are absent where nobody names them', async () => {
    const config = await loadConfig({ cwd });
    expect(config).not.toHaveProperty('redisUrl');
    expect(config).not.toHaveProperty('databaseUrl');
  });

  it('come from the file, and from the environment before it', async () => {
    await write('queue: rediss://:secret@queue.internal:6380\ndatabase: postgres://me:secret@db.internal/isthmus?sslmode=require\n');
    expect(await loadConfig({ cwd })).toMatchObject({
      redisUrl: 'rediss://:secret@queue.internal:6380',
      databaseUrl: 'postgres://me:secret@db.internal/isthmus?sslmode=require',
    });
    vi.stubEnv('REDIS_URL', 'redis://127.0.0.1:6379');
    vi.stubEnv('DATABASE_URL', 'postgresql://127.0.0.1/other');
    expect(await loadConfig({ cwd })).toMatchObject({ redisUrl: 'redis://127.0.0.1:6379', databaseUrl: 'postgresql://127.0.0.1/other' });
  });

  it.each([
    ['queue: http://queue.internal', 'redis://'],
    ['database: mysql://db.internal', 'postgres://'],
  ])('are refused where they are something else: %s', async (text, expected) => {
    await write(text);
    await expect(loadConfig({ cwd })).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(expected) });
  });

  it('are not repeated in an error, since they may hold a password', async () => {
    vi.stubEnv('DATABASE_URL', 'mysql://me:secret@db.internal');
    const error = await loadConfig({ cwd }).catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('DATABASE_URL') });
    expect(String((error as Error).message)).not.toContain('secret');
  });

  it('are not repeated where the file cannot be read as YAML', async () => {
    await write('queue: redis://:secret@queue.internal\ndatabase: [postgres://me:secret@db.internal\n: }');
    const error = await loadConfig({ cwd }).catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('line') });
    expect(`${(error as Error).message} ${String((error as Error).cause)}`).not.toContain('secret');
  });
});

describe('the address of a collector', () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'isthmus-config-'));
    await writeFile(join(cwd, CONFIG_FILE), 'telemetry: { endpoint: "http://collector.internal:4318/" }\n');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(cwd, { recursive: true, force: true });
  });

  it('comes from the file, or from OpenTelemetry’s variables before it', async () => {
    expect(await loadConfig({ cwd })).toMatchObject({ tracesUrl: 'http://collector.internal:4318/v1/traces' });
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:4318');
    expect(await loadConfig({ cwd })).toMatchObject({ tracesUrl: 'http://127.0.0.1:4318/v1/traces' });
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://127.0.0.1:4318/own');
    expect(await loadConfig({ cwd })).toMatchObject({ tracesUrl: 'http://127.0.0.1:4318/own' });
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    expect(await loadConfig({ cwd })).not.toHaveProperty('tracesUrl');
  });

  it('is not repeated where it is none', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'ftp://me:secret@collector');
    const error = await loadConfig({ cwd }).catch((caught: Error) => caught);
    expect((error as Error).message).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
    expect((error as Error).message).not.toContain('secret');
  });
});
