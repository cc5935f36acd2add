import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiKit, openApiKit } from '../../testing/api-kit.ts';
import { buildRunSpec, gathered } from '../../testing/build-run.ts';
import { convertJob } from '../convert-job.ts';
import { submitBody } from '../schemas-request.ts';

const URLS = ['https://a.test/1', 'https://a.test/2'];
const asked = { at: 5, purpose: 'page', url: URLS[0] ?? '', address: '192.0.2.1', status: 200, bytes: 10, durationMs: 3 } as const;

describe('a job over pages of the web', () => {
  let kit: ApiKit;
  beforeAll(async () => {
    kit = await openApiKit();
  });
  afterAll(() => kit[Symbol.asyncDispose]());

  it('is accepted, and understood', async () => {
    const body = { question: 'Why?', urls: URLS, web: { results: 3, queries: ['why so'] }, max_age_seconds: 60 };
    expect((await kit.call('/v1/research', { body })).status).toBe(202);
    expect(convertJob(submitBody.parse(body))).toEqual({
      question: 'Why?',
      urls: URLS,
      web: { results: 3, queries: ['why so'] },
      maxAgeMs: 60_000,
    });
    expect(convertJob(submitBody.parse({ question: 'Why?', web: {} }))).toEqual({ question: 'Why?', web: {} });
  });

  it.each([
    ['beside documents', { urls: URLS, documents: [{ uri: 'a', text: 'b' }] }, 'documents'],
    ['beside a corpus', { web: {}, corpus_id: 'corpus' }, 'documents'],
    ['of another scheme', { urls: ['ftp://a.test/'] }, 'urls.0'],
    ['of none', { urls: [] }, 'urls'],
    ['of too many', { urls: Array.from({ length: 101 }, () => URLS[0]) }, 'urls'],
    ['of too many results', { web: { results: 21 } }, 'web.results'],
    ['of an unknown wish', { web: { provider: 'mine' } }, 'web'],
    ['of an age without pages', { documents: [{ uri: 'a', text: 'b' }], max_age_seconds: 1 }, 'max_age_seconds'],
  ])('is refused %s', async (_, members, param) => {
    const { status, json } = await kit.call('/v1/research', { body: { question: 'Why?', ...members } });
    expect([status, json.error.code, json.error.param]).toEqual([400, 'invalid_input', param]);
  });

  it('tells what became of each page, and each request that was made', async () => {
    const spec = buildRunSpec({ tenant: 'local', corpusId: '', gather: { urls: URLS, ttlMs: 0 } });
    const events = [
      { type: 'run-created' as const, spec },
      { type: 'web-asked' as const, stepId: 'gather', egress: [{ ...asked, at: 1, refused: 'it took too long' }] },
      ...gathered('corpus-1', {
        sources: [
          { url: URLS[0] ?? '', from: 'url', documentId: 'd', title: 'One' },
          { url: URLS[1] ?? '', from: 'search', query: 'why', reason: 'it is gone', isTemporary: true },
        ],
        searches: [{ query: 'why', hits: 1 }],
        egress: [asked],
      }),
    ];
    await kit.service.runs.createRun({ id: 'gathering', tenant: 'local', question: spec.question, events });
    const { json } = await kit.call('/v1/research/gathering');
    expect(json.corpus_id).toBe('corpus-1');
    expect(json.gathered).toEqual({
      sources: [
        { url: URLS[0], from: 'url', query: null, document_id: 'd', title: 'One', reason: null },
        { url: URLS[1], from: 'search', query: 'why', document_id: null, title: null, reason: 'it is gone' },
      ],
      searches: [{ query: 'why', hits: 1, reason: null }],
      is_shared: false,
    });
    const egress = (await kit.call('/v1/research/gathering/egress')).json;
    expect(egress.data.map((record: { at_ms: number; refused: string | null }) => [record.at_ms, record.refused])).toEqual([
      [1, 'it took too long'],
      [5, null],
    ]);
    expect(egress.data[1]).toMatchObject({ purpose: 'page', url: URLS[0], address: '192.0.2.1', status: 200, bytes: 10, duration_ms: 3 });
  });

  it('shows the requests of a run to its tenant alone, and none of a run that was given its sources', async () => {
    const id = await kit.service.start('local');
    expect((await kit.call(`/v1/research/${id}/egress`)).json).toEqual({ object: 'list', data: [], is_shared: false });
    const foreign = await kit.service.start('another');
    expect((await kit.call(`/v1/research/${foreign}/egress`)).status).toBe(404);
  });
});
