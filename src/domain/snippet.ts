import { terms } from './text.ts';

/** UTF-16 units of a snippet. */
const SNIPPET = 280;
/** Letters that two words must begin with for one to be shown as a form of the other. */
const STEM = 4;

interface Word {
  readonly start: number;
  readonly end: number;
  readonly isMatch: boolean;
}

/** The stretch of the text with most of the words sought, on one line; `mark` sets those words off. */
export function snippet(text: string, wanted: readonly string[], mark: (word: string) => string = (word) => word): string {
  const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)].map((match): Word => {
    const term = terms(match[0])[0];
    return {
      start: match.index,
      end: match.index + match[0].length,
      isMatch: term !== undefined && wanted.some((one) => isForm(one, term)),
    };
  });
  const start = bestStart(words);
  const end = Math.max(start, ...words.filter((word) => word.start >= start && word.end <= start + SNIPPET).map((word) => word.end));
  let shown = start > 0 ? '…' : '';
  let at = start;
  for (const word of words) {
    if (!word.isMatch || word.start < start || word.end > end) continue;
    shown += text.slice(at, word.start) + mark(text.slice(word.start, word.end));
    at = word.end;
  }
  const rest = text.slice(end);
  return (shown + text.slice(at, end) + (/[\p{L}\p{N}]/u.test(rest) ? '…' : rest)).replace(/\s+/g, ' ').trim();
}

function bestStart(words: readonly Word[]): number {
  const matches = words.filter(({ isMatch }) => isMatch);
  let best = { start: 0, count: 0 };
  for (const { start } of matches) {
    const count = matches.filter((other) => other.start >= start && other.end <= start + SNIPPET).length;
    if (count > best.count) best = { start, count };
  }
  if (best.start <= SNIPPET / 2 && matches.every(({ end }) => end <= SNIPPET)) return 0;
  // Some words before the first, to read it in its sentence.
  return words.find(({ start }) => start >= best.start - SNIPPET / 5)?.start ?? best.start;
}

function isForm(a: string, b: string): boolean {
  return a === b || (a.length >= STEM && b.length >= STEM && (a.startsWith(b) || b.startsWith(a)));
}
