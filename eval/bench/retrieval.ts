import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bm25 } from '../../agents/retrievers/bm25.ts';
import { openEmbeddedStore, openPostgresStore } from '../../src/adapters/database/open-store.ts';
import { openTools } from '../../src/compose/compose.ts';
import { parseConfig } from '../../src/config.ts';
import { chunkLimitOf, cut } from '../../src/pipeline/ingest.ts';
import type { DocumentStore } from '../../src/ports/document-store.ts';
import type { Retriever } from '../../src/ports/retriever.ts';
import { startPostgres } from '../../src/testing/server-processes.ts';
import { contains } from '../metrics/answer-words.ts';
import { halfOf, readLongDocRows } from '../relevance/questions.ts';
import { syntheticCorpus } from './retrieval-material.ts';
import type { BenchRow } from './row.ts';

const LIMIT = 10;
const CHUNKS = { Postgres: 100_000, PGlite: 100_000 } as const;
const SEED = 5;

/** What is found of long articles (with `--data`), and how fast an index of 100,000 chunks is built and searched on both databases. */
export async function retrievalBench({ data }: { readonly data?: string | undefined }): Promise<BenchRow[]> {
  const rows = data === undefined ? [] : await recallRows(data);
  const postgres = await startPostgres();
  if (postgres !== null) {
    try {
      const store = await openPostgresStore({ url: postgres.url });
      rows.push(...(await speedRows('Postgres', store.documentStore)));
      await store.close();
    } finally {
      await postgres.stop();
    }
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'isthmus-retrieval-'));
  try {
    const store = await openEmbeddedStore({ dataDir });
    rows.push(...(await speedRows('PGlite', store.documentStore)));
    await store.close();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
  return rows;
}

/** A question is answered when one of the best ten chunks of the whole corpus is of its article and holds a gold string. */
async function recallRows(folder: string): Promise<BenchRow[]> {
  const { documents, rows } = await readLongDocRows(folder);
  await using tools = await openTools(parseConfig({}, 'bench'));
  const limit = await chunkLimitOf(await tools.models.open('nano'));
  const sources = documents.map(({ id, text }) => ({ id, uri: id, title: id, text }));
  const corpus = await cut(sources, [limit], { signal: new AbortController().signal });
  const store = await openEmbeddedStore();
  await store.documentStore.saveCorpus(corpus);
  const retriever = retrieverOf(store.documentStore);
  const texts = new Map(corpus.chunks.map(({ id, text }) => [id, text]));
  const hits = { dev: 0, test: 0 };
  const asked = { dev: 0, test: 0 };
  for (const { document, question, answers } of rows) {
    const { chunks } = await retriever.search({ corpusId: corpus.id, query: question, limit: LIMIT });
    const half = halfOf(document);
    asked[half]++;
    const own = chunks.filter(({ documentId }) => documentId === document).map(({ chunkId }) => texts.get(chunkId) ?? '');
    if (own.some((text) => answers.some((answer) => contains(text, answer)))) hits[half]++;
  }
  await store.close();
  const row = (name: string, value: number, atLeast: number): BenchRow => {
    return {
      name: `recall@10, ${name}, ${corpus.chunks.length} chunks`,
      value,
      unit: '',
      target: `at least ${atLeast}`,
      holds: value >= atLeast,
    };
  };
  return [
    row(`all ${rows.length} questions`, (hits.dev + hits.test) / rows.length, 0.9),
    row(`development half (${asked.dev})`, hits.dev / asked.dev, 0.92),
  ];
}

async function speedRows(name: keyof typeof CHUNKS, documents: DocumentStore): Promise<BenchRow[]> {
  const { corpus, questions } = syntheticCorpus(CHUNKS[name], SEED);
  const of = `${corpus.chunks.length.toLocaleString('en-US')} chunks, ${name}`;
  const start = performance.now();
  await documents.saveCorpus(corpus);
  const perSecond = corpus.chunks.length / ((performance.now() - start) / 1000);
  const retriever = retrieverOf(documents);
  const times: number[] = [];
  for (const query of questions) {
    const begun = performance.now();
    await retriever.search({ corpusId: corpus.id, query, limit: LIMIT });
    times.push(performance.now() - begun);
  }
  const quantile = (share: number) => [...times].sort((a, b) => a - b)[Math.floor(share * (times.length - 1))] ?? Number.NaN;
  const isServer = name === 'Postgres';
  const [least, most] = [2_000, 60];
  const first = { unit: 'ms', target: '', holds: null };
  return [
    {
      name: `build, ${of}`,
      value: perSecond,
      unit: 'chunks/s',
      target: isServer ? 'at least 2,000' : '',
      holds: isServer ? perSecond >= least : null,
    },
    { name: `query p50, ${of}`, value: quantile(0.5), ...first },
    {
      name: `query p95, ${of}`,
      value: quantile(0.95),
      unit: 'ms',
      target: isServer ? 'at most 60' : '',
      holds: isServer ? quantile(0.95) <= most : null,
    },
    { name: `query slowest of ${times.length}, ${of}`, value: quantile(1), ...first },
  ];
}

function retrieverOf(documents: DocumentStore): Retriever {
  return bm25.create(bm25.options.parse({}), { documents });
}
