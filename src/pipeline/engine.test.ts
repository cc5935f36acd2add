import { describe, expect, it } from 'vitest';
import { asRemote, BENCH_CORPUS, openEngineBench, startQuickWorkers } from '../testing/engine-bench.ts';
import { createMemoryJobQueue } from '../testing/memory-job-queue.ts';
import { createReader, expectConsistent, never, research } from '../testing/research.ts';

describe('a whole run', () => {
  it('goes from the question to a report whose quotes stand in the sources', async () => {
    const { bench, state } = await research();
    expect(state).toMatchObject({ status: 'completed', report: { status: 'answered', text: 'It was so [1].', dropped: [] } });
    const [citation] = state.report?.citations ?? [];
    expect(citation).toMatchObject({ number: 1, documentId: 'document-2', text: 'The canal at Brackwater was opened in 1869.' });
    const { text } = BENCH_CORPUS.documents[1] ?? { text: '' };
    expect(text.slice(citation?.span.start, citation?.span.end)).toBe(citation?.text);
    for (const score of state.scores.values()) expect(score).toMatchObject({ score: { contexts: 4 } });
    await expectConsistent(bench, state);
  });

  it('tells of its events in order, with the state that each one makes', async () => {
    await using bench = await openEngineBench({ models: { reader: createReader() } });
    const seen: number[] = [];
    const runId = await bench.submit();
    const state = await bench.engine.advance(runId, {
      ...never(),
      onEvent: ({ sequence }, { sequence: folded }) => {
        expect(folded).toBe(sequence);
        seen.push(sequence);
      },
    });
    expect(seen).toEqual(Array.from({ length: state.sequence - 1 }, (_, i) => i + 2));
  });

  it('evaluates each context once for all its summaries', async () => {
    const model = createReader();
    const { state } = await research({ models: { reader: model } });
    const contexts = new Set(model.calls.score.map(({ prompt }) => JSON.stringify(prompt)));
    expect(model.calls.score.length).toBe(contexts.size);
    const cells = [...state.steps.keys()].filter((id) => id.startsWith('score/'));
    expect(model.calls.score.flatMap(({ continuations }) => continuations).length).toBe(cells.length);
  });

  it('reads equal texts once, though two chunks hold them', async () => {
    const text = 'The canal at Brackwater was opened in 1869.';
    const documents = ['a', 'b'].map((id) => ({ id, uri: id, title: id, text }));
    const chunks = documents.map(({ id }) => ({ id: `chunk-${id}`, documentId: id, span: { start: 0, end: text.length }, text }));
    const model = createReader();
    const { state } = await research({ corpus: { id: 'twins', documents, chunks }, models: { reader: model } });
    expect(state.status).toBe('completed');
    expect(state.ledger.filter(({ role }) => role === 'compress')).toHaveLength(1);
    expect(model.calls.generate).toHaveLength(2);
    expect(state.report?.citations.map(({ documentId }) => documentId)).toEqual(['a', 'b']);
  });

  it('says not found when no chunk has to do with the question', async () => {
    const { state } = await research({}, { question: 'Zebra?' });
    expect(state).toMatchObject({ status: 'completed', report: { status: 'not-found', citations: [] } });
  });

  it('notices the end of jobs whose announcement was missed', async () => {
    const queue = createMemoryJobQueue();
    const { state } = await research({ deps: { queue: { ...queue, onSettled: () => () => {} } } });
    expect(state.status).toBe('completed');
  });

  it('is not found under another id', async () => {
    await using bench = await openEngineBench({ models: { reader: createReader() } });
    await expect(bench.engine.advance('run-9', never())).rejects.toMatchObject({ code: 'not-found' });
    await expect(bench.engine.read('run-9')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('waits for workers that come later than the work', async () => {
    await using bench = await openEngineBench({ models: { reader: createReader() }, concurrency: 0 });
    const advance = bench.engine.advance(await bench.submit(), never());
    await startQuickWorkers(bench.deps, 1);
    expect((await advance).status).toBe('completed');
  });
});

describe('what is paid for once', () => {
  it('a second identical run costs nothing, and says what it was spared', async () => {
    const table = { source: 'test', priceOf: () => ({ inputUsdPerToken: 0.001, outputUsdPerToken: 0.002 }) };
    const models = { reader: createReader(), writer: asRemote(createReader()) };
    const { bench, state: first } = await research({ models, pricing: { table, localUsdPerSecond: 1 } });
    const added: string[] = [];
    const add = bench.deps.queue.add;
    Object.assign(bench.deps.queue, {
      add: async (...args: Parameters<typeof add>) => added.push(...args[1].map(({ id }) => id)) && add(...args),
    });
    const second = await bench.engine.advance(await bench.submit(), never());
    expect(added).toEqual([]);
    expect(second.report).toEqual(first.report);
    expect(second.ledger.length).toBeGreaterThan(0);
    for (const entry of second.ledger) expect(entry).toMatchObject({ kind: 'cache', microUsd: 0, promptTokens: 0 });
    const paid = first.ledger.reduce((sum, { microUsd = 0 }) => sum + microUsd, 0);
    expect(paid).toBeGreaterThan(0);
    expect(second.ledger.reduce((sum, { avoidedMicroUsd = 0 }) => sum + avoidedMicroUsd, 0)).toBe(paid);
    await expectConsistent(bench, second);
  });

  it('another tenant pays for itself', async () => {
    const { bench } = await research();
    const { ledger } = await bench.engine.advance(await bench.submit({ tenant: 'other' }), never());
    expect(ledger.every(({ kind }) => kind === 'call')).toBe(true);
  });

  it('two runs at once share their steps: each result is stored once, both complete', async () => {
    await using bench = await openEngineBench({ models: { reader: createReader() } });
    const ids = await Promise.all([bench.submit(), bench.submit(), bench.submit()]);
    const states = await Promise.all(ids.map((id) => bench.engine.advance(id, never())));
    for (const state of states) {
      expect(state).toMatchObject({ status: 'completed', report: states[0]?.report });
      await expectConsistent(bench, state);
    }
    const paid = states.flatMap(({ ledger }) => ledger).filter(({ kind }) => kind === 'call');
    expect(new Set(paid.map(({ stepKey }) => stepKey)).size).toBe(paid.length);
  });
});
