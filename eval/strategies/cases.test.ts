import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { goldOf, readArticles, readJoins } from './cases.ts';

const TEXT = 'The lock was built in 1869. Salt came by boat. In 1869 the canal at Brackwater was opened. Nobody paid.';

it('takes for gold the sentence nearest to the question among those that hold the answer', () => {
  expect(goldOf(TEXT, 'When was the canal at Brackwater opened?', ['1869'])).toEqual(['In 1869 the canal at Brackwater was opened.']);
  expect(goldOf(TEXT, 'When was the lock built?', ['1870', '1869'])).toEqual(['The lock was built in 1869.']);
});

it('has no gold where no sentence holds the answer', () => {
  expect(goldOf(TEXT, 'When was it closed?', ['1932'])).toEqual([]);
});

it('gives every article of the half a corpus of its own, or so many together, and asks the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-cases-'));
  const ids = Array.from({ length: 12 }, (_, i) => `article ${i}`);
  const lines = (rows: readonly object[]) => gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  try {
    await writeFile(join(folder, 'documents.jsonl.gz'), lines(ids.map((id) => ({ id, text: `${id}. ${TEXT}` }))));
    const questions = ids.map((document) => ({ id: `q ${document}`, document, question: 'When was the lock built?', answers: ['1869'] }));
    await writeFile(join(folder, 'questions.jsonl.gz'), lines(questions));
    const read = (half: 'dev' | 'test', pool: number) => readArticles({ folder, half, limit: 99, seed: 1, pool });
    const [dev, test, pooled] = [await read('dev', 1), await read('test', 1), await read('dev', 3)];
    expect([...dev, ...test].flatMap(({ cases }) => cases.map(({ document }) => document)).sort()).toEqual([...ids].sort());
    expect(dev.every(({ documents, cases }) => documents[0]?.id === cases[0]?.document && cases.length === 1)).toBe(true);
    expect(pooled.flatMap(({ cases }) => cases)).toEqual(dev.flatMap(({ cases }) => cases));
    expect(pooled.map(({ documents }) => documents.length)).toEqual(
      [3, 3, 3, 3].slice(0, pooled.length - 1).concat(((dev.length - 1) % 3) + 1),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('has 17 questions that two documents answer together', async () => {
  const [joins] = await readJoins([]);
  expect(joins?.cases.map(({ gold }) => gold.length)).toEqual(Array.from({ length: 17 }, () => 2));
});
