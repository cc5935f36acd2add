import { describe, expect, it } from 'vitest';
import type { Chunk } from '../domain/document.ts';
import { drawContrasts, type RankNegatives, scoreOf } from './rank-negatives.ts';
import { indexWords } from './rank-words.ts';

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  canal: ['The canal was dug by hand.', 'Salt went up the canal.', 'Locks of the canal leak.', 'Salt went up the canal.'],
  mill: ['The mill ground corn.', 'The mill was dug out by hand.'],
  bridge: ['A bridge of stone.'],
};
const DOCUMENTS = Object.entries(TEXTS).map(([id, texts]) => ({ id, uri: `${id}.md`, title: id, text: texts.join('\n') }));
const CHUNKS = Object.entries(TEXTS).flatMap(([documentId, texts]) =>
  texts.map((text, i): Chunk => ({ id: `${documentId}-${i}`, documentId, span: { start: 0, end: text.length }, text })),
);
const byId = (id: string) => CHUNKS.find((chunk) => chunk.id === id) as Chunk;

function draw(negatives: RankNegatives, asked: readonly string[], { count = 2, seed = 1 } = {}) {
  const from = { documents: DOCUMENTS, chunks: CHUNKS, asked: asked.map(byId), words: indexWords(CHUNKS) };
  const { contexts, others } = drawContrasts(from, { negatives, count, seed });
  return { contexts, others: new Map([...others].map(([id, list]) => [id, list.map((chunk) => chunk.id)])) };
}

describe('the chunks that summaries are told from', () => {
  it('random: one panel for all, of as many documents as there are, never the own chunk', () => {
    const { contexts, others } = draw('random', ['canal-0', 'mill-0', 'canal-2']);
    expect(contexts).toBe(3);
    for (const [id, list] of others) {
      expect(list).toHaveLength(2);
      expect(list).not.toContain(id);
    }
    expect(new Set([...others.values()].flat()).size).toBeLessThanOrEqual(3);
  });

  it('random: fewer for all where there are not enough', () => {
    const { contexts, others } = draw('random', ['canal-0', 'mill-0'], { count: 15 });
    expect(contexts).toBe(CHUNKS.length);
    expect([...others.values()].map((list) => list.length)).toEqual([6, 6]);
  });

  it('same-document: others of the same document, drawn by the seed', () => {
    const { contexts, others } = draw('same-document', ['canal-0']);
    expect(contexts).toBe(3);
    const drawn = Array.from({ length: 20 }, (_, seed) => draw('same-document', ['canal-0'], { seed }).others.get('canal-0')?.join());
    expect(others.get('canal-0')).toEqual(draw('same-document', ['canal-0']).others.get('canal-0'));
    expect(new Set(drawn).size).toBeGreaterThan(1);
    for (const list of drawn) expect(list).toMatch(/^canal-[123],canal-[123]$/);
  });

  it('nearest: those with the most words in common, of any document, most first', () => {
    expect(draw('nearest', ['canal-0']).others.get('canal-0')?.[0]).toBe('mill-1');
    expect(draw('nearest', ['bridge-0'], { count: 1 }).others.get('bridge-0')).toEqual(['canal-2']);
  });

  it.each(['same-document', 'nearest'] as const)('%s: never a chunk of equal text, from which nothing can be told', (negatives) => {
    expect(draw(negatives, ['canal-1']).others.get('canal-1')).not.toContain('canal-3');
  });

  it('says which document has too few, and how to mend it', () => {
    expect(() => draw('same-document', ['canal-0', 'mill-1'])).toThrow(
      /^Expected 2 further chunks in each document .*--negatives same-document\), but mill\.md has 1\. Lower --contexts to 1, .* or use --negatives random\.$/,
    );
    expect(() => draw('same-document', ['bridge-0'], { count: 1 })).toThrow(/bridge\.md has 0\. Leave those documents out, or/);
    expect(() => draw('nearest', ['bridge-0'], { count: 5 })).toThrow(/Expected 5 chunks that share words .*bridge\.md has [1-4]\./);
  });

  it('make a contrast score when they are hard', () => {
    expect(scoreOf('random')).toBe('bits');
    expect(scoreOf('nearest')).toBe('contrast score');
    expect(scoreOf('same-document')).toBe('contrast score');
  });
});
