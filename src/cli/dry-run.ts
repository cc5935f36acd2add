import { openTools } from '../compose/compose.ts';
import type { Config } from '../config.ts';
import { corpusDocuments } from '../pipeline/corpus-documents.ts';
import { estimateRun } from '../pipeline/estimate.ts';
import { readCorpus } from '../pipeline/ingest.ts';
import type { RunRequest } from '../pipeline/run-request.ts';
import { readersOf } from '../pipeline/submit.ts';
import { plural } from '../report/figures.ts';
import type { Io } from './io.ts';
import { renderEstimate } from './views/estimate-view.ts';

/** Reads and cuts the documents, stores nothing, and says what a run would take. */
export async function dryRun(
  request: RunRequest,
  { docs, json, config }: { readonly docs: readonly string[]; readonly json: boolean; readonly config: Config },
  io: Io,
): Promise<number> {
  await using tools = await openTools(config);
  const readers = await readersOf(request, tools);
  const { corpus, skipped } = await readCorpus({ locations: docs, readers, signal: new AbortController().signal }, tools);
  for (const { uri, reason } of skipped) io.note(`skipped ${uri}: ${reason}`);
  const estimate = await estimateRun({ ...request, corpusId: corpus.id }, { ...tools, documents: corpusDocuments(corpus) });
  if (json) io.write(JSON.stringify(estimate, null, 2));
  else {
    io.write(`${plural(corpus.documents.length, 'document')}, ${plural(corpus.chunks.length, 'chunk')}. A run would take:`);
    io.write(renderEstimate(estimate, io.colors));
  }
  return 0;
}
