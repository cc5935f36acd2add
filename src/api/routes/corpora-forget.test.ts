import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveKit, openLiveKit } from '../../testing/live-kit.ts';
import { createHeldReader, DOCUMENTS } from '../../testing/service-bench.ts';
import { waitFor } from '../../testing/wait-for.ts';

const QUESTION = 'When was the canal at Brackwater opened?';
const OTHER = { uri: 'other.txt', text: 'The herons of the lake sleep standing.' };

interface Started {
  readonly id: string;
  readonly report: { readonly citations: readonly { readonly document_id: string }[] };
}

async function fill(kit: LiveKit, key: string, name: string): Promise<readonly { readonly uri: string; readonly document_id: string }[]> {
  const { status, json } = await kit.call(`/v1/corpora/${name}/documents`, { key, body: { documents: [...DOCUMENTS, OTHER] } });
  expect(status).toBe(200);
  return json.documents;
}

async function runOver(kit: LiveKit, key: string, name: string): Promise<Started> {
  const { json } = await kit.call('/v1/research', { key, body: { question: QUESTION, corpus_id: name } });
  return waitFor('the end of the run', async () => {
    const { json: now } = await kit.call(`/v1/research/${json.id}`, { key });
    return now.status === 'completed' ? now : undefined;
  });
}

describe('forgetting a document that a finished run quotes', () => {
  let kit: LiveKit;
  let key: string;
  beforeAll(async () => {
    kit = await openLiveKit();
    key = await kit.key('mine');
  }, 60_000);
  afterAll(() => kit[Symbol.asyncDispose]());

  it('takes it out of the corpus and names the run; with_runs then takes that too', async () => {
    await fill(kit, key, 'kept');
    const run = await runOver(kit, key, 'kept');
    const id = run.report.citations[0]?.document_id ?? '';
    const path = `/v1/corpora/kept/documents/${id}`;
    const { json: forgotten } = await kit.call(path, { method: 'DELETE', key });
    expect(forgotten).toMatchObject({ document_id: id, corpora: 1, deleted_runs: [], quoting_runs: [run.id] });
    expect(forgotten.uris).toHaveLength(1);
    expect(forgotten.step_results).toBeGreaterThan(0);
    const { sources } = (await kit.call('/v1/corpora/kept', { key })).json;
    expect(sources.data.map(({ uri }: { uri: string }) => uri)).not.toContain(forgotten.uris[0]);
    expect(sources.data).toHaveLength(DOCUMENTS.length);
    expect((await kit.call(`/v1/research/${run.id}/documents/${id}`, { key })).status).toBe(404);
    expect((await kit.call(`/v1/research/${run.id}`, { key })).status).toBe(200);

    const { json: rest } = await kit.call(`${path}?with_runs=true`, { method: 'DELETE', key });
    expect(rest).toMatchObject({ corpora: 0, deleted_runs: [run.id], quoting_runs: [] });
    expect((await kit.call(`/v1/research/${run.id}`, { key })).status).toBe(404);
    expect((await kit.call(path, { method: 'DELETE', key })).status).toBe(404);
  });

  it('refuses the version that held it to jobs from then on', async () => {
    const documents = await fill(kit, key, 'refused');
    const run = await runOver(kit, key, 'refused');
    const { json } = await kit.call('/v1/corpora/refused', { key });
    const ask = () => kit.call('/v1/research', { key, body: { question: 'Why?', corpus_id: json.corpus_id, dry_run: true } });
    expect((await ask()).status).toBe(200);
    const id = run.report.citations[0]?.document_id;
    await kit.call(`/v1/corpora/refused/documents/${id}?with_runs=true`, { method: 'DELETE', key });
    expect((await ask()).status).toBe(404);
    const left = documents.find(({ document_id }) => document_id !== id);
    const hits = await kit.call('/v1/corpora/refused/search', { key, body: { query: 'canal Brackwater herons lake' } });
    expect(hits.json.data.map((hit: { document_id: string }) => hit.document_id)).not.toContain(id);
    expect(left).toBeDefined();
  });

  it.each(['nothing', '0'.repeat(64)])('knows no document %s', async (id) => {
    await fill(kit, key, 'unknown');
    const { status, json } = await kit.call(`/v1/corpora/unknown/documents/${id}`, { method: 'DELETE', key });
    expect([status, json.error.code]).toEqual([404, 'not_found']);
    const bad = await kit.call(`/v1/corpora/unknown/documents/${id}?with_runs=1`, { method: 'DELETE', key });
    expect([bad.status, bad.json.error.param]).toEqual([400, 'with_runs']);
  });
});

it('a run at work is a conflict that names it, in words of the API', async () => {
  const { model, release, asked } = createHeldReader();
  await using kit = await openLiveKit({ model });
  const key = await kit.key('mine');
  const [document] = await fill(kit, key, 'live');
  const { json } = await kit.call('/v1/research', { key, body: { question: QUESTION, corpus_id: 'live' } });
  await asked();
  const path = `/v1/corpora/live/documents/${document?.document_id}`;
  const refused = await kit.call(path, { method: 'DELETE', key });
  expect([refused.status, refused.json.error.code]).toEqual([409, 'conflict']);
  expect(refused.json.error.message).toContain(json.id);
  expect(refused.json.error.message).not.toContain('--cancel');
  release();
  await waitFor('the end', async () =>
    (await kit.call(`/v1/research/${json.id}`, { key })).json.status === 'completed' ? true : undefined,
  );
  expect((await kit.call(path, { method: 'DELETE', key })).status).toBe(200);
}, 60_000);
