import { describe, expect, it } from 'vitest';
import type { ResearchJob } from '../ports/research-service.ts';
import { createReader, expectConsistent, readerReply } from '../testing/research.ts';
import { CALLER, DOCUMENTS, ended, JOB, openServiceBench } from '../testing/service-bench.ts';
import { waitFor } from '../testing/wait-for.ts';

const OTHER = { tenant: 'other' };
const RANGE = { low: 1, expected: 2, high: 3 };
const ESTIMATE = { chunks: 5, calls: RANGE, tokens: RANGE, durationMs: RANGE, basis: 'a guess' };

describe('submitting a job', () => {
  it('returns a queued run at once and brings it to a report in the background', async () => {
    await using bench = await openServiceBench();
    const state = await bench.service.submit(CALLER, { ...JOB, metadata: { team: 'canals' } });
    expect(state).toMatchObject({ status: 'queued', sequence: 1 });
    const end = await ended(bench.service, state.runId);
    expect(end).toMatchObject({ status: 'completed', report: { status: 'answered', text: 'It was so [1].' } });
    expect(await bench.service.summary(CALLER, state.runId)).toMatchObject({ metadata: { team: 'canals' }, status: 'completed' });
    await expectConsistent(bench, end);
    expect(bench.errors).toEqual([]);
  });

  it('takes a corpus of an earlier run by its id, and that of nobody else', async () => {
    await using bench = await openServiceBench();
    const { spec, runId } = await bench.service.submit(CALLER, JOB);
    await ended(bench.service, runId);
    const job = { question: JOB.question, corpusId: spec.corpusId };
    const again = await ended(bench.service, (await bench.service.submit(CALLER, job)).runId);
    expect(again).toMatchObject({ status: 'completed', spec: { corpusId: spec.corpusId } });
    expect(again.ledger.filter(({ kind }) => kind !== 'cache')).toEqual([]);
    await expect(bench.service.submit(OTHER, job)).rejects.toMatchObject({ code: 'not-found' });
    await expect(bench.service.submit(CALLER, { ...job, corpusId: 'f00' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('shares no document between tenants, so that nobody is shown the address under which another has sent it', async () => {
    await using bench = await openServiceBench();
    const [text = ''] = DOCUMENTS.map((document) => document.text);
    const mine = await bench.service.submit(CALLER, { question: 'What came?', documents: [{ uri: 'secret/a.md', text }] });
    const theirs = await bench.service.submit(OTHER, { question: 'What came?', documents: [{ uri: 'b.md', text }] });
    expect(theirs.spec.corpusId).not.toBe(mine.spec.corpusId);
    const chunks = await bench.deps.documents.readChunks(theirs.spec.corpusId);
    const documents = await bench.deps.documents.findDocuments(chunks.map(({ documentId }) => documentId));
    expect([...documents.values()].map(({ uri }) => uri)).toEqual(['b.md']);
  });

  it.each([
    ['neither documents nor a corpus', { question: 'Why?' }],
    ['both', { ...JOB, corpusId: 'corpus' }],
    ['no documents', { question: 'Why?', documents: [] }],
    ['an empty document', { question: 'Why?', documents: [{ uri: 'a', text: ' \n' }] }],
    ['an empty question', { ...JOB, question: ' ' }],
  ] as const satisfies readonly (readonly [string, ResearchJob])[])('refuses %s before anything is journaled', async (_what, job) => {
    await using bench = await openServiceBench();
    await expect(bench.service.submit(CALLER, job)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await bench.service.list(CALLER, { limit: 5 })).toEqual({ runs: [] });
  });

  it('lays the choices of the job over those of the configuration', async () => {
    await using bench = await openServiceBench({ models: { reader: createReader(), second: createReader() } });
    const choices = { compressor: 'extractive', predictor: 'openai@second', scorer: null, seed: 9, limits: { tokens: 5_000 } } as const;
    const { spec } = await bench.service.submit(CALLER, { ...JOB, ...choices });
    expect(spec).toMatchObject({ compressor: { id: 'extractive', model: { name: 'reader' } }, predictor: { model: { name: 'second' } } });
    expect(spec).toMatchObject({ seed: 9, limits: { tokens: 5_000 }, tenant: CALLER.tenant });
    expect(spec).not.toHaveProperty('scorer');
    await expect(bench.service.submit(CALLER, { ...JOB, compressor: 'zip' })).rejects.toMatchObject({ code: 'unknown-plugin' });
    await expect(bench.service.submit(CALLER, { ...JOB, predictor: 'openai@/etc/passwd' })).rejects.toMatchObject({ code: 'not-found' });
    const open = bench.open({ estimate: async () => ESTIMATE });
    expect((await open.submit(CALLER, { ...JOB, effort: 'low' })).spec.estimate).toEqual(ESTIMATE);
    expect(await open.estimate(CALLER, JOB)).toEqual(ESTIMATE);
    const preset = await bench.service.submit(CALLER, { ...JOB, effort: 'low', limits: { tokens: 77 } });
    expect(preset.spec.limits).toMatchObject({ tokens: 77, calls: 50 });
  });
});

describe('an idempotency key', () => {
  it('makes one run of any number of submissions, also at once and in several processes', async () => {
    await using bench = await openServiceBench();
    const services = [bench.service, bench.open(), bench.open()];
    const submissions = services.flatMap((service) => [1, 2, 3].map(() => service.submit(CALLER, JOB, { idempotencyKey: 'k' })));
    const ids = new Set((await Promise.all(submissions)).map(({ runId }) => runId));
    expect(ids.size).toBe(1);
    expect((await bench.service.list(CALLER, { limit: 50 })).runs).toHaveLength(1);
    const [id = ''] = ids;
    await ended(bench.service, id);
    expect(await bench.service.submit(CALLER, structuredClone(JOB), { idempotencyKey: 'k' })).toMatchObject({
      runId: id,
      status: 'completed',
    });
  });

  it('refuses another job, and is nobody else’s', async () => {
    await using bench = await openServiceBench();
    const { runId } = await bench.service.submit(CALLER, JOB, { idempotencyKey: 'k' });
    const other = { ...JOB, question: 'Who paid for the lock at Brackwater?' };
    await expect(bench.service.submit(CALLER, other, { idempotencyKey: 'k' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(runId),
    });
    const reordered = Object.fromEntries(Object.entries(JOB).reverse()) as unknown as ResearchJob;
    expect(await bench.service.submit(CALLER, reordered, { idempotencyKey: 'k' })).toMatchObject({ runId });
    expect((await bench.service.submit(OTHER, other, { idempotencyKey: 'k' })).runId).not.toBe(runId);
  });

  it('of two different jobs at once accepts one', async () => {
    await using bench = await openServiceBench();
    const jobs = [JOB, { ...JOB, seed: 2 }];
    const results = await Promise.allSettled(jobs.map((job) => bench.service.submit(CALLER, job, { idempotencyKey: 'k' })));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('makes one fork, also at once and when its original is gone; what it has made asks for no admission', async () => {
    await using bench = await openServiceBench();
    const { runId } = await bench.service.submit(CALLER, JOB);
    await ended(bench.service, runId);
    const services = [bench.service, bench.open(), bench.open()];
    const changes = { compressor: 'head' };
    const forks = await Promise.all(services.map((service) => service.fork(CALLER, runId, changes, { idempotencyKey: 'f' })));
    const [id = ''] = new Set(forks.map((fork) => fork.runId));
    expect(forks.map((fork) => fork.runId)).toEqual(services.map(() => id));
    await ended(bench.service, id);
    await bench.service.remove(CALLER, runId);
    const refuse = () => Promise.reject(new Error('There is no room.'));
    const again = (options: object) => bench.service.fork(CALLER, runId, changes, { admit: refuse, ...options });
    expect(await again({ idempotencyKey: 'f' })).toMatchObject({ runId: id, status: 'completed' });
    await expect(again({})).rejects.toThrow('There is no room.');
    await expect(again({ idempotencyKey: 'g' })).rejects.toThrow('There is no room.');
    await expect(bench.service.submit(CALLER, JOB, { idempotencyKey: 'f' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(bench.service.fork(OTHER, id, changes, { idempotencyKey: 'f' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('another tenant', () => {
  it('finds no run that is not its own, whatever it asks', async () => {
    await using bench = await openServiceBench();
    const { service } = bench;
    const { runId } = await service.submit(CALLER, JOB);
    await ended(service, runId);
    const attempts: (() => Promise<unknown>)[] = [
      () => service.read(OTHER, runId),
      () => service.summary(OTHER, runId),
      () => service.cancel(OTHER, runId),
      () => service.fork(OTHER, runId, {}),
      () => service.remove(OTHER, runId),
      async () => {
        for await (const _event of service.events(OTHER, runId, { after: 0, signal: new AbortController().signal })) expect.unreachable();
      },
      () => service.list(OTHER, { limit: 5, after: runId }),
    ];
    const unknown = await Promise.all(
      attempts.map((attempt) =>
        attempt().then(
          () => 'found',
          (error: { code: string }) => error.code,
        ),
      ),
    );
    expect(unknown).toEqual(attempts.map(() => 'not-found'));
    expect(await service.list(OTHER, { limit: 5 })).toEqual({ runs: [] });
    expect(await service.read(CALLER, runId)).toMatchObject({ status: 'completed' });
  });
});

describe('listing', () => {
  it('goes page by page to the end, and filters', async () => {
    await using bench = await openServiceBench({}, { maxRuns: 0 });
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await bench.service.submit(CALLER, { ...JOB, question: `Question ${i}?` })).runId);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await bench.service.list(CALLER, { limit: 2, ...(after === undefined ? {} : { after }) });
      seen.push(...page.runs.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(ids);
    expect((await bench.service.list(CALLER, { limit: 9, search: 'question 3' })).runs.map(({ id }) => id)).toEqual([ids[1]]);
    expect(await bench.service.list(CALLER, { limit: 9, status: 'completed' })).toEqual({ runs: [] });
  });
});

describe('removing', () => {
  it('takes a run that is over, and its results stay of use', async () => {
    await using bench = await openServiceBench();
    const { runId, spec } = await bench.service.submit(CALLER, JOB, { idempotencyKey: 'k' });
    await ended(bench.service, runId);
    await bench.service.remove(CALLER, runId);
    await expect(bench.service.read(CALLER, runId)).rejects.toMatchObject({ code: 'not-found' });
    const again = await bench.service.submit(CALLER, { question: JOB.question, corpusId: spec.corpusId }, { idempotencyKey: 'k' });
    const end = await ended(bench.service, again.runId);
    expect(end.ledger.filter(({ kind }) => kind !== 'cache')).toEqual([]);
    expect(end.status).toBe('completed');
  });

  it('refuses a run that is not over', async () => {
    await using bench = await openServiceBench({}, { maxRuns: 0 });
    const { runId } = await bench.service.submit(CALLER, JOB);
    await expect(bench.service.remove(CALLER, runId)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a fork', () => {
  it('with another compressor shares the corpus and every step that is the same', async () => {
    await using bench = await openServiceBench();
    const original = await bench.service.submit(CALLER, { ...JOB, metadata: { team: 'canals' }, limits: { tokens: 90_000 } });
    await ended(bench.service, original.runId);
    const forked = await bench.service.fork(CALLER, original.runId, { compressor: 'head', metadata: { second: true } });
    const end = await ended(bench.service, forked.runId);
    expect(end).toMatchObject({ status: 'completed', spec: { ...original.spec, compressor: { id: 'head' } } });
    expect(await bench.service.summary(CALLER, forked.runId)).toMatchObject({ parent: original.runId, metadata: { second: true } });
    const paid = end.ledger.filter(({ kind }) => kind === 'call').map(({ role }) => role);
    expect(paid).not.toContain('plan');
    const search = [...end.steps.values()].filter(({ planned }) => planned.step.kind === 'retrieve' && planned.id.startsWith('search'));
    expect(search.map(({ outcome }) => outcome)).toEqual(search.map(() => expect.objectContaining({ isCached: true })));
  });

  it('without changes pays for nothing, and keeps limits and metadata', async () => {
    await using bench = await openServiceBench();
    const original = await bench.service.submit(CALLER, { ...JOB, metadata: { a: 1 }, limits: { tokens: 90_000 }, seed: 3 });
    await ended(bench.service, original.runId);
    const forked = await bench.service.fork(CALLER, original.runId, {});
    expect(forked.spec).toEqual(original.spec);
    const end = await ended(bench.service, forked.runId);
    expect(end.ledger.every(({ kind }) => kind === 'cache')).toBe(true);
    expect(await bench.service.summary(CALLER, forked.runId)).toMatchObject({ metadata: { a: 1 } });
    const wider = await bench.service.fork(CALLER, original.runId, { limits: { calls: 9 } });
    expect(wider.spec.limits).toEqual({ calls: 9 });
  });

  it('of a run that is still going waits for the same steps, and each is made once', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const model = createReader({ reply: (_request, prompt) => gate.then(() => readerReply(prompt)) });
    await using bench = await openServiceBench({ models: { reader: model } });
    const original = await bench.service.submit(CALLER, JOB);
    await waitFor('a call', async () => (model.calls.generate.length > 0 ? true : undefined));
    const forked = await bench.service.fork(CALLER, original.runId, {});
    release();
    const states = await Promise.all([original, forked].map(({ runId }) => ended(bench.service, runId)));
    expect(states.map(({ status }) => status)).toEqual(['completed', 'completed']);
    const prompts = model.calls.generate.map(({ prompt }) => JSON.stringify(prompt));
    expect(new Set(prompts).size).toBe(prompts.length);
  });
});
