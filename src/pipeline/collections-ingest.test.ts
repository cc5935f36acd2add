import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCollectionStore } from '../adapters/database/collection-store.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../adapters/database/open-store.ts';
import { createFileLoader } from '../adapters/sources/file-loader.ts';
import type { CollectionStore } from '../ports/collection-store.ts';
import type { ListedFile, SourceLoader } from '../ports/source-loader.ts';
import { plainProfile } from '../testing/builders.ts';
import { createScriptedModel } from '../testing/scripted-model.ts';
import { removeCollection, statusesOf, type Writer } from './collections.ts';
import { type IngestRequest, ingestCollection } from './collections-ingest.ts';

describe('a named corpus', () => {
  let store: EmbeddedStore;
  let collections: CollectionStore;
  let home: string;
  let counter = 0;
  let key: { tenant: string; name: string };
  let docs: string;
  const files = createFileLoader();

  beforeAll(async () => {
    store = await openEmbeddedStore();
    collections = createCollectionStore(store.database);
    home = await mkdtemp(join(tmpdir(), 'isthmus-collections-'));
  });
  afterAll(async () => {
    await files[Symbol.asyncDispose]();
    await store.close();
    await rm(home, { recursive: true, force: true });
  });
  beforeEach(async () => {
    key = { tenant: 'local', name: `corpus-${++counter}` };
    docs = join(home, key.name);
    await mkdir(join(docs, 'deep'), { recursive: true });
    // Texts of their own: a document is stored once for all corpora that hold it.
    await put('a.md', `Alpha ${key.name}. The canal opened in 1869.`);
    await put('b.md', `Beta ${key.name}. The bridge is long.`);
    await put('deep/c.txt', `Gamma ${key.name}. The heron nests.`);
  });

  const put = (name: string, text: string) => writeFile(join(docs, name), text);
  const readers = (contextTokens = 400) => [{ model: createScriptedModel({ contextTokens }), profile: plainProfile }];
  // Each look at the clock is two seconds later: every file is a batch of its own.
  let time = 0;
  const writer = (owner: string, isDead?: Writer['isDead']): Writer => ({
    owner,
    clock: {
      now: () => (time += 2_000),
      sleep: (_ms, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true })),
    },
    ...(isDead === undefined ? {} : { isDead }),
  });
  /** Notes which files are parsed. */
  const recording = (onRead: (file: ListedFile) => unknown = () => {}) => {
    const parsed: string[] = [];
    const loader: SourceLoader = {
      ...files,
      readFile: async (file, options) => {
        parsed.push(file.uri);
        await onRead(file);
        return files.readFile(file, options);
      },
    };
    return { parsed, loader };
  };
  const bring = async (change: Partial<IngestRequest> = {}, deps: { loader?: SourceLoader; writer?: Writer } = {}) => {
    const { parsed, loader } = recording();
    const request = { key, locations: [docs], readers: readers(), signal: new AbortController().signal, ...change };
    const summary = await ingestCollection(request, { collections, documents: store.documentStore, loader, writer: writer('me'), ...deps });
    return { summary, parsed };
  };
  const texts = async () => {
    const { corpusId = '' } = (await collections.find(key)) ?? {};
    return (await store.documentStore.readChunks(corpusId)).map(({ text }) => text.split(' ')[0]).sort();
  };

  it('reads a folder once, and then only what has changed', async () => {
    const first = await bring();
    expect(first.summary).toMatchObject({ documents: 3, added: ['a.md', 'b.md', 'deep/c.txt'], unchanged: 0, removed: [], isRecut: false });
    const second = await bring();
    expect(second.parsed).toEqual([]);
    expect(second.summary).toMatchObject({ documents: 3, added: [], unchanged: 3, corpusId: first.summary.corpusId });
    await put('b.md', `Delta ${key.name}. The bridge is longer.`);
    await rm(join(docs, 'deep/c.txt'));
    await put('new.md', `Epsilon ${key.name}.`);
    const third = await bring();
    expect(third.parsed).toEqual(['b.md', 'new.md']);
    expect(third.summary).toMatchObject({ documents: 3, added: ['new.md'], changed: ['b.md'], unchanged: 1, removed: ['deep/c.txt'] });
    expect(await texts()).toEqual(['Alpha', 'Delta', 'Epsilon']);
    expect(third.summary.corpusId).not.toBe(first.summary.corpusId);
  });

  it('looks at the bytes where size and time tell nothing, and parses only other bytes', async () => {
    await utimes(join(docs, 'a.md'), 1_000, 1_000);
    await bring();
    const text = `Omega ${key.name}. The canal opened in 1869.`;
    await put('a.md', text);
    await utimes(join(docs, 'a.md'), 1_000, 1_000);
    await utimes(join(docs, 'b.md'), 2_000, 2_000);
    const unseen = await bring();
    expect(unseen.parsed).toEqual([]);
    const seen = await bring({ check: true });
    expect(seen.parsed).toEqual(['a.md']);
    expect(seen.summary).toMatchObject({ changed: ['a.md'], unchanged: 2 });
    expect(await texts()).toContain('Omega');
  });

  it('keeps what is gone when it is told to, and what lies outside the folder read', async () => {
    await bring();
    await rm(join(docs, 'a.md'));
    expect((await bring({ keepMissing: true })).summary).toMatchObject({ documents: 3, removed: [] });
    expect((await bring({ locations: [join(docs, 'deep')] })).summary).toMatchObject({ documents: 3, removed: [] });
    expect((await bring()).summary).toMatchObject({ documents: 2, removed: ['a.md'] });
  });

  it('stores equal texts once, and keeps the other when the first goes', async () => {
    await put('copy.md', `Alpha ${key.name}. The canal opened in 1869.`);
    const { summary } = await bring();
    expect(summary).toMatchObject({ documents: 3, duplicates: [{ uri: 'copy.md', equals: 'a.md' }] });
    await rm(join(docs, 'a.md'));
    expect((await bring()).summary).toMatchObject({ documents: 3, removed: ['a.md'], duplicates: [] });
    expect(statusesOf(await collections.sources(key)).map(({ uri, status }) => [uri, status])).toContainEqual(['copy.md', 'read']);
    expect(await texts()).toContain('Alpha');
  });

  it('tells why something was not read, and does not try it again before it is something else', async () => {
    await put('empty.md', '   ');
    await put('nul.md', 'half a \0 text');
    await put('data.bin', 'x');
    const { summary } = await bring();
    expect(summary.notRead.map(({ uri }) => uri).sort()).toEqual(['data.bin', 'empty.md', 'nul.md']);
    expect(summary).toMatchObject({ documents: 3 });
    const again = await bring();
    expect(again.parsed).toEqual([]);
    expect(again.summary.notRead).toHaveLength(3);
    await put('empty.md', `Zeta ${key.name}.`);
    expect((await bring()).summary).toMatchObject({ documents: 4, added: ['empty.md'] });
  });

  it('cuts all again for models that take less, without reading', async () => {
    const first = await bring();
    const second = await bring({ readers: readers(90) });
    expect(second.parsed).toEqual([]);
    expect(second.summary).toMatchObject({ documents: 3, unchanged: 3, isRecut: true });
    expect(second.summary.corpusId).not.toBe(first.summary.corpusId);
    expect((await collections.find(key))?.sizes).toEqual(['scripted:20']);
  });

  it('goes on where a killed one has stopped, and refuses the dead one’s writes', async () => {
    let release = () => {};
    const never = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { parsed, loader } = recording(({ uri }) => (uri === 'deep/c.txt' ? never : undefined));
    const killed = bring({}, { loader, writer: writer('dead') }).catch((error: unknown) => error);
    await expect.poll(async () => (await collections.sources(key)).length).toBe(2);
    expect(parsed).toEqual(['a.md', 'b.md', 'deep/c.txt']);
    // While it may be alive, nobody else writes.
    await expect(bring()).rejects.toMatchObject({ code: 'conflict', isRetryable: true });
    const next = await bring({}, { writer: writer('me', (owner) => owner === 'dead'), loader: recording().loader });
    expect(next.summary).toMatchObject({ documents: 3, added: ['a.md', 'b.md', 'deep/c.txt'] });
    release();
    expect(await killed).toMatchObject({ code: 'conflict' });
    expect((await bring()).parsed).toEqual([]);
    expect(await texts()).toEqual(['Alpha', 'Beta', 'Gamma']);
  });

  it('keeps old versions only for the runs that have read them, and is removed with the rest', async () => {
    const corpusIds: string[] = [];
    for (const word of ['One', 'Two', 'Three']) {
      await put('a.md', `${word} ${key.name}.`);
      corpusIds.push((await bring()).summary.corpusId ?? '');
    }
    const has = () => Promise.all(corpusIds.map((id) => store.documentStore.hasCorpus(id)));
    expect(await has()).toEqual([false, true, true]);
    await removeCollection(key, { collections, documents: store.documentStore, writer: writer('me') });
    expect(await has()).toEqual([false, false, false]);
    expect(await collections.find(key)).toBeUndefined();
    expect(await collections.sources(key)).toEqual([]);
  });

  it('is named like a file, and not like a hash', async () => {
    for (const name of ['', 'a b', '../a', 'f'.repeat(64)])
      await expect(bring({ key: { ...key, name } })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
