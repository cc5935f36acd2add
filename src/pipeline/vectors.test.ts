import { describe, expect, it } from 'vitest';
import type { RunState } from '../domain/run.ts';
import type { VectorIndex } from '../ports/vector-index.ts';
import { BENCH_CORPUS, openEngineBench } from '../testing/engine-bench.ts';
import { createMemoryDocuments } from '../testing/memory-documents.ts';
import { createMemoryVectors } from '../testing/memory-vector-index.ts';
import { createReader } from '../testing/research.ts';
import { createScriptedEmbedding } from '../testing/scripted-embedding.ts';
import { estimateRun } from './estimate.ts';

const documents = createMemoryDocuments(BENCH_CORPUS);
const vectorsOf = (name: string): VectorIndex => createMemoryVectors({ model: createScriptedEmbedding({ name }), documents });

async function run(use: string, vectors?: VectorIndex): Promise<RunState> {
  const deps = vectors === undefined ? { documents } : { documents, vectors };
  await using bench = await openEngineBench({ models: { reader: createReader() }, deps });
  const id = await bench.submit({ plugins: { ...bench.request.plugins, retriever: { use, options: {} } } });
  return await bench.engine.advance(id, { signal: new AbortController().signal });
}

const keyOf = (state: RunState): string | undefined => state.steps.get('search/0')?.planned.stepKey;

describe('a run that searches by vectors', () => {
  it.each(['dense', 'hybrid'])('is answered through %s', async (use) => {
    const state = await run(use, vectorsOf('one'));
    expect(state.status).toBe('completed');
    const outcome = state.steps.get('search/0')?.outcome;
    const chunks = outcome?.status === 'done' && outcome.result.kind === 'retrieve' ? outcome.result.chunks : [];
    expect(chunks.map(({ chunkId }) => chunkId)).toContain('chunk-2');
  });

  it('has steps of its own for each embedding model, and BM25 the same with any or none', async () => {
    const [one, other, again] = [
      await run('dense', vectorsOf('one')),
      await run('dense', vectorsOf('other')),
      await run('dense', vectorsOf('one')),
    ];
    expect(keyOf(one)).toBe(keyOf(again));
    expect(keyOf(one)).not.toBe(keyOf(other));
    expect(keyOf(await run('bm25', vectorsOf('one')))).toBe(keyOf(await run('bm25')));
  });

  it.each(['dense', 'hybrid'])('is refused at once with %s where no embedding model is configured', async (use) => {
    await expect(run(use)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('`embedding`') });
  });

  it('is estimated without embedding anything', async () => {
    const model = createScriptedEmbedding();
    const vectors = createMemoryVectors({ model, documents });
    await using bench = await openEngineBench({ models: { reader: createReader() }, deps: { documents, vectors } });
    const request = { ...bench.request, plugins: { ...bench.request.plugins, retriever: { use: 'dense', options: {} } } };
    const estimate = await estimateRun(request, bench.deps);
    expect(estimate.calls.expected).toBeGreaterThan(0);
    expect(model.calls).toEqual([]);
  });
});
