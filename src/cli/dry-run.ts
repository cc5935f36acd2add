import { openIsthmus, openTools } from '../compose/compose.ts';
import type { Config } from '../config.ts';
import type { Estimate } from '../domain/estimate.ts';
import { corpusDocuments } from '../pipeline/corpus-documents.ts';
import { estimateRun } from '../pipeline/estimate.ts';
import { readCorpus } from '../pipeline/ingest.ts';
import type { RunRequest } from '../pipeline/run-request.ts';
import { readersOf } from '../pipeline/submit.ts';
import { plural } from '../report/figures.ts';
import type { Io } from './io.ts';
import { renderEstimate } from './views/estimate-view.ts';

interface DryRun {
  readonly sources: { readonly docs: readonly string[] } | { readonly corpus: string };
  readonly json: boolean;
  readonly config: Config;
}

/** Reads and cuts the documents, stores nothing, and says what a run would take. */
export async function dryRun(request: RunRequest, { sources, json, config }: DryRun, io: Io): Promise<number> {
  if ('corpus' in sources) return dryRunOver(sources.corpus, { request, json, config }, io);
  await using tools = await openTools(config);
  const readers = await readersOf(request, tools);
  const { corpus, skipped } = await readCorpus({ locations: sources.docs, readers, signal: new AbortController().signal }, tools);
  for (const { uri, reason } of skipped) io.note(`skipped ${uri}: ${reason}`);
  const estimate = await estimateRun({ ...request, corpusId: corpus.id }, { ...tools, documents: corpusDocuments(corpus) });
  return show(estimate, { documents: corpus.documents.length, chunks: corpus.chunks.length, json }, io);
}

async function dryRunOver(
  name: string,
  { request, json, config }: Omit<DryRun, 'sources'> & { readonly request: RunRequest },
  io: Io,
): Promise<number> {
  await using isthmus = await openIsthmus(config, { queues: [], maxRuns: 0 });
  const key = { tenant: request.tenant, name };
  const estimate = await estimateRun({ ...request, corpusId: await isthmus.corpora.resolve(key) }, isthmus);
  const { documents, chunks } = (await isthmus.corpora.show(key)).collection;
  return show(estimate, { documents, chunks, json }, io);
}

function show(
  estimate: Estimate,
  { documents, chunks, json }: { readonly documents: number; readonly chunks: number; readonly json: boolean },
  io: Io,
): number {
  if (json) io.write(JSON.stringify(estimate, null, 2));
  else {
    io.write(`${plural(documents, 'document')}, ${plural(chunks, 'chunk')}. A run would take:`);
    io.write(renderEstimate(estimate, io.colors));
  }
  return 0;
}
