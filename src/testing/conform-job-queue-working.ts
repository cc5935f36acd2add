import { expect } from 'vitest';
import { IsthmusError } from '../domain/errors.ts';
import type { JobContext } from '../ports/job-queue.ts';
import type { JobQueueKit } from './job-queue-kit.ts';
import { waitFor } from './wait-for.ts';

/** Adding, doing, failing, retrying, announcing. */
export function workingCases({ test, open, freshName, stateOf, settled }: JobQueueKit): void {
  test('a job waits for a consumer, is done once, and is announced', async () => {
    const queue = await open();
    const where = freshName();
    const announced: string[] = [];
    queue.onSettled((event) => announced.push(`${event.queue}/${event.jobId}`));
    await queue.add(where, [{ id: 'a', payload: { words: ['one', 'two'] } }]);
    expect(await stateOf(queue, where, 'a')).toEqual({ state: 'waiting' });
    const contexts: JobContext[] = [];
    await queue.consume(where, { concurrency: 1 }, async (payload, context) => {
      contexts.push(context);
      return { got: payload };
    });
    expect(await settled(queue, where, 'a')).toEqual({ state: 'completed', result: { got: { words: ['one', 'two'] } } });
    expect(contexts.map(({ jobId, attempt }) => ({ jobId, attempt }))).toEqual([{ jobId: 'a', attempt: 1 }]);
    await waitFor('the announcement', async () => (announced.includes(`${where}/a`) ? true : undefined));
  });

  test('jobs are counted by their state', async () => {
    const queue = await open();
    const where = freshName();
    expect(await queue.counts(where)).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
    expect(await queue.oldest(where)).toBeUndefined();
    await queue.add(
      where,
      ['bad', 'slow', 'next', 'last'].map((id) => ({ id, payload: id })),
    );
    expect(await queue.counts(where)).toEqual({ waiting: 4, active: 0, delayed: 0, failed: 0 });
    expect(Math.abs(Date.now() - ((await queue.oldest(where)) ?? 0))).toBeLessThan(5_000);
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await queue.consume(where, { concurrency: 1 }, async (_, { jobId }) => {
      if (jobId === 'bad') throw new IsthmusError('invalid-input', 'no');
      if (jobId === 'slow') await held;
      return null;
    });
    await waitFor('the slow one to be active', async () => {
      const { state } = (await stateOf(queue, where, 'slow')) ?? {};
      return state === 'active' ? true : undefined;
    });
    expect(await queue.counts(where)).toEqual({ waiting: 2, active: 1, delayed: 0, failed: 1 });
    goOn();
    await settled(queue, where, 'last');
    expect(await queue.counts(where)).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 1 });
  });

  test('a known id is not done again, whether it waits, has completed or has failed', async () => {
    const queue = await open();
    const where = freshName();
    const runs: string[] = [];
    await queue.add(where, [{ id: 'good', payload: 1 }]);
    await queue.add(where, [
      { id: 'good', payload: 2 },
      { id: 'bad', payload: 3 },
    ]);
    await queue.consume(where, { concurrency: 2 }, async (payload, { jobId }) => {
      runs.push(`${jobId}:${payload}`);
      if (jobId === 'bad') throw new IsthmusError('invalid-input', 'no');
      return null;
    });
    await settled(queue, where, 'good');
    await settled(queue, where, 'bad');
    await queue.add(where, [
      { id: 'good', payload: 4 },
      { id: 'bad', payload: 5 },
      { id: 'last', payload: 6 },
    ]);
    await settled(queue, where, 'last');
    expect(runs.sort()).toEqual(['bad:3', 'good:1', 'last:6']);
  });

  test('no more jobs run at once than asked for, and all of many are done', async () => {
    const queue = await open();
    const where = freshName();
    let active = 0;
    let most = 0;
    const ids = Array.from({ length: 60 }, (_, i) => `job-${i}`);
    await queue.add(
      where,
      ids.map((id) => ({ id, payload: id })),
    );
    await queue.consume(where, { concurrency: 3 }, async () => {
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => setTimeout(resolve, 5));
      active -= 1;
      return null;
    });
    await waitFor('all jobs', async () => {
      const states = await queue.states(where, ids);
      return [...states.values()].every(({ state }) => state === 'completed') ? true : undefined;
    });
    expect(most).toBe(3);
  });

  test('an error that is not retryable ends the job with its record', async () => {
    const queue = await open();
    const where = freshName();
    let runs = 0;
    await queue.consume(where, { concurrency: 1 }, async () => {
      runs += 1;
      throw new IsthmusError('context-overflow', 'too \u0000 long', { details: { tokens: 9_000 } });
    });
    await queue.add(where, [{ id: 'a', payload: null }]);
    expect(await settled(queue, where, 'a')).toEqual({
      state: 'failed',
      error: { code: 'context-overflow', message: 'too \u0000 long', isRetryable: false, details: { tokens: 9_000 } },
    });
    expect(runs).toBe(1);
  });

  test('an unknown error is internal and not tried again', async () => {
    const queue = await open();
    const where = freshName();
    await queue.consume(where, { concurrency: 1 }, () => Promise.reject(new TypeError('x is undefined')));
    await queue.add(where, [{ id: 'a', payload: null }]);
    expect(await settled(queue, where, 'a')).toEqual({
      state: 'failed',
      error: { code: 'internal', message: 'x is undefined', isRetryable: false },
    });
  });

  test('a retryable error is tried again, and announced only at the end', async () => {
    const queue = await open();
    const where = freshName();
    const announced: string[] = [];
    queue.onSettled((event) => announced.push(event.jobId));
    const attempts: number[] = [];
    await queue.consume(where, { concurrency: 1 }, async (_payload, { attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw new IsthmusError('provider-unavailable', '503');
      return 'third time lucky';
    });
    await queue.add(where, [{ id: 'a', payload: null }]);
    expect(await settled(queue, where, 'a')).toEqual({ state: 'completed', result: 'third time lucky' });
    expect(attempts).toEqual([1, 2, 3]);
    await waitFor('the announcement', async () => (announced.length > 0 ? true : undefined));
    expect(announced).toEqual(['a']);
  });

  test('a retryable error that stays ends the job with its record', async () => {
    const queue = await open();
    const where = freshName();
    await queue.consume(where, { concurrency: 1 }, () => Promise.reject(new IsthmusError('model-crashed', 'SIGABRT')));
    await queue.add(where, [{ id: 'a', payload: null }]);
    expect(await settled(queue, where, 'a')).toEqual({
      state: 'failed',
      error: { code: 'model-crashed', message: 'SIGABRT', isRetryable: true },
    });
  });

  test('a settled job is forgotten on request, and its id runs again', async () => {
    const queue = await open();
    const where = freshName();
    let runs = 0;
    await queue.add(where, [{ id: 'a', payload: null }]);
    await queue.remove(where, ['a', 'unknown']);
    expect(await stateOf(queue, where, 'a')).toEqual({ state: 'waiting' });
    await queue.consume(where, { concurrency: 1 }, async () => {
      runs += 1;
      if (runs === 1) throw new IsthmusError('invalid-input', 'no');
      return runs;
    });
    expect(await settled(queue, where, 'a')).toMatchObject({ state: 'failed' });
    await queue.remove(where, ['a']);
    expect(await stateOf(queue, where, 'a')).toEqual({ state: 'missing' });
    await queue.add(where, [{ id: 'a', payload: null }]);
    expect(await settled(queue, where, 'a')).toEqual({ state: 'completed', result: 2 });
  });

  test('payloads and results come through unchanged, whatever text they hold', async () => {
    const queue = await open();
    const where = freshName();
    const payloads = [null, 0, '', 'NUL \u0000 and half \ud800 a pair', { deep: [{ empty: {} }, '𝄞 ünïcode'] }, 'x'.repeat(200_000)];
    await queue.consume(where, { concurrency: 2 }, async (payload) => payload);
    await queue.add(
      where,
      payloads.map((payload, i) => ({ id: `job-${i}`, payload })),
    );
    for (const [i, payload] of payloads.entries()) {
      expect(await settled(queue, where, `job-${i}`)).toEqual({ state: 'completed', result: payload });
    }
  });

  test('bad ids and oversized payloads are refused, and nothing of the batch is added', async () => {
    const queue = await open();
    const where = freshName();
    for (const bad of [
      { id: 'a:b', payload: 1 },
      { id: '123', payload: 1 },
      { id: '', payload: 1 },
      { id: 'big', payload: 'x'.repeat(300_000) },
    ]) {
      await expect(queue.add(where, [{ id: 'fine', payload: 1 }, bad])).rejects.toMatchObject({ code: 'invalid-input' });
    }
    expect(await stateOf(queue, where, 'fine')).toEqual({ state: 'missing' });
  });

  test('jobs outlive the process that added them', async () => {
    const first = await open();
    const where = freshName();
    await first.add(where, [{ id: 'a', payload: 'kept' }]);
    await first[Symbol.asyncDispose]();
    const second = await open();
    expect(await stateOf(second, where, 'a')).toEqual({ state: 'waiting' });
    await second.consume(where, { concurrency: 1 }, async (payload) => payload);
    expect(await settled(second, where, 'a')).toEqual({ state: 'completed', result: 'kept' });
  });

  test('every settled job is announced to another process that follows the queue', async () => {
    const watcher = await open();
    const worker = await open();
    const where = freshName();
    const announced = new Set<string>();
    watcher.onSettled(({ jobId }) => announced.add(jobId));
    await watcher.states(where, ['any']);
    const ids = Array.from({ length: 40 }, (_, i) => `job-${i}`);
    await worker.consume(where, { concurrency: 4 }, async () => null);
    await worker.add(
      where,
      ids.map((id) => ({ id, payload: id })),
    );
    await waitFor('all announcements', async () => (announced.size === ids.length ? true : undefined));
  });
}
