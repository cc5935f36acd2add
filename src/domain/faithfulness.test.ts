import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFaithfulness } from './faithfulness.ts';

const SOURCE = `The Carrow Canal was opened on 17 September 1869 by Edmund Thorsby. It is 13 kilometres long, has five locks, and cost
1,200,000 crowns, 5% over the estimate of $1.1 million. "The work of a generation," said the Port-Carrow Courier in 1870. In winter it
falls to −7 °C. Traffic in 1914–1918 was 12 300 barges a year.`;

const missing = (summary: string, source = SOURCE) =>
  checkFaithfulness(summary, source).unsupported.map(({ kind, text }) => `${kind} ${text}`);

describe('what a summary claims', () => {
  it.each([
    'It cost 1200000 crowns, 5 percent too much.',
    'It cost 1.2 million crowns, 5 per cent too much.',
    'It was estimated at 1.1 million dollars.',
    'It was estimated at $1,100,000.',
    'It opened on September 17, 1869.',
    'It opened on Sept. 17th, 1869.',
    'It opened on 1869-09-17.',
    'It opened on 17/9/1869.',
    'the canal was opened on 17 september 1869 by edmund thorsby.',
    'It opened on 17. September 1869.',
    'It opened in September 1869.',
    'It opened in 1869.',
    'The 13-km canal has 5 locks.',
    'Thorsby’s canal: 13 km.',
    'The paper called it “the work of a generation”.',
    'Engineers at the canal were led by Edmund THORSBY.',
    'It falls to -7 °C.',
    'Between 1914 and 1918 it carried 12,300 barges.',
    'Nothing much.',
  ])('is in the source: %s', (summary) => {
    expect(missing(summary)).toEqual([]);
  });

  it.each([
    ['It cost 1,200 crowns.', ['number 1,200']],
    ['It is 13 miles long.', ['number 13 miles']],
    ['It cost 6% more.', ['number 6%']],
    ['It opened on 18 September 1869.', ['date 18 September 1869']],
    ['It opened on 17 October 1869.', ['date 17 October 1869']],
    ['it opened on 17 october 1869.', ['date 17 october 1869']],
    ['It opened in September 1870.', ['date September 1870']],
    ['It opened in 1896.', ['number 1896']],
    ['It was dug by Edmund Halley.', ['name Edmund Halley']],
    ['It runs to Brackwater.', ['name Brackwater']],
    ['The paper called it "a waste of money".', ['quote "a waste of money"']],
    ['It falls to 7 °C.', ['number 7 °C']],
    ['It has 3 locks. It opened in 1869.', ['number 3']],
  ])('is not in the source: %s', (summary, expected) => {
    expect(missing(summary)).toEqual(expected);
  });

  it('does not take a part of a number or word for the whole', () => {
    expect(missing('It is 20 long.', 'It is 1,200 long.')).toEqual(['number 20']);
    expect(missing('It is 3 long.', 'It is 3.5 long.')).toEqual(['number 3']);
    expect(missing('He met Ann.', 'He met Annabel.')).toEqual(['name Ann']);
  });

  it.each(['"', '1 ', 'Ab ', '. ', '1,', '- ', 'May 1 ', '"a', ' \n', '1/', '$'])('takes no time over a text of nothing but %j', (part) => {
    const text = part.repeat(Math.ceil(20_000 / part.length));
    const began = performance.now();
    checkFaithfulness(`"x${text}`, `y"${text}`);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('counts what it has checked', () => {
    expect(checkFaithfulness('In 1869 and 1870 Thorsby was there.', SOURCE).claims).toHaveLength(3);
    expect(checkFaithfulness('', SOURCE)).toEqual({ claims: [], unsupported: [] });
  });
});

const fact = fc.oneof(
  fc.integer({ min: 21, max: 9_999_999 }).map((value) => value.toLocaleString('en-US')),
  fc.integer({ min: 21, max: 9_999 }).map((value) => `${value} km`),
  fc
    .tuple(fc.integer({ min: 1, max: 28 }), fc.constantFrom('May', 'September'), fc.integer({ min: 1000, max: 2100 }))
    .map((parts) => parts.join(' ')),
  fc.constantFrom('Edmund Thorsby', 'the Ondry Fishery', '“salt and smoke”', '12.5%', '$40', 'B-12'),
  fc.constantFrom('the', 'a boat', 'was', 'opened', 'with'),
);
const prose = fc.array(fact, { minLength: 1, maxLength: 14 }).map((parts) => `It was ${parts.join(' and ')}.`);

describe('whatever the text', () => {
  it('supports every run of words that is copied from the source', () => {
    fc.assert(
      fc.property(prose, fc.nat(), fc.nat(), (source, from, length) => {
        const words = source.split(' ');
        const start = from % words.length;
        const copied = words.slice(start, start + 1 + (length % words.length)).join(' ');
        // A quotation mark without its partner would begin another quotation.
        fc.pre((copied.match(/[“”]/gu) ?? []).length % 2 === 0 && !/^[^“]*”/u.test(copied));
        expect(missing(copied, source)).toEqual([]);
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('supports any number in another form, and none of another value', () => {
    const forms: readonly ((value: number) => string)[] = [
      (value) => `${value}`,
      (value) => value.toLocaleString('en-US'),
      (value) => value.toLocaleString('en-US').replaceAll(',', '\u00a0'),
      (value) => `${value}.0`,
    ];
    const form = fc.constantFrom(...forms);
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 1e9 }), fc.integer({ min: 1, max: 1000 }), form, form, (value, off, one, other) => {
        const source = `They counted ${one(value)} of them.`;
        expect(missing(`There were ${other(value)}.`, source)).toEqual([]);
        expect(missing(`There were ${other(value + off)}.`, source)).toHaveLength(1);
      }),
      { seed: 12 },
    );
  });

  it('supports a day in every form, and no other day', () => {
    const MONTHS = 'January February March April May June July August September October November December'.split(' ');
    const forms: readonly ((day: number, month: number, year: number) => string)[] = [
      (day, month, year) => `${day} ${MONTHS[month - 1]} ${year}`,
      (day, month, year) => `${MONTHS[month - 1]} ${day}, ${year}`,
      (day, month, year) => `${MONTHS[month - 1]?.slice(0, 3)} ${day} ${year}`,
      (day, month, year) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`,
    ];
    const form = fc.constantFrom(...forms);
    const day = fc.integer({ min: 1, max: 27 });
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1000, max: 2099 }), form, form, (d, m, y, one, other) => {
        const source = `It was opened on ${one(d, m, y)} at noon.`;
        expect(missing(`It opened on ${other(d, m, y)}.`, source)).toEqual([]);
        expect(missing(`It opened on ${other(d + 1, m, y)}.`, source)).toHaveLength(1);
      }),
      { seed: 13 },
    );
  });
});
