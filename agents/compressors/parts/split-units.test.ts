import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mentionsOf } from '../../../src/testing/compressor-rates.ts';
import { createScriptedModel } from '../../../src/testing/scripted-model.ts';
import { alignTokens } from './align-tokens.ts';
import { readText, targetOf } from './compressible.ts';
import { findMentions } from './find-mentions.ts';
import { splitUnits } from './split-units.ts';

const slices = (text: string) => splitUnits(text).map(({ start, end }) => text.slice(start, end));
const mentions = (text: string) => findMentions(text).map(({ start, end }) => text.slice(start, end));

it.each([
  ['all rose 2.5 million km in 1869.', ['2.5 million km', '1869']],
  ['on Sept. 17, 1869 and on 17 September 1869', ['Sept. 17, 1869', '17 September 1869']],
  ['by Edmund Thorsby of the Carrow', ['Edmund Thorsby', 'Carrow']],
  ['the Battle of Hastings, J. R. Moss and Ludwig van der Rohe', ['Battle of Hastings', 'J. R. Moss', 'Ludwig van der Rohe']],
  ['the Carrow\nCanal was', ['Carrow\nCanal']],
  ['$5 or 5 per cent', ['$5', '5 per cent']],
])('finds what is to be kept whole in %j', (text, expected) => {
  expect(mentions(text)).toEqual(expected);
});

it('does not hold a heading in capitals together, nor a row of figures', () => {
  expect(slices('THIS IS A HEADING IN CAPITAL LETTERS OF TEN WORDS').length).toBeGreaterThan(8);
  expect(slices(Array.from({ length: 40 }, (_, i) => 100 + i).join(' ')).length).toBe(40);
});

describe('units', () => {
  const piece = fc.constantFrom(
    ...[
      'Carrow',
      'Canal',
      'of',
      '17',
      'September',
      '1869',
      '2,500',
      'km',
      'the',
      '(old)',
      '5%',
      '.',
      ',',
      '\n',
      '\n\n',
      '# ',
      'x'.repeat(80),
      '運河',
      '€',
      '-',
    ],
  );
  const textOf = (maxLength: number) =>
    fc.array(fc.tuple(piece, fc.constantFrom(' ', ' ', ' ', '')), { maxLength }).map((parts) => parts.flat().join(''));
  const [text, few] = [textOf(40), textOf(8)];

  it('are ordered and disjoint, leave out white space only, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'grapheme', maxLength: 200 })), (source) => {
        const units = splitUnits(source);
        expect(units.map(({ start, end }) => source.slice(start, end)).join('')).toHaveLength(
          units.reduce((sum, { start, end }) => sum + end - start, 0),
        );
        let before = 0;
        for (const { start, end } of [...units, { start: source.length, end: source.length }]) {
          expect(source.slice(before, start).trim()).toBe('');
          before = end;
        }
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it('hold every mention whole that the check of faithfulness finds, up to eight words', () => {
    fc.assert(
      // So few words that no chain of mentions is long enough to come apart again.
      fc.property(few, (source) => {
        const units = splitUnits(source);
        for (const mention of mentionsOf(source)) {
          const touched = units.filter(({ start, end }) => start < mention.end && end > mention.start);
          const words = source.slice(mention.start, mention.end).match(/\S+/g) ?? [];
          if (words.length <= 8) expect(touched).toHaveLength(1);
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('share the tokens of the text', async () => {
    const source = await readText('The Carrow Canal was opened. It has five locks.', createScriptedModel());
    expect(source.units.reduce((sum, { tokens }) => sum + tokens, 0)).toBeCloseTo(source.tokens, 9);
    expect(source.units.map(({ sentence }) => sentence)).toEqual([0, 0, 0, 1, 1, 1, 1]);
  });
});

describe('tokens', () => {
  const read = (text: string) => {
    const units = splitUnits(text);
    return { text, units, counts: units.map(({ start, end }) => end - start) };
  };

  it('go to the unit whose words they end, whatever folding did to the letters', () => {
    const texts = ['', 'the', ' can', 'al', ' is', ' 5', ' km', ' "', 'wide', '".'];
    const readings = alignTokens(read('The  Canal\n\nis 5 km “wide”.'), { logProbs: texts.map(() => -1), texts });
    expect(readings).toEqual([2, 2, 1, 2, 3].map((tokens) => ({ tokens, nats: tokens })));
  });

  it('are each given to one unit, with texts or without', () => {
    const source = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(source, fc.integer({ min: 1, max: 5 }), fc.boolean(), (text, width, hasTexts) => {
        const texts = text.match(new RegExp(`\\s?\\S{1,${width}}`, 'gu')) ?? [];
        const logProbs = texts.map((_text, i) => -i);
        const readings = alignTokens(read(text), hasTexts ? { logProbs, texts } : { logProbs });
        expect(readings.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(texts.length);
        expect(readings.reduce((sum, { nats }) => sum + nats, 0)).toBe((texts.length * (texts.length - 1)) / 2);
        if (hasTexts) expect(readings.map(({ tokens }) => tokens)).toEqual(text.split(' ').map((word) => Math.ceil(word.length / width)));
      }),
      { seed: 8 },
    );
  });
});

it('aims at the rate, at the limit, or at a third', () => {
  expect(targetOf({ rate: 0.5 }, 100)).toEqual({ tokens: 50, isCut: false });
  expect(targetOf({ rate: 0.5, maxTokens: 20 }, 100)).toEqual({ tokens: 20, isCut: true });
  expect(targetOf({ maxTokens: 200 }, 100)).toEqual({ tokens: 100, isCut: false });
  expect(targetOf({}, 100)).toEqual({ tokens: 33, isCut: false });
  expect(targetOf({}, 1)).toEqual({ tokens: 1, isCut: false });
});
