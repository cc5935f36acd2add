import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { waitFor } from '../../testing/wait-for.ts';
import { openPostgresStore } from '../database/open-store.ts';
import { type BullJobQueueOptions, createBullJobQueue } from './job-queue.ts';

const CHILD = fileURLToPath(new URL('../../testing/worker-child.ts', import.meta.url));
const { redisUrl, databaseUrl } = inject('servers');
/** Locks of 10 s, two rounds of the check, and a busy machine. */
const TAKEN_OVER_MS = 40_000;

type Backend = { readonly url: string; readonly options: BullJobQueueOptions };

interface Worker {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  hears(line: string): Promise<void>;
}

function startWorker(url: string, name: string): Worker {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, url, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (data) => {
    said += String(data);
  });
  const hears = (line: string) =>
    waitFor(`the worker to say "${line}"`, async () => (said.split('\n').includes(line) ? said : undefined), TAKEN_OVER_MS);
  return { child, hears: async (line) => void (await hears(line)) };
}

/** A signal hits a worker in the middle of a job; another worker must end that job, and only once. */
async function takesOver({ url, options }: Backend, signal: 'SIGKILL' | 'SIGSTOP'): Promise<void> {
  const name = `${signal.toLowerCase()}-${process.pid}-${Date.now()}`;
  const queue = await createBullJobQueue(options);
  const worker = startWorker(url, name);
  try {
    await queue.add(name, [{ id: 'a', payload: 'words' }]);
    await worker.hears('a');
    const attempts: unknown[] = [];
    const consumer = await queue.consume(name, { concurrency: 1 }, async (payload, { attempt, lostAttempts }) => {
      attempts.push({ attempt, lostAttempts });
      return payload;
    });
    worker.child.kill(signal);
    const state = async () => (await queue.states(name, ['a'])).get('a');
    await waitFor('the job to be taken over', async () => ((await state())?.state === 'completed' ? true : undefined), TAKEN_OVER_MS);
    await consumer.close();
    if (signal === 'SIGSTOP') {
      await queue.add(name, [{ id: 'b', payload: 'more words' }]);
      worker.child.kill('SIGCONT');
      await worker.hears('lost a');
      await worker.hears('b');
    }
    expect(attempts).toEqual([{ attempt: 2, lostAttempts: 1 }]);
    expect(await state()).toEqual({ state: 'completed', result: 'words', lostAttempts: 1 });
  } finally {
    worker.child.kill('SIGKILL');
    await queue[Symbol.asyncDispose]();
  }
}

const onRedis = (use: (backend: Backend) => Promise<void>) =>
  use({ url: redisUrl ?? '', options: { backend: 'redis', url: redisUrl ?? '' } });

async function onPostgres(use: (backend: Backend) => Promise<void>): Promise<void> {
  const store = await openPostgresStore({ url: databaseUrl ?? '' });
  await use({ url: databaseUrl ?? '', options: { backend: 'postgres', pool: store.pool } });
  await store.close();
}

describe.concurrent('a worker that is killed', () => {
  it.skipIf(redisUrl === null)('leaves its job to another one on Redis', () => onRedis((backend) => takesOver(backend, 'SIGKILL')));
  it.skipIf(databaseUrl === null)('leaves its job to another one on Postgres', () =>
    onPostgres((backend) => takesOver(backend, 'SIGKILL')),
  );
});

describe.concurrent('a worker that is paused for longer than its lock', () => {
  const title = 'leaves its job to another one, is told so when it goes on, and works on';
  it.skipIf(redisUrl === null)(`on Redis ${title}`, () => onRedis((backend) => takesOver(backend, 'SIGSTOP')));
  it.skipIf(databaseUrl === null)(`on Postgres ${title}`, () => onPostgres((backend) => takesOver(backend, 'SIGSTOP')));
});
