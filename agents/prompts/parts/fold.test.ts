import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fold, unfold } from './fold.ts';

it.each([
  ['The  Canal\n\tof “Carrow” – 13’s', 'the canal of "carrow" - 13\'s'],
  [' \u00a0Cafe\u0301 ', 'café'],
  ['', ''],
])('%j is read as %j', (text, expected) => {
  expect(fold(text)).toBe(expected);
});

it('folds what is folded no further', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      // A few capitals decompose when they are lowered, and compose again.
      const once = fold(fold(text));
      expect(fold(once)).toBe(once);
    }),
    { seed: 5 },
  );
});

it('finds the words of a text again, whatever folding did to them', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9(.*+]{1,6}[a-z]$/);
  const space = fc.constantFrom(' ', '  ', '\n');
  fc.assert(
    fc.property(fc.array(fc.tuple(word, space), { minLength: 1, maxLength: 8 }), fc.nat(7), fc.nat(7), (parts, from, length) => {
      const text = parts.flat().join('').trim();
      const words = text.split(/\s+/).slice(from, from + length + 1);
      if (words.length === 0 || !/^[A-Za-z0-9]/.test(words[0] ?? '')) return;
      expect(fold(unfold(text, fold(words.join(' '))) ?? '')).toBe(fold(words.join(' ')));
    }),
    { seed: 6 },
  );
});

it('finds whole words only', () => {
  expect(unfold('in 1869', '18')).toBeUndefined();
  expect(unfold('In 1869.', '1869')).toBe('1869');
  expect(unfold('some – text', ' ')).toBeUndefined();
  expect(unfold('some – text', '-')).toBeUndefined();
});

it('passes over punctuation that the text does not have there, and keeps what it has', () => {
  expect(unfold('It cost $620,000 (50%) in 1869.', '$620,000')).toBe('$620,000');
  expect(unfold('It cost $620,000 (50%) in 1869.', '50%')).toBe('50%');
  expect(unfold('It cost $620,000 (50%) in 1869.', 'in 1869,')).toBe('in 1869');
});
