import { expect, it } from 'vitest';
import { splitSentences } from '../../../src/domain/text.ts';
import { cutToSentences, MAX_SENTENCES } from './number-sentences.ts';

const sentences = (count: number) => Array.from({ length: count }, (_, i) => `${'Word '.repeat(1 + ((i * 7) % 5))}number ${i}.`).join(' ');

it('leaves sentences as they are while there are markers for them', () => {
  const text = sentences(MAX_SENTENCES);
  expect(cutToSentences(text)).toEqual(splitSentences(text));
});

it('joins the shortest neighbours where there are more, and leaves out nothing but white space', () => {
  const text = sentences(120);
  const spans = cutToSentences(text);
  expect(spans).toHaveLength(MAX_SENTENCES);
  expect(spans.map(({ start, end }) => text.slice(start, end)).join(' ')).toBe(text);
});

it('joins the shortest pair first', () => {
  const text = 'A long first sentence stands here. One. Two. Another long sentence.';
  expect(cutToSentences(text, 3).map(({ start, end }) => text.slice(start, end))).toEqual([
    'A long first sentence stands here.',
    'One. Two.',
    'Another long sentence.',
  ]);
  expect(cutToSentences(text, 0)).toEqual([{ start: 0, end: text.length }]);
  expect(cutToSentences('  ')).toEqual([]);
});
