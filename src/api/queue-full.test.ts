import { expect, it } from 'vitest';
import { createAdmission } from '../pipeline/admission.ts';
import { openApiKit } from '../testing/api-kit.ts';
import { createMemoryJobQueue } from '../testing/memory-job-queue.ts';

const job = (question: string) => ({ question, documents: [{ uri: 'canal', text: 'The canal was opened in 1869.' }] });

it('a full queue is said with 429 and when to come back; what was taken in before is answered all the same', async () => {
  await using queue = createMemoryJobQueue();
  let now = Date.now();
  using admission = createAdmission({ queue, clock: { now: () => now }, maxQueued: 3, maxAgeMs: 3_600_000 });
  await using kit = await openApiKit({ admission });
  const submit = (question: string, key: string) => kit.call('/v1/research', { body: job(question), headers: { 'idempotency-key': key } });
  const first = await submit('When?', 'one');
  expect(first.status).toBe(202);
  // Nobody works on these.
  await queue.add(
    'compress',
    [1, 2, 3].map((i) => ({ id: `job-${i}`, payload: i })),
  );
  now += 1_000;
  const refused = await submit('Where?', 'two');
  expect([refused.status, refused.json.error.code, refused.json.error.type]).toEqual([429, 'queue_full', 'rate_limit_error']);
  expect(refused.headers.get('retry-after')).toBe('600');
  expect(refused.json.error.message).toMatch(/3 jobs wait, and 3 may/);
  const again = await submit('When?', 'one');
  expect([again.status, again.json.id]).toEqual([202, first.json.id]);
  // These do not queue.
  expect((await kit.call('/v1/compress', { body: { text: 'A canal.', question: 'What?' } })).status).toBe(200);
  expect((await kit.call('/v1/research', { body: { ...job('Why?'), dry_run: true } })).status).toBe(200);
  expect((await kit.call(`/v1/research/${first.json.id}/fork`, { body: {} })).status).toBe(429);
  await queue.cancel('compress', ['job-1']);
  now += 1_000;
  expect((await submit('Where?', 'two')).status).toBe(202);
});
