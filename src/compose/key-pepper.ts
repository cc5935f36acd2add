import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, environment } from '../config.ts';

const FILE = 'key-pepper';

/**
 * What is mixed into the hashes of API keys: ISTHMUS_KEY_PEPPER, or a file in the data directory that is made at the first start. Processes
 * that share a database must share it too, so several hosts are given the variable.
 */
export async function readPepper({ dataDir }: Config): Promise<string> {
  const given = environment('ISTHMUS_KEY_PEPPER');
  if (given !== undefined) return given;
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, FILE);
  // Of two processes that start together one writes, and both read what it has written.
  await writeFile(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' }).catch((error: { code?: string }) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return (await readFile(path, 'utf8')).trim();
}
