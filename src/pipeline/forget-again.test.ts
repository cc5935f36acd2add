import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCollectionStore } from '../adapters/database/collection-store.ts';
import { createDocumentTraces } from '../adapters/database/collection-traces.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../adapters/database/open-store.ts';
import { sha256 } from '../domain/json.ts';
import type { SourceLoader } from '../ports/source-loader.ts';
import { plainProfile } from '../testing/builders.ts';
import { dumpDatabase } from '../testing/dump-database.ts';
import { createMemoryJobQueue } from '../testing/memory-job-queue.ts';
import { createScriptedModel } from '../testing/scripted-model.ts';
import { realClock } from '../testing/service-bench.ts';
import type { Writer } from './collections.ts';
import { ingestCollection } from './collections-ingest.ts';
import { type ForgetDeps, forgetDocuments } from './forget.ts';

const KEY = { tenant: 'local', name: 'birds' };
const TEXTS = { 'secret.md': 'The heron of the quorvexil harbour.', 'open.md': 'The heron of the lake.' };

let store: EmbeddedStore;
beforeAll(async () => {
  store = await openEmbeddedStore();
});
afterAll(() => store.close());

const loader = {
  listFiles: async () => ({
    files: Object.keys(TEXTS).map((uri) => ({ uri, path: `/docs/${uri}`, size: 1, mtimeMs: 1 })),
    skipped: [],
  }),
  readFile: async ({ uri }) => {
    const text = TEXTS[uri as keyof typeof TEXTS];
    const id = await sha256(text);
    return { document: { id, uri, title: uri, text }, contentHash: id };
  },
} as Pick<SourceLoader, 'listFiles' | 'readFile'> as SourceLoader;

/** Fails at the n-th call of any method of any of the parts, and at all later ones: as a process does that is killed. */
function dying(deps: ForgetDeps, after: number): ForgetDeps {
  let calls = 0;
  const mortal = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (++calls > after) throw new Error('killed');
          return member.apply(target, args);
        };
      },
    });
  const { collections, traces, documents, runs, queue } = deps;
  return {
    ...deps,
    collections: mortal(collections),
    traces: mortal(traces),
    documents: mortal(documents),
    runs: mortal(runs),
    queue: mortal(queue),
  };
}

it('is finished by being called again, wherever it was killed', async () => {
  const collections = createCollectionStore(store.database);
  const writer = (owner: string): Writer => ({ owner, clock: realClock, isDead: () => true });
  const deps: ForgetDeps = {
    collections,
    traces: createDocumentTraces(store),
    documents: store.documentStore,
    runs: store.runStore,
    queue: createMemoryJobQueue(),
    writer: writer('second'),
    cancelRun: async () => {},
  };
  const readers = [{ model: createScriptedModel({ contextTokens: 400 }), profile: plainProfile }];
  const request = { key: KEY, selectors: ['secret.md'] };
  let kills = 0;
  for (let after = 0; ; after++) {
    const signal = new AbortController().signal;
    await ingestCollection({ key: KEY, locations: ['/docs'], readers, signal }, { ...deps, loader, writer: writer('ingest') });
    expect((await collections.find(KEY))?.documents).toBe(2);
    const isDone = await forgetDocuments(request, dying({ ...deps, writer: writer('first') }, after)).then(
      () => true,
      (error: Error) => {
        expect(error.message).toBe('killed');
        return false;
      },
    );
    if (isDone) break;
    kills += 1;
    // Killed after the last write, it has nothing left to name the document by; then it is gone already.
    await forgetDocuments(request, deps).catch((error: unknown) => expect(error).toMatchObject({ code: 'not-found' }));
    const dump = await dumpDatabase(store.pool);
    expect(
      [...dump].filter(([, rows]) => rows.includes('quorvexil')).map(([table]) => table),
      `killed after ${after} calls`,
    ).toEqual([]);
    expect((await collections.find(KEY))?.documents).toBe(1);
  }
  expect(kills).toBeGreaterThan(10);
});
