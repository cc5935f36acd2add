import { type DateMention, findDates, isDateWithin } from './date-mentions.ts';
import { findNumbers, type NumberMention, valueOfWord } from './number-mentions.ts';
import { terms } from './text.ts';

/** Something in a summary that its source must hold too. */
export interface Claim {
  readonly kind: 'quote' | 'date' | 'number' | 'name';
  /** As it stands in the summary. */
  readonly text: string;
}

export interface Faithfulness {
  readonly claims: readonly Claim[];
  /** Those of them that do not occur in the source. */
  readonly unsupported: readonly Claim[];
}

/** A source, read once for many summaries. */
export interface SourceFacts {
  readonly folded: string;
  readonly words: ReadonlySet<string>;
  readonly numbers: readonly Pick<NumberMention, 'readings' | 'unit'>[];
  readonly dates: readonly DateMention[];
}

/**
 * Which numbers with units, dates, names and quoted strings of a summary do not occur in its source. Normalised: 1,000 is 1000, 5% is
 * 5 percent, five is 5, 2.5 million is 2,500,000, Sept. 17, 1869 is 1869-09-17 and holds September 1869; letter case, quotation marks
 * and plural or possessive s do not count. What is copied word for word is supported, whatever it means.
 * Blind to names without a capital letter (the bundled model writes none), to names of which each word occurs somewhere, to facts that were
 * put together wrongly (a number of one thing said of another), to number words, to a wrong unit where the source names none, and to
 * arithmetic: a right sum of two numbers is unsupported. Says nothing of a summary without such facts.
 */
export function checkFaithfulness(summary: string, source: string | SourceFacts): Faithfulness {
  const facts = typeof source === 'string' ? readSource(source) : source;
  const checked = checkText(straighten(summary), facts);
  return {
    claims: checked.map(({ claim }) => claim),
    unsupported: checked.flatMap(({ claim, isSupported }) => (isSupported ? [] : [claim])),
  };
}

export function readSource(source: string): SourceFacts {
  const text = straighten(source);
  const words = terms(text);
  const numbers = findNumbers(text);
  const inWords = words.flatMap((word) => {
    const value = valueOfWord(word);
    return value === undefined ? [] : [{ readings: [value] }];
  });
  return {
    folded: fold(text),
    words: new Set(words.map(stem)),
    numbers: [...numbers, ...inWords],
    dates: findDates(text),
  };
}

interface Checked {
  readonly claim: Claim;
  readonly isSupported: boolean;
}

/** Quotes first, then dates, numbers and names in what is left, so that each word is one claim's. */
function checkText(summary: string, facts: SourceFacts): Checked[] {
  let rest = summary;
  const take = <Mention extends { readonly start: number; readonly end: number }>(
    kind: Claim['kind'],
    mentions: readonly Mention[],
    isSupported: (mention: Mention, text: string) => boolean,
  ): Checked[] => {
    const before = rest;
    rest = blank(rest, mentions);
    // A text of ten thousand equal claims looks each up once.
    const known = new Map<string, boolean>();
    return mentions.map((mention) => {
      const text = before.slice(mention.start, mention.end).trim();
      const supported = known.get(text) ?? (occurs(text, facts.folded) || isSupported(mention, text));
      known.set(text, supported);
      return { claim: { kind, text }, isSupported: supported };
    });
  };
  return [
    ...take('quote', findQuotes(rest), ({ quoted }) => facts.folded.includes(fold(quoted.trim()))),
    ...take('date', findDates(rest), (date) => isDated(date, facts.dates)),
    ...take('number', findNumbers(rest), (number) => isCounted(number, facts.numbers)),
    ...take('name', findNames(rest), (_name, text) => terms(text).every((word) => FUNCTION_WORDS.has(word) || facts.words.has(stem(word)))),
  ];
}

/** Spaces where the mentions stand, so that places stay. They are disjoint and in order. */
function blank(text: string, mentions: readonly { readonly start: number; readonly end: number }[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of mentions) {
    pieces.push(text.slice(at, start), ' '.repeat(end - start));
    at = end;
  }
  return pieces.join('') + text.slice(at);
}

function isDated(date: DateMention, known: readonly DateMention[]): boolean {
  return date.readings.some((claim) => known.some(({ readings }) => readings.some((reading) => isDateWithin(claim, reading))));
}

/** Of equal value, and not of another unit. */
function isCounted(number: NumberMention, known: SourceFacts['numbers']): boolean {
  return known.some(
    ({ readings, unit }) =>
      (unit === undefined || number.unit === undefined || unit === number.unit) &&
      readings.some((reading) => number.readings.includes(reading)),
  );
}

/** Character for character, so that places stay. */
function straighten(text: string): string {
  return text
    .replaceAll(/[−–—‐‑]/gu, '-')
    .replaceAll(/[’‘]/gu, "'")
    .replaceAll(/[“”„«»]/gu, '"');
}

function fold(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/gu, ' ');
}

/** Whether the words stand in the folded source, and not as a part of a longer word or number, nor without its sign. */
function occurs(text: string, folded: string): boolean {
  const wanted = fold(text);
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    const before = folded.slice(Math.max(0, at - 2), at);
    const after = folded.slice(at + wanted.length, at + wanted.length + 2);
    if (!CUT_BEFORE.test(before) && !CUT_AFTER.test(after) && !(SIGN.test(before) && /^\d/.test(wanted))) return true;
  }
  return false;
}

const CUT_BEFORE = /[\p{L}\p{N}]$|\d[.,']$/u;
const CUT_AFTER = /^[\p{L}\p{N}]|^[.,']\d/u;
const SIGN = /(?:^|[\s(])-$/u;

function findQuotes(text: string): { readonly start: number; readonly end: number; readonly quoted: string }[] {
  const quotes = Array.from(text.matchAll(/"([^"]+)"/gu), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    quoted: (match[1] ?? '').trimEnd().replace(/[.,;:!?]$/u, ''),
  }));
  return quotes.filter(({ quoted }) => /\p{L}/u.test(quoted));
}

const NAMES = /(?<![\p{L}\p{N}'])\p{Lu}[\p{L}\p{M}\p{N}]*(?:['-][\p{L}\p{N}]+)*(?: \p{Lu}[\p{L}\p{M}\p{N}]*(?:['-][\p{L}\p{N}]+)*)*/gu;

/** Capitalised words. One alone at the start of a sentence is capitalised for being there, and no name. */
function findNames(sentence: string): { readonly start: number; readonly end: number }[] {
  return Array.from(sentence.matchAll(NAMES), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
  })).filter(
    ({ start, text }) =>
      !(isInitial(sentence.slice(Math.max(0, start - LEAD_IN), start)) && !text.includes(' ')) &&
      !terms(text).every((word) => FUNCTION_WORDS.has(word)),
  );
}

/** More than stands between two sentences. All of what was before would cost quadratic time. */
const LEAD_IN = 12;

function isInitial(before: string): boolean {
  return /(^|[.:;!?"(\n])[^\p{L}\p{N}]*$/u.test(before);
}

/** A plural or possessive s does not make another word, nor does cutting a month short. */
function stem(word: string): string {
  return MONTHS[word] ?? word.replace(/('s|s)$/u, '');
}

const MONTHS: Readonly<Record<string, string>> = {
  jan: 'january',
  feb: 'february',
  mar: 'march',
  apr: 'april',
  jun: 'june',
  jul: 'july',
  aug: 'august',
  sep: 'september',
  sept: 'september',
  oct: 'october',
  nov: 'november',
  dec: 'december',
};

const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the and or but nor so yet if then than as at by for from in into of off on onto out over to up with within without about above after ' +
    'against along among around before behind below beneath beside between beyond despite down during except near since through throughout ' +
    'toward towards under until upon via is are was were be been being has have had do does did will would can could may might must shall ' +
    'should i he she it its his her hers him they them their theirs we us our you your this that these those there here who whom whose which ' +
    'what when where why how all any both each few many more most much no not none one other others some such only own same also although ' +
    'because however moreover thus therefore while whereas though still even both either neither every another later today'
  ).split(' '),
);
