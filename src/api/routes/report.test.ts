import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiKit, FINISHED_RUN, openApiKit } from '../../testing/api-kit.ts';

let kit: ApiKit;
let id: string;
beforeAll(async () => {
  kit = await openApiKit();
  id = await kit.service.start('local', 'How tall is <it> [really]?');
  await kit.service.append(id, ...FINISHED_RUN);
});
afterAll(() => kit[Symbol.asyncDispose]());

describe('GET /v1/research/{id}/report', () => {
  it('is JSON unless Markdown is asked for first', async () => {
    const report = (headers: Record<string, string>, query = '') => kit.call(`/v1/research/${id}/report${query}`, { headers });
    const kinds = await Promise.all([
      report({}),
      report({ accept: 'application/json, text/markdown' }),
      report({ accept: 'text/markdown;q=0.9, application/json' }),
      report({ accept: 'application/json' }, '?format=markdown'),
      report({ accept: 'text/markdown' }, '?format=json'),
    ]);
    const markdown = 'text/markdown; charset=utf-8';
    expect(kinds.map(({ headers }) => headers.get('content-type'))).toEqual([
      'application/json',
      'application/json',
      markdown,
      markdown,
      'application/json',
    ]);
  });

  it('has the answer, the words it rests on, the sources, and the bill', async () => {
    const { json } = await kit.call(`/v1/research/${id}/report`);
    expect(json).toMatchObject({
      object: 'research.report',
      answer: { text: 'It is twelve metres tall [1].' },
      citations: [{ number: 1, uri: 'a.md', quote: 'twelve metres' }],
      sources: [{ kept: true, information: { bits: 1.44 } }],
      ledger: { total: { calls: 1 }, rows: [{ role: 'compress' }] },
      baselines: [{ id: 'raw', micro_usd: null }],
    });
  });

  it('reads well, and foreign names are no markup', async () => {
    const { text } = await kit.call(`/v1/research/${id}/report?format=markdown`);
    expect(text).toContain('# How tall is \\<it\\> \\[really\\]?');
    expect(text).toContain('It is twelve metres tall [1].');
    expect(text).toContain('[1] A \\<b\\>, a.md, characters 4–20\n\n> twelve metres');
    expect(text).toContain('1 model calls, 100 prompt tokens, 30 output tokens, not all of it has a price.');
  });

  it('is refused in other formats, before the end, and where there is none', async () => {
    const live = await kit.service.start('local');
    const cancelled = await kit.service.start('local');
    await kit.service.append(cancelled, { type: 'run-cancelled' });
    const answers = await Promise.all([
      kit.call(`/v1/research/${id}/report`, { headers: { accept: 'application/pdf' } }),
      kit.call(`/v1/research/${id}/report?format=pdf`),
      kit.call(`/v1/research/${live}/report`),
      kit.call(`/v1/research/${cancelled}/report`),
    ]);
    expect(answers.map(({ status, json }) => [status, json.error.code])).toEqual([
      [406, 'not_acceptable'],
      [400, 'invalid_input'],
      [409, 'report_not_ready'],
      [404, 'not_found'],
    ]);
  });
});
