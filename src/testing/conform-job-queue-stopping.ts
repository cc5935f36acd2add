import { expect } from 'vitest';
import { IsthmusError } from '../domain/errors.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { JobQueueKit } from './job-queue-kit.ts';
import { waitFor } from './wait-for.ts';

/** Cancelling jobs and closing consumers. */
export function stoppingCases({ test, open, freshName, stateOf, settled }: JobQueueKit): void {
  test('a waiting job that is cancelled is never done, and its id may be used again', async () => {
    const queue = await open();
    const where = freshName();
    await queue.add(where, [{ id: 'a', payload: 1 }]);
    await queue.cancel(where, ['a', 'unknown']);
    expect(await stateOf(queue, where, 'a')).toEqual({ state: 'missing' });
    const done: unknown[] = [];
    await queue.consume(where, { concurrency: 1 }, async (payload) => done.push(payload));
    await queue.add(where, [{ id: 'a', payload: 2 }]);
    await settled(queue, where, 'a');
    expect(done).toEqual([2]);
  });

  const cancelsActive = async (canceller: JobQueue, worker: JobQueue): Promise<void> => {
    const where = freshName();
    const aborted: unknown[] = [];
    let runs = 0;
    await worker.consume(where, { concurrency: 1 }, async (_payload, { signal }) => {
      runs += 1;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      aborted.push(signal.reason);
      throw new IsthmusError('provider-unavailable', 'what an aborted client may well throw');
    });
    await worker.add(where, [{ id: 'a', payload: null }]);
    await waitFor('the job to run', async () => (runs > 0 ? true : undefined));
    await canceller.cancel(where, ['a']);
    expect(await settled(canceller, where, 'a')).toMatchObject({ state: 'failed', error: { code: 'aborted', isRetryable: false } });
    expect(aborted).toEqual([expect.objectContaining({ code: 'aborted' })]);
    expect(runs).toBe(1);
  };
  test('an active job is told to stop when it is cancelled, and not tried again', async () => {
    const queue = await open();
    await cancelsActive(queue, queue);
  });
  test('an active job is told to stop by another process', async () => cancelsActive(await open(), await open()));

  test('a cancellation just when a job turns active is never missed', async () => {
    const queue = await open();
    const where = freshName();
    let completed = 0;
    await queue.consume(where, { concurrency: 4 }, async (_payload, { signal }) => {
      await waitFor('the abort', async () => (signal.aborted ? true : undefined));
      completed += signal.aborted ? 0 : 1;
      signal.throwIfAborted();
    });
    for (let i = 0; i < 20; i++) {
      const id = `job-${i}`;
      await queue.add(where, [{ id, payload: null }]);
      await new Promise((resolve) => setTimeout(resolve, i % 7));
      await queue.cancel(where, [id]);
      await waitFor(`job ${id} to end`, async () => {
        const state = await stateOf(queue, where, id);
        return state?.state === 'missing' || state?.state === 'failed' ? true : undefined;
      });
    }
    expect(completed).toBe(0);
  });

  test('closing a consumer aborts what it has in hand and hands it back', async () => {
    const queue = await open();
    const where = freshName();
    let started = 0;
    const consumer = await queue.consume(where, { concurrency: 2 }, async (_payload, { signal }) => {
      started += 1;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      throw signal.reason;
    });
    const ids = ['a', 'b', 'c'];
    await queue.add(
      where,
      ids.map((id) => ({ id, payload: id })),
    );
    await waitFor('two jobs to run', async () => (started === 2 ? true : undefined));
    await consumer.close();
    const states = await queue.states(where, ids);
    // Two attempts were cut off and may have been billed; the third job was never begun.
    expect([...states.values()]).toEqual([
      { state: 'waiting', lostAttempts: 1 },
      { state: 'waiting', lostAttempts: 1 },
      { state: 'waiting' },
    ]);
    const told: unknown[] = [];
    await queue.consume(where, { concurrency: 1 }, async (payload, { lostAttempts = 0 }) => {
      told.push([payload, lostAttempts]);
      return payload;
    });
    for (const id of ['a', 'b']) expect(await settled(queue, where, id)).toEqual({ state: 'completed', result: id, lostAttempts: 1 });
    expect(await settled(queue, where, 'c')).toEqual({ state: 'completed', result: 'c' });
    expect(told.sort()).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 0],
    ]);
  });

  test('closing with drain waits for what is in hand and takes nothing new', async () => {
    const queue = await open();
    const where = freshName();
    const done: unknown[] = [];
    let started = 0;
    const consumer = await queue.consume(where, { concurrency: 1 }, async (payload) => {
      started += 1;
      await new Promise((resolve) => setTimeout(resolve, 150));
      done.push(payload);
      return payload;
    });
    await queue.add(where, [
      { id: 'a', payload: 'a' },
      { id: 'b', payload: 'b' },
    ]);
    await waitFor('a job to run', async () => (started > 0 ? true : undefined));
    await consumer.close({ drain: true });
    expect(done).toEqual(['a']);
    expect(await stateOf(queue, where, 'a')).toEqual({ state: 'completed', result: 'a' });
    expect(await stateOf(queue, where, 'b')).toEqual({ state: 'waiting' });
  });

  test('a drain that takes too long can be ended: what is still in hand is handed back', async () => {
    const queue = await open();
    const where = freshName();
    let started = 0;
    const consumer = await queue.consume(where, { concurrency: 1 }, async (_payload, { signal }) => {
      started += 1;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      throw signal.reason;
    });
    await queue.add(where, [{ id: 'a', payload: 'a' }]);
    await waitFor('the job to run', async () => (started > 0 ? true : undefined));
    const drained = consumer.close({ drain: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await stateOf(queue, where, 'a')).toEqual({ state: 'active' });
    await consumer.close({ drain: false });
    await drained;
    expect(await stateOf(queue, where, 'a')).toEqual({ state: 'waiting', lostAttempts: 1 });
    await queue.consume(where, { concurrency: 1 }, async (payload) => payload);
    expect(await settled(queue, where, 'a')).toMatchObject({ state: 'completed', result: 'a' });
  });
}
