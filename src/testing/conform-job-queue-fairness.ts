import { expect } from 'vitest';
import type { JobPriority } from '../domain/fair-share.ts';
import type { Job, JobQueue } from '../ports/job-queue.ts';
import type { JobQueueKit } from './job-queue-kit.ts';
import { waitFor } from './wait-for.ts';

function jobsOf(
  tenant: string,
  count: number,
  { priority, from = 0 }: { readonly priority?: JobPriority; readonly from?: number } = {},
): Job[] {
  const name = priority === undefined ? tenant : `${tenant}-${priority}`;
  return Array.from({ length: count }, (_, i) => ({
    id: `${name}-${from + i}`,
    payload: i,
    tenant,
    ...(priority === undefined ? {} : { priority }),
  }));
}

interface Working {
  readonly where: string;
  readonly isEnough: (done: readonly string[]) => boolean;
  /** In each job. */
  readonly meanwhile?: (jobId: string) => Promise<void>;
}

/** The ids of done jobs, in order, until `isEnough`; then nobody works any more. */
async function workUntil(queue: JobQueue, { where, isEnough, meanwhile = async () => {} }: Working): Promise<readonly string[]> {
  const done: string[] = [];
  const consumer = await queue.consume(where, { concurrency: 1 }, async (_, { jobId }) => {
    done.push(jobId);
    await meanwhile(jobId);
    return null;
  });
  await waitFor('enough jobs', async () => (isEnough(done) ? true : undefined), 60_000);
  await consumer.close({ drain: true });
  return done;
}

const ofTenant = (done: readonly string[], tenant: string) => done.filter((id) => id.startsWith(`${tenant}-`));

/** Tenants and priorities share a queue. */
export function fairnessCases({ test, open, freshName, stateOf }: JobQueueKit): void {
  test('ten jobs of one tenant do not wait for the thousand of another', async () => {
    const queue = await open();
    const where = freshName();
    await queue.add(where, jobsOf('a', 1_000));
    const done = await workUntil(queue, {
      where,
      isEnough: (all) => ofTenant(all, 'b').length === 10,
      meanwhile: async (jobId) => (jobId === 'a-19' ? queue.add(where, jobsOf('b', 10)) : undefined),
    });
    const joinedAt = done.indexOf('a-19') + 1;
    const meanwhile = done.slice(joinedAt, done.indexOf('b-9'));
    expect(ofTenant(meanwhile, 'a').length).toBeLessThan(0.15 * 980);
    // Each in the order in which it came, and the first of the newcomer among the next.
    expect(ofTenant(done, 'b')).toEqual(jobsOf('b', 10).map(({ id }) => id));
    expect(done.indexOf('b-0') - joinedAt).toBeLessThan(3);
  });

  test('who has few jobs does not keep coming first: the many go on', async () => {
    const queue = await open();
    const where = freshName();
    await queue.add(where, jobsOf('a', 50));
    await queue.add(where, jobsOf('b', 2));
    let added = 2;
    const done = await workUntil(queue, {
      where,
      isEnough: (all) => all.length >= 40,
      // One more for each that ends: b has never more than two waiting.
      meanwhile: async (jobId) => (jobId.startsWith('b-') && added < 60 ? queue.add(where, jobsOf('b', 1, { from: added++ })) : undefined),
    });
    expect(ofTenant(done.slice(0, 40), 'a').length).toBeGreaterThanOrEqual(15);
    expect(ofTenant(done.slice(0, 40), 'b').length).toBeGreaterThanOrEqual(15);
  });

  test('high goes before normal and normal before low, and low is not left out', async () => {
    const queue = await open();
    const where = freshName();
    for (const priority of ['low', 'normal', 'high'] as const) await queue.add(where, jobsOf('a', 40, { priority }));
    const done = await workUntil(queue, { where, isEnough: (all) => all.length === 120 });
    const last = (priority: JobPriority) => done.findLastIndex((id) => id.startsWith(`a-${priority}-`));
    expect(last('high')).toBeLessThan(last('normal'));
    expect(last('normal')).toBeLessThan(last('low'));
    expect(done.slice(0, last('high')).filter((id) => id.startsWith('a-low-')).length).toBeGreaterThan(0);
  });

  test('cancelled jobs do not put back those that their tenant adds after them', async () => {
    const queue = await open();
    const where = freshName();
    const many = jobsOf('a', 100);
    await queue.add(where, many);
    await queue.add(where, jobsOf('b', 20));
    await queue.cancel(
      where,
      many.map(({ id }) => id),
    );
    await queue.add(where, jobsOf('a', 5, { from: 100 }));
    const done = await workUntil(queue, { where, isEnough: (all) => all.length === 25 });
    expect(done.indexOf('a-104')).toBeLessThan(15);
  });

  test('the backlog tells how many wait, and since when', async () => {
    const queue = await open();
    const where = freshName();
    expect(await queue.backlog(where)).toEqual({ waiting: 0 });
    const before = Date.now();
    await queue.add(where, jobsOf('a', 3));
    const after = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await queue.add(where, jobsOf('b', 3, { priority: 'high' }));
    const { waiting, oldestAt } = await queue.backlog(where);
    expect(waiting).toBe(6);
    expect(oldestAt).toBeGreaterThanOrEqual(before);
    expect(oldestAt).toBeLessThanOrEqual(after);
    await queue.cancel(where, ['a-0', 'a-1', 'a-2']);
    expect(await stateOf(queue, where, 'a-0')).toEqual({ state: 'missing' });
    expect(await queue.backlog(where)).toMatchObject({ waiting: 3 });
    expect((await queue.backlog(where)).oldestAt).toBeGreaterThan(after);
  });
}
