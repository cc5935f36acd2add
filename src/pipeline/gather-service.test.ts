import { describe, expect, it } from 'vitest';
import { gatheringOf } from '../domain/run-gathering.ts';
import type { ResearchJob } from '../ports/research-service.ts';
import { OPENED, openGatherService, QUERY, SALT } from '../testing/gather-kit.ts';
import { CALLER, DOCUMENTS, ended } from '../testing/service-bench.ts';

const QUESTION = QUERY;

describe('a job over pages of the web', () => {
  it('is taken at once, gathers in the background, and its run is then listed with the corpus', async () => {
    await using bench = await openGatherService();
    const taken = await bench.service.submit(CALLER, { question: QUESTION, urls: [SALT], web: {}, effort: 'low' });
    expect([taken.status, taken.spec.corpusId]).toEqual(['queued', '']);
    const state = await ended(bench.service, taken.runId);
    expect([state.status, state.error]).toEqual(['completed', undefined]);
    expect(state.spec.gather?.search).toEqual({ queries: [QUESTION], results: 8, provider: 'scripted' });
    expect((await bench.service.summary(CALLER, taken.runId)).corpusId).toBe(state.spec.corpusId);
    const [documentId = ''] = gatheringOf(state)?.sources.flatMap((source) => source.documentId ?? []) ?? [];
    expect(await bench.service.document(CALLER, taken.runId, documentId)).toMatchObject({ uri: SALT });
    expect(bench.errors).toEqual([]);
  });

  it('is forked over the same corpus, without asking the web again; and gathers anew where the first has come to nothing', async () => {
    await using bench = await openGatherService();
    const { runId } = await bench.service.submit(CALLER, { question: QUESTION, urls: [SALT, OPENED], maxAgeMs: 0 });
    const first = await ended(bench.service, runId);
    const second = await ended(bench.service, (await bench.service.fork(CALLER, runId, { seed: 9 })).runId);
    expect([second.status, second.spec.corpusId, second.spec.gather]).toEqual(['completed', first.spec.corpusId, undefined]);
    expect(bench.web.asked.pages).toEqual([SALT, OPENED]);

    const lost = await bench.service.submit(CALLER, { question: QUESTION, urls: ['https://a.test/nowhere'], maxAgeMs: 7 });
    expect((await ended(bench.service, lost.runId)).status).toBe('failed');
    const fork = await bench.service.fork(CALLER, lost.runId, {});
    expect(fork.spec).toMatchObject({ corpusId: '', gather: { urls: ['https://a.test/nowhere'], ttlMs: 7 } });
  });

  it.each([
    ['with documents too', { urls: [SALT], documents: DOCUMENTS }],
    ['of no address', { urls: [] }],
    ['of a file', { urls: ['file:///etc/passwd'] }],
    ['of no address at all', { urls: ['canal'] }],
    ['with a password in an address', { urls: ['https://me:secret@a.test/'] }],
    ['of too many addresses', { urls: Array.from({ length: 101 }, (_, i) => `https://a.test/${i}`) }],
    ['of too many pages', { web: { results: 21 } }],
    ['of an empty search', { web: { queries: [' '] } }],
    ['of a negative age', { urls: [SALT], maxAgeMs: -1 }],
    ['of an age and nothing else', { maxAgeMs: 5, documents: DOCUMENTS }],
  ] as const satisfies readonly (readonly [string, Partial<ResearchJob>])[])(
    'is refused %s, before anything is journaled',
    async (_, job) => {
      await using bench = await openGatherService();
      const error = await bench.service.submit(CALLER, { question: QUESTION, ...job }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'invalid-input' });
      expect(String(error)).not.toContain('secret');
      expect(await bench.service.list(CALLER, { limit: 5 })).toEqual({ runs: [] });
      expect(bench.web.asked).toEqual({ searches: [], pages: [] });
    },
  );

  it('is refused a search where no provider is configured, and all of it where there is no door to the web', async () => {
    await using bench = await openGatherService({ provider: null });
    await expect(bench.service.submit(CALLER, { question: QUESTION, web: {} })).rejects.toMatchObject({ code: 'invalid-input' });
    const { web: _, ...deps } = bench.deps;
    const closed = bench.open({ ...deps, web: undefined } as never);
    await expect(closed.submit(CALLER, { question: QUESTION, urls: [SALT] })).rejects.toMatchObject({ code: 'capability-missing' });
  });
});
