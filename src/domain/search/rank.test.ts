import { describe, expect, it } from 'vitest';
import { bm25 } from '../bm25.ts';
import type { QueryWord } from './analyser.ts';
import { PostingsWriter } from './postings.ts';
import { rankPositions } from './rank.ts';

const TEXTS = ['the lock', 'the the quay', 'the lock lock', 'the salt'];
const REMOVED = 0;
const LEFT = TEXTS.filter((_, at) => at !== REMOVED);

const word = (term: string, isStop = false): QueryWord => ({ term, forms: [term], isStop });

function postingsOf(term: string): Uint8Array {
  const writer = new PostingsWriter();
  for (const [position, text] of TEXTS.entries()) {
    const count = text.split(' ').filter((each) => each === term).length;
    if (count > 0) writer.add(position, count);
  }
  return writer.finish();
}

function rank(words: readonly QueryWord[], change: { readonly depth?: number; readonly allowed?: ReadonlySet<number> } = {}) {
  const segment = {
    lengths: Uint32Array.from(TEXTS, (text) => text.split(' ').length),
    documents: Uint32Array.from(TEXTS.keys()),
    removed: new Set([REMOVED]),
    offset: 10,
  };
  const postings = [new Map(words.map(({ term }) => [term, postingsOf(term)]))];
  return rankPositions({ k1: 1.2, b: 0.75, documentWeight: 0, depth: 9, segments: [segment], words, postings, frequencies: [], ...change });
}

describe('ranking a corpus that has lost a chunk', () => {
  it('counts and scores as if the chunk had never been', () => {
    const { ranked, statistics } = rank([word('lock'), word('quay')]);
    expect(statistics).toEqual({ chunkCount: 3, averageLength: 8 / 3, chunkFrequency: { lock: 1, quay: 1 } });
    const score = (text: string) => bm25('lock quay', text, statistics);
    expect(ranked.map(({ position }) => position)).toEqual([12, 11]);
    for (const { position, score: found } of ranked) expect(found).toBeCloseTo(score(TEXTS[position - 10] ?? ''), 10);
    expect(LEFT.filter((text) => score(text) > 0).length).toBe(ranked.length);
  });

  it('gives a function word no weight, and tells in how many chunks it stands', () => {
    const { ranked, statistics } = rank([word('the', true), word('salt')]);
    expect(ranked.map(({ position }) => position)).toEqual([13]);
    expect(statistics.chunkFrequency).toEqual({ the: 3, salt: 1 });
  });

  it('keeps to what is allowed, and to the depth', () => {
    expect(rank([word('the')], { allowed: new Set([11, 13]) }).ranked.map(({ position }) => position)).toEqual([11, 13]);
    expect(rank([word('the')], { depth: 1 }).ranked.map(({ position }) => position)).toEqual([11]);
  });
});
