import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../src/domain/json.ts';
import type { RunState } from '../../src/domain/run.ts';
import { submit } from './client.ts';
import { type Installation, query, writeConfig } from './installation.ts';
import { end, startMember } from './members.ts';
import { startProvider } from './provider.ts';
import { readRuns, waitForEnds } from './read-runs.ts';

const DATABASE = 'twin';
const PATIENCE_MS = 300_000;

/** What a reader sees of a run. */
export function essence({ status, report }: RunState): string {
  return canonicalJson({ status, report: report ?? null });
}

/** The same questions, asked of one process that nothing happens to, in a database of its own. By the question's number. */
export async function runTwins({ place, postgres }: Installation, numbers: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const home = join(place.home, DATABASE);
  await mkdir(join(home, 'tmp'), { recursive: true });
  await query(postgres.url, `CREATE DATABASE ${DATABASE}`);
  const url = new URL(postgres.url);
  url.pathname = `/${DATABASE}`;
  await using provider = await startProvider({ file: join(home, 'journal.jsonl'), random: () => 1 });
  await writeConfig(home, provider.baseUrl);
  const solo = await startMember('solo', { ...place, home, databaseUrl: url.href });
  try {
    const ids = await Promise.all(numbers.map((number) => submit({ key: `twin-${number}`, number, atMs: 0 }, [solo], PATIENCE_MS)));
    await waitForEnds(url.href, ids, PATIENCE_MS);
    return new Map((await readRuns(url.href)).map(({ number, state }) => [number, essence(state)]));
  } finally {
    await end(solo, 'SIGTERM');
  }
}
