import { findDates } from '../../../src/domain/date-mentions.ts';
import type { Span } from '../../../src/domain/document.ts';
import { findNumbers } from '../../../src/domain/number-mentions.ts';

/** A longer chain is a heading in capitals or a table, and held together as a whole it would leave a compressor nothing to choose from. */
const MOST_WORDS = 8;

const WORD = String.raw`\p{Lu}[\p{L}\p{M}\p{N}]*(?:['’‐‑-][\p{L}\p{N}]+)*`;
const PARTICLES = 'of|de|van|von|der|den|du|da|di|la|le|del|bin|ibn|al';
/** One space or one line break; then words that stand inside names; an initial or a title has its full stop. */
const GAP = String.raw`(?:(?:(?<=(?<!\p{L})(?:\p{Lu}|Mr|Mrs|Ms|Dr|St|Mt|Prof|Rev|Gen|Capt|Col|Lt))\.)?(?:[^\S\n]|\n)(?:(?:${PARTICLES})\s)*)`;
const BEFORE = String.raw`(?<![\p{L}\p{N}'’])`;

const LOOSE_NAME = new RegExp(`${BEFORE}${WORD}(?:${GAP}${WORD})*`, 'gu');
const STRICT_NAME = new RegExp(`${BEFORE}${WORD}(?: ${WORD})*`, 'gu');

/**
 * What must be kept whole or dropped whole: numbers with scale and unit, dates, and names (capitalised words in a row, with `of`, `van` and
 * the like between them, over a line break too). Ordered, disjoint; mentions that overlap are one. A name of more than eight words is
 * read more strictly (single spaces only), and what is still longer is not held together.
 */
export function findMentions(text: string): Span[] {
  const plain = text.replaceAll(/[’‘]/gu, "'").replaceAll(/[−–‐‑]/gu, '-');
  const figures = unite([...findDates(plain), ...findNumbers(plain)].filter((mention) => isShort(plain, mention)));
  const rest = blank(plain, figures);
  const names = matches(rest, LOOSE_NAME).flatMap((name) => (isShort(rest, name) ? [name] : strictly(rest, name)));
  return unite([...figures, ...names.filter((name) => isShort(rest, name))]);
}

/** Spaces where the spans stand, so that places stay. */
function blank(text: string, spans: readonly Span[]): string {
  const pieces = spans.map(({ start, end }, i) => text.slice(spans[i - 1]?.end ?? 0, start) + ' '.repeat(end - start));
  return pieces.join('') + text.slice(spans.at(-1)?.end ?? 0);
}

function strictly(text: string, { start, end }: Span): Span[] {
  return matches(text.slice(start, end), STRICT_NAME).map((inner) => ({ start: start + inner.start, end: start + inner.end }));
}

function matches(text: string, pattern: RegExp): Span[] {
  return Array.from(text.matchAll(pattern), (match) => ({ start: match.index, end: match.index + match[0].length }));
}

function isShort(text: string, { start, end }: Span): boolean {
  return (text.slice(start, end).match(/\S+/gu) ?? []).length <= MOST_WORDS;
}

/** Spans that share a character become one. */
function unite(spans: readonly Span[]): Span[] {
  const united: Span[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = united.at(-1);
    if (last === undefined || last.end <= start) united.push({ start, end });
    else united[united.length - 1] = { start: last.start, end: Math.max(last.end, end) };
  }
  return united;
}
