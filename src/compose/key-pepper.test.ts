import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { parseConfig } from '../config.ts';
import { readPepper } from './key-pepper.ts';

const folders: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function configured() {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-pepper-'));
  folders.push(folder);
  return { ...parseConfig({}, 'test'), dataDir: join(folder, 'data') };
}

it('is made once for a data directory, also by processes that start together, and only its owner can read it', async () => {
  const config = await configured();
  const peppers = await Promise.all([1, 2, 3, 4].map(() => readPepper(config)));
  expect(new Set([...peppers, await readPepper(config)]).size).toBe(1);
  expect(peppers[0]).toMatch(/^[0-9a-f]{64}$/);
  expect((await stat(join(config.dataDir, 'key-pepper'))).mode & 0o777).toBe(0o600);
  expect(await readPepper(await configured())).not.toBe(peppers[0]);
});

it('is taken from the environment where several hosts share a database', async () => {
  vi.stubEnv('ISTHMUS_KEY_PEPPER', 'shared');
  expect(await readPepper(await configured())).toBe('shared');
});
