import { sample } from '../domain/random.ts';
import type { Step, StepResult } from '../domain/step.ts';
import type { Session } from './session.ts';

/** Does a retrieval beside the database: a search through the run's retriever, or a seeded panel of distinct texts. */
export async function retrieve(session: Session, { selection }: Extract<Step, { kind: 'retrieve' }>): Promise<StepResult> {
  const { deps, state } = session;
  const { corpusId, retriever } = state.spec;
  if (selection.type === 'search') {
    const found = await deps.registry.create('retriever', retriever, { documents: deps.documents }).search({ corpusId, ...selection });
    return { kind: 'retrieve', chunks: found.chunks, statistics: found.statistics };
  }
  const chunks = await deps.documents.readChunks(corpusId);
  const distinct = [...new Map(chunks.map((chunk) => [chunk.text, chunk])).values()];
  const drawn = sample(distinct, selection.size, selection.seed);
  return {
    kind: 'retrieve',
    chunks: drawn.map(({ id, documentId }) => ({ chunkId: id, documentId, score: 0 })),
    statistics: { chunkCount: chunks.length, averageLength: 0, chunkFrequency: {} },
  };
}
