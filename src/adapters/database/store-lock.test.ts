import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../testing/wait-for.ts';
import { createBullJobQueue } from '../bullmq/job-queue.ts';
import { openEmbeddedStore } from './open-store.ts';
import { findStoreHolder, lockStore } from './store-lock.ts';

const CHILD = fileURLToPath(new URL('../../testing/store-child.ts', import.meta.url));

let dataDir: string;
let children: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'isthmus-store-'));
});
afterEach(async () => {
  for (const child of children) await kill(child);
  children = [];
  await rm(dataDir, { recursive: true, force: true });
});

/** Another process on the data directory, and the lines it has said so far. */
function startChild(what: string): { child: ChildProcess; said: unknown[] } {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, dataDir, what], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const said: unknown[] = [];
  if (child.stdout !== null) createInterface(child.stdout).on('line', (line) => said.push(JSON.parse(line)));
  return { child, said };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const hasEnded = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await hasEnded;
}

describe('the lock of a data directory', () => {
  const lockPath = (): string => join(dataDir, 'isthmus.lock');

  it('is held by one, and free again after its release', async () => {
    const lock = await lockStore(dataDir);
    await expect(lockStore(dataDir)).rejects.toMatchObject({ code: 'store-locked', details: { pid: process.pid, dataDir } });
    await lock.release();
    await (await lockStore(dataDir)).release();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('tells who holds it and where he serves', async () => {
    expect(await findStoreHolder(dataDir)).toBeUndefined();
    const lock = await lockStore(dataDir);
    await lock.announce('http://127.0.0.1:8787');
    expect(await findStoreHolder(dataDir)).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:8787' });
    await expect(lockStore(dataDir)).rejects.toMatchObject({ message: expect.stringContaining('http://127.0.0.1:8787') });
    await lock.release();
    expect(await findStoreHolder(dataDir)).toBeUndefined();
  });

  const overwrite = async (change: Record<string, unknown>): Promise<void> => {
    const lock = await lockStore(dataDir);
    const content: unknown = JSON.parse(await readFile(lockPath(), 'utf8'));
    await lock.release();
    await writeFile(lockPath(), JSON.stringify(Object.assign({}, content, { token: 'somebody else' }, change)));
  };

  it('is taken over from a dead process', async () => {
    await overwrite({ pid: 2 ** 22 - 1 });
    await (await lockStore(dataDir)).release();
  });

  it('is taken over when its pid has been given to another process since', async () => {
    await overwrite({ startedAt: '1' });
    await (await lockStore(dataDir)).release();
  });

  it('is not taken from a process that cannot be looked up until that has been silent', async () => {
    await overwrite({ pidNamespace: 'pid:[1]' });
    await expect(lockStore(dataDir)).rejects.toMatchObject({ code: 'store-locked' });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lockPath(), longAgo, longAgo);
    await (await lockStore(dataDir)).release();
  });

  it('goes to exactly one of many late-comers, whatever dead locks lie about', async () => {
    for (let round = 0; round < 30; round++) {
      await overwrite({ pid: 2 ** 22 - 1 });
      if (round % 2 === 0) await writeFile(`${lockPath()}.takeover`, await readFile(lockPath()));
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockStore(dataDir)));
      const won = tries.filter((outcome) => outcome.status === 'fulfilled');
      expect(won).toHaveLength(1);
      for (const { value } of won) await value.release();
    }
    expect(await readdir(dataDir)).toEqual([]);
  });
});

describe('two processes on one data directory', () => {
  let template: string;
  // Making a database takes seconds; copying one does not.
  beforeAll(async () => {
    template = await mkdtemp(join(tmpdir(), 'isthmus-template-'));
    await (await openEmbeddedStore({ dataDir: template })).close();
  });
  beforeEach(async () => cp(template, dataDir, { recursive: true }));
  afterAll(async () => rm(template, { recursive: true, force: true }));

  it('refuses the second one, and loses no row of the first', async () => {
    const store = await openEmbeddedStore({ dataDir });
    await store.announce('http://127.0.0.1:4321');
    const second = startChild('write');
    const create = async (id: string): Promise<unknown> =>
      store.runStore.createRun({ id, tenant: 'parent', question: 'Why?', events: [{ type: 'run-cancelled' }] });
    let created = 0;
    while (second.said.length === 0) await create(`run-${created++}`);
    expect(second.said[0]).toMatchObject({
      code: 'store-locked',
      message: expect.stringMatching(new RegExp(`${dataDir}.*${process.pid}.*http://127.0.0.1:4321.*another data directory`)),
    });
    await create(`run-${created++}`);
    await store.close();
    const again = await openEmbeddedStore({ dataDir });
    expect(await again.runStore.listRuns({ tenant: 'parent', limit: 10_000 })).toHaveLength(created);
    await again.close();
  });

  it('hands over after kill -9 with every committed row', async () => {
    const first = startChild('write');
    await waitFor('50 committed runs', async () => (first.said.length > 50 ? true : undefined), 40_000);
    await kill(first.child);
    const committed = first.said.filter((line) => String(line).startsWith('run-'));
    const store = await openEmbeddedStore({ dataDir });
    const found = new Set((await store.runStore.listRuns({ tenant: 'child', limit: 100_000 })).map(({ id }) => id));
    expect(committed.filter((id) => !found.has(String(id)))).toEqual([]);
    for (const id of found) expect(await store.runStore.readEvents(id, 0)).toHaveLength(1);
    await store.close();
  });

  it('takes the jobs of a killed process up again without waiting for their locks to expire', async () => {
    const first = startChild('work');
    await waitFor('four jobs to hang', async () => (first.said.length >= 8 ? true : undefined), 40_000);
    await kill(first.child);
    const store = await openEmbeddedStore({ dataDir });
    const queue = await createBullJobQueue({ backend: 'postgres', pool: store.pool, isExclusive: true });
    const ids = Array.from({ length: 20 }, (_, i) => `job-${i}`);
    const done: string[] = [];
    const start = performance.now();
    await queue.consume('chat', { concurrency: 4 }, async (payload, { jobId }) => {
      done.push(jobId);
      return payload;
    });
    await waitFor('all jobs', async () => {
      const states = await queue.states('chat', ids);
      return [...states.values()].every(({ state }) => state === 'completed') ? true : undefined;
    });
    expect(performance.now() - start).toBeLessThan(9_000);
    // Three were finished before the kill; nothing is done twice that had been finished, and nothing is lost.
    expect(done.sort()).toEqual(ids.filter((id) => !['job-0', 'job-1', 'job-2'].includes(id)).sort());
    await queue[Symbol.asyncDispose]();
    await store.close();
  });

  it('tells a second process where the first one serves', async () => {
    const first = startChild('serve');
    await waitFor('the address', async () => (await findStoreHolder(dataDir))?.url);
    expect(await findStoreHolder(dataDir)).toMatchObject({ pid: first.child.pid, url: 'http://127.0.0.1:8787' });
    await kill(first.child);
    expect(await findStoreHolder(dataDir)).toBeUndefined();
  });
});
