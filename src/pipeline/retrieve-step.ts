import { sample } from '../domain/random.ts';
import type { RunSpec } from '../domain/run.ts';
import type { Selection, StepResult } from '../domain/step.ts';
import { findQuotes } from './find-quotes.ts';
import type { EngineDeps } from './session.ts';

/** Does a retrieval beside the database: a search through the run's retriever, the places of known texts, or a seeded panel of distinct texts. */
export async function retrieve(
  { corpusId, retriever }: Pick<RunSpec, 'corpusId' | 'retriever'>,
  selection: Selection,
  { registry, documents }: Pick<EngineDeps, 'registry' | 'documents'>,
): Promise<Extract<StepResult, { kind: 'retrieve' }>> {
  if (selection.type === 'search') {
    const found = await registry.create('retriever', retriever, { documents }).search({ corpusId, ...selection });
    return { kind: 'retrieve', chunks: found.chunks, statistics: found.statistics };
  }
  if (selection.type === 'quote') return findQuotes(selection.quotes, { corpusId, documents });
  const chunks = await documents.readChunks(corpusId);
  const distinct = [...new Map(chunks.map((chunk) => [chunk.text, chunk])).values()];
  const drawn = sample(distinct, selection.size, selection.seed);
  return {
    kind: 'retrieve',
    chunks: drawn.map(({ id, documentId }) => ({ chunkId: id, documentId, score: 0 })),
    statistics: { chunkCount: chunks.length, averageLength: 0, chunkFrequency: {} },
  };
}
