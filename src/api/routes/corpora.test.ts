import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveKit, openLiveKit } from '../../testing/live-kit.ts';
import { waitFor } from '../../testing/wait-for.ts';

const LOCK = { uri: 'canal/lock.md', text: '# Locks\n\nThe lock gates at Brackwater were hung in 1869. They are of oak.' };
const SALT = { uri: 'salt.txt', text: 'Salt came down the canal by boat. The toll was two pence.' };
const BODY_BYTES = 64 * 1024;

let kit: LiveKit;
let mine: string;
let theirs: string;
beforeAll(async () => {
  kit = await openLiveKit({ limits: { bodyBytes: BODY_BYTES } });
  mine = await kit.key('mine');
  theirs = await kit.key('theirs');
}, 60_000);
afterAll(() => kit[Symbol.asyncDispose]());

const send = (name: string, documents: readonly object[], key = mine) =>
  kit.call(`/v1/corpora/${name}/documents`, { key, body: { documents } });
const search = (name: string, query: string, key = mine, limit = 10) =>
  kit.call(`/v1/corpora/${name}/search`, { key, body: { query, limit } });
const urisOf = (answer: { readonly json: { readonly data: readonly { readonly uri: string }[] } }) =>
  answer.json.data.map(({ uri }) => uri).sort();

describe('a named corpus', () => {
  it('is made by what is sent, and says what became of each', async () => {
    const first = await send('made', [LOCK, SALT, { uri: 'copy.txt', text: SALT.text }]);
    const { documents, corpus } = first.json;
    expect(documents.map((row: { change: string; duplicate_of: string | null }) => [row.change, row.duplicate_of])).toEqual([
      ['added', null],
      ['added', 'copy.txt'],
      ['added', null],
    ]);
    expect(corpus).toMatchObject({ name: 'made', documents: 2, bytes: Buffer.byteLength(LOCK.text + SALT.text) });
    expect(corpus.corpus_id).toMatch(/^[0-9a-f]{64}$/);

    const again = await send('made', [SALT]);
    expect(again.json.documents).toMatchObject([{ change: 'unchanged', document_id: documents[1].document_id }]);
    expect(again.json.corpus.corpus_id).toBe(corpus.corpus_id);

    const { json: list } = await kit.call('/v1/corpora', { key: mine });
    expect(list.data).toContainEqual(again.json.corpus);
    const { json: shown } = await kit.call('/v1/corpora/made', { key: mine });
    expect(shown.sources.data.map(({ uri, status, duplicate_of }: Record<string, unknown>) => [uri, status, duplicate_of])).toEqual([
      ['canal/lock.md', 'read', null],
      ['copy.txt', 'read', null],
      ['salt.txt', 'duplicate', 'copy.txt'],
    ]);
  });

  it('has another text under the same uri in the place of the first, and keeps all others', async () => {
    const { json: before } = await send('replaced', [LOCK, SALT]);
    const { json: after } = await send('replaced', [{ ...SALT, text: 'Pepper came by cart.' }]);
    expect(after.documents).toMatchObject([{ uri: 'salt.txt', change: 'changed' }]);
    expect(after.corpus).toMatchObject({ documents: 2 });
    expect(after.corpus.corpus_id).not.toBe(before.corpus.corpus_id);
    expect(urisOf(await search('replaced', 'salt toll'))).toEqual([]);
    expect(urisOf(await search('replaced', 'pepper cart'))).toEqual(['salt.txt']);
    expect(urisOf(await search('replaced', 'lock gates'))).toEqual(['canal/lock.md']);
  });

  it('is searched by words, phrases and conditions', async () => {
    await send('searched', [LOCK, SALT]);
    const all = await search('searched', 'canal boat lock gates');
    expect(urisOf(all)).toEqual(['canal/lock.md', 'salt.txt']);
    expect((await search('searched', 'canal boat lock gates', mine, 1)).json.data).toHaveLength(1);
    expect(urisOf(await search('searched', 'canal lock uri:canal/**'))).toEqual(['canal/lock.md']);
    expect(urisOf(await search('searched', 'boat "by boat"'))).toEqual(['salt.txt']);
    expect(urisOf(await search('searched', 'boat "boat by"'))).toEqual([]);
    expect(urisOf(await search('searched', 'lock title:salt'))).toEqual([]);
    const hit = (await search('searched', 'toll pence')).json.data[0];
    expect(hit).toMatchObject({ uri: 'salt.txt', span: { start: 0 }, place: null, snippet: SALT.text });
    expect(hit.score).toBeGreaterThan(0);
  });

  it('shows its sources in pages, each once', async () => {
    const documents = Array.from({ length: 7 }, (_, i) => ({ uri: `${i}.txt`, text: `The heron of the lake number ${i}.` }));
    await send('paged', documents);
    const seen: string[] = [];
    let path = '/v1/corpora/paged?limit=3';
    for (let page = 0; page < 3; page += 1) {
      const { sources } = (await kit.call(path, { key: mine })).json;
      seen.push(...sources.data.map(({ uri }: { uri: string }) => uri));
      expect(sources.has_more).toBe(page < 2);
      path = `/v1/corpora/paged?limit=3&after=${sources.next_cursor}`;
    }
    expect(seen).toEqual(documents.map(({ uri }) => uri));
    const bad = await kit.call('/v1/corpora/paged?after=7', { key: mine });
    expect([bad.status, bad.json.error.param]).toEqual([400, 'after']);
  });

  it('is read by a run, by its name and by the id of its version', async () => {
    const { json } = await send('Käse', [LOCK]);
    for (const corpusId of ['Käse', json.corpus.corpus_id]) {
      const body = { question: 'When were the lock gates hung?', corpus_id: corpusId };
      const started = await kit.call('/v1/research', { key: mine, body });
      expect([started.status, started.json.corpus_id]).toEqual([202, json.corpus.corpus_id]);
      const run = await waitFor('the end', async () => {
        const now = (await kit.call(`/v1/research/${started.json.id}`, { key: mine })).json;
        return now.status === 'completed' ? now : undefined;
      });
      expect(run.error).toBeNull();
    }
  });

  it('is refused to jobs once it is deleted, though they have been given it before', async () => {
    // Of its own: a version that another name or a run has too would stay.
    const { json } = await send('dropped', [{ uri: 'own.txt', text: 'Only here is it said that the weir leaks.' }]);
    const ask = (corpusId: string, isDry = true) =>
      kit.call('/v1/research', { key: mine, body: { question: 'Why?', corpus_id: corpusId, dry_run: isDry } });
    for (const id of ['dropped', json.corpus.corpus_id, json.corpus.corpus_id]) expect((await ask(id)).status).toBe(200);
    expect((await kit.call('/v1/corpora/dropped', { method: 'DELETE', key: mine })).status).toBe(204);
    for (const id of ['dropped', json.corpus.corpus_id]) {
      for (const isDry of [true, false]) {
        const { status, json: refused } = await ask(id, isDry);
        expect([status, refused.error?.code]).toEqual([404, 'not_found']);
      }
    }
    expect((await kit.call('/v1/corpora/dropped', { key: mine })).status).toBe(404);
    expect((await kit.call('/v1/corpora/dropped', { method: 'DELETE', key: mine })).status).toBe(404);
  });
});

describe('two tenants with corpora of one name', () => {
  it('see each their own, and nothing of the other', async () => {
    const own = await send('shared', [LOCK]);
    const foreign = await send('shared', [{ ...LOCK, uri: 'other.md' }, SALT], theirs);
    expect(foreign.json.documents[0].document_id).not.toBe(own.json.documents[0].document_id);
    expect(urisOf(await search('shared', 'lock gates'))).toEqual(['canal/lock.md']);
    expect(urisOf(await search('shared', 'lock gates', theirs))).toEqual(['other.md']);
    const foreignId = own.json.documents[0].document_id;
    const wrong = await kit.call(`/v1/corpora/shared/documents/${foreignId}`, { method: 'DELETE', key: theirs });
    expect([wrong.status, wrong.json.error.code]).toEqual([404, 'not_found']);
    const job = { question: 'Why?', corpus_id: own.json.corpus.corpus_id, dry_run: true };
    expect((await kit.call('/v1/research', { key: theirs, body: job })).status).toBe(404);
    expect((await kit.call('/v1/corpora/shared', { method: 'DELETE', key: theirs })).status).toBe(204);
    expect(urisOf(await search('shared', 'lock gates'))).toEqual(['canal/lock.md']);
  });

  it('are told of a foreign name word for word what they are told of none', async () => {
    await send('secret', [LOCK]);
    const calls = [
      ['GET', '', undefined],
      ['DELETE', '', undefined],
      ['POST', '/search', { query: 'lock' }],
      ['DELETE', `/documents/${'0'.repeat(64)}`, undefined],
    ] as const;
    for (const [method, rest, body] of calls) {
      const call = { method, key: theirs, ...(body === undefined ? {} : { body }) };
      const [foreign, none] = [await kit.call(`/v1/corpora/secret${rest}`, call), await kit.call(`/v1/corpora/nobody${rest}`, call)];
      expect([foreign.status, foreign.text.replace('secret', '')]).toEqual([404, none.text.replace('nobody', '')]);
    }
  });
});

describe('what is sent is refused', () => {
  it.each([
    ['with nothing', []],
    ['with an empty text', [{ uri: 'a', text: '  ' }]],
    ['with a uri twice', [SALT, SALT]],
    ['with a NUL', [{ uri: 'a', text: 'a\u0000b' }]],
    ['with an unknown member', [{ ...SALT, id: '1' }]],
  ])('%s', async (_, documents) => {
    const { status, json } = await send('refused', documents);
    expect([status, json.error.code]).toEqual([400, 'invalid_input']);
    expect((await kit.call('/v1/corpora/refused', { key: mine })).status).toBe(404);
  });

  it('with a body over the limit', async () => {
    const { status, json } = await send('large', [{ uri: 'a', text: 'a'.repeat(BODY_BYTES) }]);
    expect([status, json.error.code]).toEqual([413, 'body_too_large']);
  });

  it.each(['.hidden', 'a%20b', 'a'.repeat(65), '0'.repeat(64), 'a%2Fb'])('under the name %s', async (name) => {
    const sent = await send(name, [SALT]);
    expect([sent.status, sent.json.error.code]).toEqual([400, 'invalid_input']);
    const read = await kit.call(`/v1/corpora/${name}`, { key: mine });
    expect([read.status, read.json.error.code]).toEqual([404, 'not_found']);
  });

  it('with a key that may only read', async () => {
    const key = await kit.key('mine', { scopes: ['research:read'] });
    await send('readable', [SALT]);
    expect((await send('readable', [LOCK], key)).status).toBe(403);
    expect((await kit.call('/v1/corpora/readable', { method: 'DELETE', key })).status).toBe(403);
    expect(urisOf(await search('readable', 'salt', key))).toEqual(['salt.txt']);
  });
});
