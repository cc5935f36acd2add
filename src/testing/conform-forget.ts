import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileLoader } from '../adapters/sources/file-loader.ts';
import { type Isthmus, openIsthmus } from '../compose/compose.ts';
import { type Config, resolveConfig } from '../config.ts';
import { ingest } from '../pipeline/ingest.ts';
import { overviewOf } from '../pipeline/overview.ts';
import type { RunRequest } from '../pipeline/run-request.ts';
import { readersOf, specify } from '../pipeline/submit.ts';
import { createScriptedModel } from './scripted-model.ts';
import { createScriptedTools } from './scripted-tools.ts';

/** Words that stand in one document only, and in no question. */
const CANARY = ['quorvexil', 'zanthrope', 'mibbledore'];
const SECRET = `The heron of the ${CANARY.join(' ')} nests at the harbour.`;
const QUESTION = 'Where does the heron nest?';
const KEY = { tenant: 'local', name: 'birds' };

export interface ForgetBench {
  readonly config: Partial<Config>;
  /** The store is open to one process at a time: the installation is closed while it is dumped. */
  readonly isExclusive?: boolean;
  /** Everything that is stored anywhere, one text a place: `table name` to all its rows. */
  dump(): Promise<ReadonlyMap<string, string>>;
  /** The files of the tables, by name, while the installation is closed. Absent: out of reach. */
  dataFiles?(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/** Deleting a document from an installation on real stores: what is left of its words, and where. */
export function conformForget(name: string, { open }: { readonly open: (home: string) => Promise<ForgetBench> }): void {
  describe(`forgetting on ${name}`, { timeout: 120_000 }, () => {
    let home: string;
    let docs: string;
    let bench: ForgetBench;
    let isthmus: Isthmus;

    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'isthmus-forget-'));
      docs = join(home, 'docs');
      await mkdir(docs);
      bench = await open(home);
      isthmus = await openAgain();
    }, 120_000);
    afterAll(async () => {
      await isthmus?.[Symbol.asyncDispose]();
      await bench?.close();
      await rm(home, { recursive: true, force: true });
    });

    const openAgain = () => openIsthmus({ ...config(home), ...bench.config }, { tools: tools(home) });
    const dump = async () => {
      if (bench.isExclusive !== true) return bench.dump();
      await isthmus[Symbol.asyncDispose]();
      const found = await bench.dump();
      isthmus = await openAgain();
      return found;
    };
    const fill = async () => {
      await writeFile(join(docs, 'secret.md'), SECRET);
      await writeFile(join(docs, 'open.md'), 'The heron nests in the reeds of the lake.');
      await writeFile(join(docs, 'other.md'), 'The heron was seen nesting on the old bridge.');
      return read();
    };
    const read = () => isthmus.corpora.ingest({ key: KEY, locations: [docs], signal: new AbortController().signal });
    const submit = async (corpusId: string) => isthmus.engine.submit(await specify({ ...request(isthmus), corpusId }, isthmus));
    const run = async (corpusId: string) => {
      const id = await submit(corpusId);
      const state = await isthmus.engine.advance(id, { signal: new AbortController().signal, onEvent: () => {} });
      expect(state.status).toBe('completed');
      return id;
    };
    const places = async () => placesOf(await dump());

    it('leaves nothing of it but what finished runs quote, and with them nothing', async () => {
      await fill();
      const named = await run(await isthmus.corpora.resolve(KEY));
      const locations = [join(docs, 'secret.md'), join(docs, 'open.md')];
      const readers = await readersOf(request(isthmus), isthmus);
      const { corpus } = await ingest({ locations, readers, signal: new AbortController().signal }, isthmus);
      const unnamed = await run(corpus.id);
      const before = await places();
      expect(before).toEqual(
        expect.arrayContaining(['isthmus.documents', 'isthmus.chunks', 'isthmus.segment_words', 'isthmus.steps', 'isthmus.run_events']),
      );
      expect(before.some((place) => /job|isthmus:/.test(place))).toBe(true);

      const forgotten = await isthmus.corpora.forget({ key: KEY, selectors: ['secret.md'] });
      expect(forgotten).toMatchObject({ documents: [{ uris: ['secret.md'] }], deletedRuns: [], heldByOthers: 0 });
      expect([...forgotten.quotingRuns].sort()).toEqual([named, unnamed].sort());
      expect(await places()).toEqual(['isthmus.run_events']);
      // The rest is there, and found, and what was made of it alone is kept.
      expect((await isthmus.corpora.search(KEY, 'heron', 10)).map(({ uri }) => uri).sort()).toEqual(['open.md', 'other.md']);
      expect((await dump()).get('isthmus.steps')).toContain('reeds');
      const overview = await overviewOf(await isthmus.engine.read(unnamed), isthmus);
      expect(overview.sources.map(({ uri }) => uri)).toContain('open.md');

      const [document] = forgotten.documents;
      const again = await isthmus.corpora.forget({ key: KEY, selectors: [document?.id ?? ''], withRuns: true });
      expect([...again.deletedRuns].sort()).toEqual([named, unnamed].sort());
      expect(await places()).toEqual([]);
      expect(await isthmus.corpora.forget({ key: KEY, selectors: [document?.id ?? ''], withRuns: true })).toMatchObject({
        deletedRuns: [],
      });
    });

    it('refuses while a run reads it, and names the run; or cancels it first', async () => {
      await fill();
      const live = await submit(await isthmus.corpora.resolve(KEY));
      await expect(isthmus.corpora.forget({ key: KEY, selectors: ['sec*'] })).rejects.toMatchObject({
        code: 'conflict',
        details: { runIds: [live] },
      });
      expect(await places()).toContain('isthmus.documents');
      const forgotten = await isthmus.corpora.forget({ key: KEY, selectors: ['sec*'], cancel: true, withRuns: true });
      expect(forgotten.cancelledRuns).toEqual([live]);
      expect(await places()).toEqual([]);
    });

    it('forgets the earlier texts of a source too, and whoever repeats it', async () => {
      await fill();
      await run(await isthmus.corpora.resolve(KEY));
      await writeFile(join(docs, 'secret.md'), 'Nothing of herons is left here.');
      await writeFile(join(docs, 'copy.md'), 'Nothing of herons is left here.');
      await read();
      expect(await places()).toContain('isthmus.documents');
      const forgotten = await isthmus.corpora.forget({ key: KEY, selectors: ['secret.md'], withRuns: true });
      expect(forgotten.documents.map(({ uris }) => [...uris].sort())).toEqual(
        expect.arrayContaining([['copy.md', 'secret.md'], ['secret.md']]),
      );
      expect(await places()).toEqual([]);
      expect((await isthmus.corpora.show(KEY)).sources.map(({ uri }) => uri).sort()).toEqual(['open.md', 'other.md']);
    });

    it('leaves nothing in data files once they are rewritten', async () => {
      await fill();
      await run(await isthmus.corpora.resolve(KEY));
      await isthmus.corpora.forget({ key: KEY, selectors: ['secret.md'], withRuns: true });
      await isthmus.corpora.scrub();
      expect(await places()).toEqual([]);
      if (bench.dataFiles === undefined) return;
      await isthmus[Symbol.asyncDispose]();
      const files = await bench.dataFiles();
      isthmus = await openAgain();
      expect(placesOf(files)).toEqual([]);
      // The other documents are where this one was looked for.
      expect([...files.values()].some((bytes) => bytes.includes('reeds of the lake'))).toBe(true);
    });

    it('knows no such document', async () => {
      await expect(isthmus.corpora.forget({ key: KEY, selectors: ['nowhere.md'] })).rejects.toMatchObject({ code: 'not-found' });
      await expect(isthmus.corpora.forget({ key: { ...KEY, name: 'none' }, selectors: ['a'] })).rejects.toMatchObject({
        code: 'not-found',
      });
    });
  });
}

const INPUT = {
  compressor: { use: 'abstractive', model: 'scripted' },
  planner: { use: 'single', model: 'scripted' },
  predictor: { use: 'local', model: 'scripted' },
  gate: { use: 'always' },
  scorer: 'scripted',
} as const;

function config(home: string): Config {
  return { ...resolveConfig(INPUT, home), dataDir: join(home, 'data') };
}

/** A model that repeats the last sentence it is shown about herons. */
function tools(home: string) {
  const reply = (_request: unknown, prompt: string) => `${/The heron[^.\n]*\./.exec(prompt)?.[0] ?? 'NONE'} [1]`;
  const model = createScriptedModel({ reply, contextTokens: 400 });
  return { ...createScriptedTools({ model, config: INPUT, cwd: home }), loader: createFileLoader() };
}

function request({ config: { strategy, planner, retriever, compressor, estimator, gate, predictor } }: Isthmus): RunRequest {
  return {
    question: QUESTION,
    tenant: 'local',
    corpusId: '',
    seed: 7,
    limits: {},
    allowUnpriced: true,
    plugins: { strategy, planner, retriever, compressor, estimator, gate, predictor },
    cascade: [],
    scorer: 'scripted',
  };
}

/** Where one of the words stands, as text or as bytes that are shown in hexadecimal. */
function placesOf(dump: ReadonlyMap<string, string>): string[] {
  const forms = CANARY.flatMap((word) => [word, Buffer.from(word).toString('hex')]);
  return [...dump].filter(([, text]) => forms.some((form) => text.toLowerCase().includes(form))).map(([place]) => place);
}
