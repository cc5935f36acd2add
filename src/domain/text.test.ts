import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locateQuote, splitSentences, terms } from './text.ts';

const SEED = 20_251_221;
const pieces = fc.constantFrom(
  'A',
  'b',
  ' ',
  '  ',
  '\n',
  '\n\n',
  '.',
  '!',
  '?',
  '"',
  '”',
  '(',
  ')',
  '# ',
  '- ',
  '1. ',
  'Mr. ',
  'É',
  '河',
  '。',
  '😀',
  '\t',
  'İ',
  "'",
  '’',
);
const texts = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));

function sentences(text: string): string[] {
  return splitSentences(text).map(({ start, end }) => text.slice(start, end));
}

describe('splitSentences', () => {
  it('gives ordered, disjoint, trimmed spans that leave out white space only', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let before = 0;
        for (const { start, end } of splitSentences(text)) {
          expect(text.slice(before, start).trim()).toBe('');
          expect(end).toBeGreaterThan(start);
          expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
          before = end;
        }
        expect(text.slice(before).trim()).toBe('');
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it.each([
    ['It rained. Then it stopped! Did it? Yes.', ['It rained.', 'Then it stopped!', 'Did it?', 'Yes.']],
    ['He said "No." Then he left.', ['He said "No."', 'Then he left.']],
    ['It is 13.7 km long and cost 3.6 million.', ['It is 13.7 km long and cost 3.6 million.']],
    [
      'Dr. Vane met Mr. J. R. Lind at Mt. Tavish, e.g. Sundays. All came.',
      ['Dr. Vane met Mr. J. R. Lind at Mt. Tavish, e.g. Sundays.', 'All came.'],
    ],
    ['# Carrow Canal\nIt has locks', ['# Carrow Canal', 'It has locks']],
    ['Locks:\n- Wendle\n- Pell\n\nThe end', ['Locks:', '- Wendle', '- Pell', 'The end']],
    ['Drawn by J. R.\n\nNext part', ['Drawn by J. R.', 'Next part']],
    ['運河は開通した。長さは13キロ。', ['運河は開通した。', '長さは13キロ。']],
    ['Élan came. Été came.', ['Élan came.', 'Été came.']],
    ['', []],
    [' \n\t ', []],
  ])('cuts %j', (text, expected) => {
    expect(sentences(text)).toEqual(expected);
  });

  it.each(['J. ', 'word ', '. ', '"', '."', '\n', '\n \t', '# ', '# a\n', '. \n', '\n# - 1', 'e.g. A', '。'])(
    'takes linear time for many %j',
    (piece) => {
      const started = performance.now();
      splitSentences(piece.repeat(50_000));
      expect(performance.now() - started).toBeLessThan(2_000);
    },
  );
});

/** The forgiven differences, written down a second time. */
function folded(text: string): string {
  const quotes = text.replace(/[“”„«»]/g, '"').replace(/[‘’‚]/g, "'");
  const lowered = Array.from({ length: quotes.length }, (_unit, i) => {
    const lower = quotes.charAt(i).toLowerCase();
    return lower.length === 1 ? lower : quotes.charAt(i);
  });
  return lowered.join('').replace(/\s+/g, ' ');
}

describe('locateQuote', () => {
  it('finds every verbatim substring, at a span that reads the same', () => {
    fc.assert(
      fc.property(texts, fc.nat(40), fc.nat(40), (text, from, length) => {
        const quote = text.slice(from, from + length).trim();
        fc.pre(quote !== '');
        const span = locateQuote(text, quote);
        expect(span).toBeDefined();
        expect(folded(text.slice(span?.start, span?.end))).toBe(folded(quote));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('gives a span whose folded text is the folded quote, or none', () => {
    fc.assert(
      fc.property(texts, fc.array(pieces, { maxLength: 4 }), (text, parts) => {
        const quote = parts.join('');
        const span = locateQuote(text, quote);
        const isThere = folded(quote.trim()) !== '' && folded(text).includes(folded(quote.trim()));
        expect(span !== undefined).toBe(isThere);
        if (span !== undefined) expect(folded(text.slice(span.start, span.end))).toBe(folded(quote.trim()));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('forgives white space, letter case and quotation marks', () => {
    const text = 'The “great”\n  Canal';
    expect(locateQuote(text, 'the "GREAT" canal')).toEqual({ start: 0, end: text.length });
  });

  it.each(['the great-canal', 'The great canals', '', '  '])('forgives nothing else: %j', (quote) => {
    expect(locateQuote('The great canal', quote)).toBeUndefined();
  });
});

describe('terms', () => {
  it.each([
    ["The Thorsby's Trench, 13.7 km!", ['the', "thorsby's", 'trench', '13', '7', 'km']],
    ['don’t DON\u2019T', ["don't", "don't"]],
    ['cafe\u0301 caf\u00e9', ['caf\u00e9', 'caf\u00e9']],
    ['हिन्दी', ['हिन्दी']],
    ['— “…” —', []],
  ])('of %j', (text, expected) => {
    expect(terms(text)).toEqual(expected);
  });
});
