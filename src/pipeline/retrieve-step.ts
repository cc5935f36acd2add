import { sample } from '../domain/random.ts';
import type { PluginChoice, RunSpec } from '../domain/run.ts';
import type { Selection, StepResult } from '../domain/step.ts';
import { findHardNegatives, findNeighbours } from './find-neighbours.ts';
import { findQuotes } from './find-quotes.ts';
import type { Registry } from './registry.ts';
import type { EngineDeps } from './session.ts';

/** What a retriever requires, it requires of the embedding model. */
export function searchesByVectors({ id }: Pick<PluginChoice, 'id'>, registry: Registry): boolean {
  return registry.find('retriever', id).requires.includes('embed');
}

/**
 * Does a retrieval beside the database: a search through the run's retriever, what stands beside chunks or is easily taken for one, the
 * places of known texts, or a seeded panel of distinct texts.
 */
export async function retrieve(
  { corpusId, retriever: choice }: Pick<RunSpec, 'corpusId' | 'retriever'>,
  selection: Selection,
  { registry, documents, vectors }: Pick<EngineDeps, 'registry' | 'documents' | 'vectors'>,
): Promise<Extract<StepResult, { kind: 'retrieve' }>> {
  const retriever = () => registry.create('retriever', choice, vectors === undefined ? { documents } : { documents, vectors });
  switch (selection.type) {
    case 'search': {
      const { chunks, statistics } = await retriever().search({ corpusId, ...selection });
      return { kind: 'retrieve', chunks, statistics };
    }
    case 'quote':
      return findQuotes(selection.quotes, { corpusId, documents });
    case 'neighbours':
      return findNeighbours(selection, { corpusId, documents });
    case 'hard-negatives':
      return findHardNegatives(selection, { corpusId, documents, retriever: retriever() });
    case 'panel':
      return drawPanel(selection, { corpusId, documents });
  }
}

async function drawPanel(
  { size, seed }: Extract<Selection, { type: 'panel' }>,
  { corpusId, documents }: Pick<RunSpec, 'corpusId'> & Pick<EngineDeps, 'documents'>,
): Promise<Extract<StepResult, { kind: 'retrieve' }>> {
  const chunks = await documents.readChunks(corpusId);
  const distinct = [...new Map(chunks.map((chunk) => [chunk.text, chunk])).values()];
  const drawn = sample(distinct, size, seed);
  return {
    kind: 'retrieve',
    chunks: drawn.map(({ id, documentId }) => ({ chunkId: id, documentId, score: 0 })),
    statistics: { chunkCount: chunks.length, averageLength: 0, chunkFrequency: {} },
  };
}
