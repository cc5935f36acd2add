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
});
