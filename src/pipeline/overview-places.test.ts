import { expect, it } from 'vitest';
import type { Corpus } from '../domain/document.ts';
import { openEngineBench } from '../testing/engine-bench.ts';
import { createReader, never } from '../testing/research.ts';
import { overviewOf } from './overview.ts';

const TEXT = 'Canals\n\nThe canal at Brackwater was opened in 1869.';

/** A document of two pages under one heading. */
const CORPUS: Corpus = {
  id: 'corpus',
  documents: [
    {
      id: 'document-1',
      uri: 'canal.pdf',
      title: 'Canals',
      text: TEXT,
      format: 'pdf',
      marks: [
        { start: 0, kind: 'page', label: '1' },
        { start: 0, kind: 'heading', label: 'Canals', level: 1 },
        { start: 8, kind: 'page', label: '2' },
      ],
    },
  ],
  chunks: [{ id: 'chunk-1', documentId: 'document-1', span: { start: 0, end: TEXT.length }, text: TEXT }],
};

it('says of a citation where in the original it stands', async () => {
  const bench = await openEngineBench({ models: { reader: createReader() }, corpus: CORPUS });
  const state = await bench.engine.advance(await bench.submit(), never());
  const { citations } = await overviewOf(state, bench.deps);
  expect(citations).toMatchObject([{ uri: 'canal.pdf', place: 'pp. 1–2, Canals', quote: expect.stringContaining('opened in 1869') }]);
});
