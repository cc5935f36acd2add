import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCollectionStore } from '../adapters/database/collection-store.ts';
import { createDocumentTraces } from '../adapters/database/collection-traces.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../adapters/database/open-store.ts';
import { createSourceReader } from '../adapters/sources/source-reader.ts';
import { describePlace, placeOf } from '../domain/place.ts';
import { plainProfile } from '../testing/builders.ts';
import { createMemoryJobQueue } from '../testing/memory-job-queue.ts';
import { createScriptedModel } from '../testing/scripted-model.ts';
import { realClock } from '../testing/service-bench.ts';
import { sendDocuments } from './collections-send.ts';
import { type ForgetDeps, forgetDocuments } from './forget.ts';

const HERON = { uri: 'heron.md', text: '# Birds\n\nThe heron of the harbour sleeps standing.' };
const CRANE = { uri: 'crane.txt', text: 'The crane of the harbour lifts coal.' };
const readers = [{ model: createScriptedModel({ contextTokens: 400 }), profile: plainProfile }];

let store: EmbeddedStore;
let deps: ForgetDeps;
beforeAll(async () => {
  store = await openEmbeddedStore();
  deps = {
    collections: createCollectionStore(store.database),
    traces: createDocumentTraces(store),
    documents: store.documentStore,
    runs: store.runStore,
    queue: createMemoryJobQueue(),
    writer: { owner: 'one', clock: realClock },
    cancelRun: async () => {},
  };
}, 60_000);
afterAll(() => store.close());

const send = (name: string, ...documents: readonly (typeof HERON)[]) =>
  sendDocuments({ key: { tenant: 'acme', name }, documents, readers }, deps);
const listed = async (name: string) => (await deps.collections.sources({ tenant: 'acme', name })).map(({ uri }) => uri);

it('finds headings in what is Markdown by its uri', async () => {
  await using reader = createSourceReader();
  const key = { tenant: 'acme', name: 'marked' };
  const sent = await sendDocuments(
    { key, documents: [HERON, { ...HERON, uri: 'heron.txt', text: `${HERON.text} ` }], readers },
    { ...deps, reader },
  );
  const stored = await deps.documents.findDocuments(sent.documents.map(({ documentId }) => documentId));
  const places = sent.documents.map(({ documentId }) => describePlace(placeOf(stored.get(documentId) ?? {}, { start: 12, end: 20 })));
  expect(places).toEqual(['Birds', undefined]);
});

describe('a text that a forget has deleted before it was stopped', () => {
  const stopped = async (name: string): Promise<void> => {
    await send(name, HERON, CRANE);
    const deleteSources = () => Promise.reject(new Error('stopped'));
    const request = { key: { tenant: 'acme', name }, selectors: [HERON.uri] };
    await expect(forgetDocuments(request, { ...deps, traces: { ...deps.traces, deleteSources } })).rejects.toThrow('stopped');
    expect(await listed(name)).toContain(HERON.uri);
  };

  it('keeps nobody from adding others, and is listed no more', async () => {
    await stopped('left');
    const { documents } = await send('left', { uri: 'gull.txt', text: 'The gull of the harbour steals fish.' });
    expect(documents).toMatchObject([{ change: 'added' }]);
    expect((await listed('left')).sort()).toEqual(['crane.txt', 'gull.txt']);
    expect((await deps.collections.find({ tenant: 'acme', name: 'left' }))?.documents).toBe(2);
  });

  it('is there again when it is sent again', async () => {
    await stopped('again');
    const { documents } = await send('again', HERON);
    expect(documents).toMatchObject([{ uri: HERON.uri, change: 'added' }]);
    expect((await deps.collections.find({ tenant: 'acme', name: 'again' }))?.documents).toBe(2);
  });
});
