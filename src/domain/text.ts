import type { Span } from './document.ts';

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:'\p{L}[\p{L}\p{M}]*)*/gu;

/** Scripts that put no space between words, and Korean, which puts few. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const UNSPACED_RUN = new RegExp(`${UNSPACED.source}(?:${UNSPACED.source}|[\\p{M}ー])*|[^]`, 'gu');

/**
 * The lower-cased words of a text, composed (NFC) and with straight apostrophes: what BM25 counts. In scripts that put no space between
 * words each pair of neighbouring letters is one, which finds words of any length without a dictionary.
 */
export function terms(text: string): string[] {
  const words = text.normalize('NFC').toLowerCase().replaceAll('’', "'").match(WORD) ?? [];
  return UNSPACED.test(text) ? words.flatMap((word) => (UNSPACED.test(word) ? letterPairs(word) : [word])) : words;
}

/** Runs of such letters as overlapping pairs, a single one as it is, and what stands between them as words. */
function letterPairs(word: string): string[] {
  const found: string[] = [];
  let other = '';
  for (const run of word.match(UNSPACED_RUN) ?? []) {
    if (!UNSPACED.test(run)) {
      other += run;
      continue;
    }
    if (other !== '') found.push(other);
    other = '';
    const letters = [...run];
    if (letters.length === 1) found.push(run);
    for (let i = 1; i < letters.length; i++) found.push(`${letters[i - 1]}${letters[i]}`);
  }
  if (other !== '') found.push(other);
  return found;
}

/** Each alternative begins with the character it needs: a look-behind tried at every position costs 18 s on a line of 150,000. */
const SENTENCE_END =
  /[.!?]["'”’)\]]*(?=\s+["'“‘([]*[\p{Lu}\p{N}])|[。！？]["'”’」』）]*|\n\s*\n|\n(?=\s*(?:[-*#>|]|\d+\.)\s?)|\n(?<=^#[^\n]*\n)/gmu;

/** Common abbreviations, and initials, after which a full stop ends no sentence. */
const ABBREVIATION =
  /(?<![\p{L}\p{N}])(?:Mr|Mrs|Ms|Dr|St|Mt|No|vs|etc|e\.g|i\.e|al|Prof|Rev|Gen|Capt|Col|Lt|Fig|Jr|Sr|Inc|Co|Corp|\p{Lu})\.$/u;
/** Longer than any abbreviation with the letter before it. A whole sentence would make a list of initials cost quadratic time. */
const ABBREVIATION_WINDOW = 8;

/**
 * Cuts a text into sentences. Spans are trimmed of white space, ordered, disjoint, and leave out white space only.
 * Blank lines, list items and headings end a sentence too.
 */
export function splitSentences(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const match of text.matchAll(SENTENCE_END)) {
    const end = match.index + match[0].trimEnd().length;
    if (match[0].startsWith('.') && ABBREVIATION.test(text.slice(Math.max(start, end - ABBREVIATION_WINDOW), end))) continue;
    pushTrimmed(spans, text, { start, end });
    start = end;
  }
  pushTrimmed(spans, text, { start, end: text.length });
  return spans;
}

function pushTrimmed(spans: Span[], text: string, span: Span): void {
  const slice = text.slice(span.start, span.end);
  const trimmed = slice.trim();
  if (trimmed === '') return;
  const start = span.start + (slice.length - slice.trimStart().length);
  spans.push({ start, end: start + trimmed.length });
}

/**
 * Finds a quotation in a text, forgiving differences of white space, letter case and quotation marks, but of nothing else.
 * Returns the span of the words as they stand in the text.
 */
export function locateQuote(text: string, quote: string): Span | undefined {
  const needle = fold(quote.trim());
  if (needle.folded === '') return undefined;
  const hay = fold(text);
  const at = hay.folded.indexOf(needle.folded);
  if (at < 0) return undefined;
  const last = at + needle.folded.length - 1;
  return { start: hay.offsets[at] ?? 0, end: (hay.offsets[last] ?? 0) + 1 };
}

/** Folds one UTF-16 unit at a time, so that offsets survive. */
function fold(text: string): { folded: string; offsets: number[] } {
  const units: string[] = [];
  const offsets: number[] = [];
  let inSpace = false;
  for (let i = 0; i < text.length; i++) {
    const unit = foldUnit(text[i] ?? '');
    if (unit === ' ' && inSpace) continue;
    inSpace = unit === ' ';
    units.push(unit);
    offsets.push(i);
  }
  return { folded: units.join(''), offsets };
}

function foldUnit(unit: string): string {
  if (/\s/.test(unit)) return ' ';
  if ('“”„«»'.includes(unit)) return '"';
  if ('‘’‚'.includes(unit)) return "'";
  const lower = unit.toLowerCase();
  // A few letters grow when lower-cased (İ); keep one unit for one.
  return lower.length === 1 ? lower : unit;
}
