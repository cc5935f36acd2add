import type { Span } from './document.ts';
import { isInvisible, type Undisguised, undisguise } from './fold-disguise.ts';
import { INSTRUCTION_RULES, type InstructionReason } from './instruction-rules.ts';

/** A passage that reads as if written to a model, at a span of the text searched (UTF-16 units). */
export interface InstructionPassage {
  readonly span: Span;
  readonly reason: InstructionReason;
}

/**
 * Passages that address a model, imitate its turns or its output, or are hidden from readers: in order, disjoint, each with the reason that was found
 * first. Words alone decide, in English and, with fewer patterns, in ten other languages, so it is a hint for readers and no defence: it
 * misses what is said in other words, and finds texts about such passages too. Linear in the text.
 */
export function findInstructions(text: string): readonly InstructionPassage[] {
  const folded = undisguise(text);
  const found = [...ofRules(folded, text.length), ...hiddenIn(text), ...escapesIn(text), ...encodedIn(text)];
  return disjoint(found);
}

function ofRules({ text, offsets }: Undisguised, length: number): InstructionPassage[] {
  return INSTRUCTION_RULES.flatMap(([reason, pattern]) =>
    [...text.matchAll(pattern)].map(({ index, 0: words }): InstructionPassage => {
      const lead = words.length - words.trimStart().length;
      return { reason, span: { start: offsets[index + lead] ?? 0, end: offsets[index + words.length] ?? length } };
    }),
  );
}

/** Tags spell ASCII unseen; overrides show letters in another order than they stand. A flag of a region is drawn by tags too, and left alone. */
const TAGS = /(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]{0,8})[\u{e0001}\u{e0020}-\u{e007f}]{3,}/gu;
const OVERRIDES = /[\u202d\u202e]/g;

/** So many letters of a text are split by what is not drawn before it is said to hide something; fewer are line breaks of the web. */
const MIN_SPLITS = 4;
const SPLIT = /(?<=[A-Za-z])[\u200b-\u200d\u2060-\u2064\ufeff](?=[A-Za-z])/g;
const RUN = /[\u200b-\u200f\u2060-\u2064\ufeff]{8,}/g;

function hiddenIn(text: string): InstructionPassage[] {
  const splits = [...text.matchAll(SPLIT)];
  const first = splits[0];
  const last = splits.at(-1);
  const split =
    splits.length >= MIN_SPLITS && first !== undefined && last !== undefined ? [{ start: first.index, end: last.index + 1 }] : [];
  const runs = [TAGS, OVERRIDES, RUN].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ index, 0: units }) => ({ start: index, end: index + units.length })),
  );
  return [...split, ...runs].map((span) => ({ span, reason: 'hidden' }));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ESCAPE = /[\u001b\u009b\u009d\u0090]/g;

function escapesIn(text: string): InstructionPassage[] {
  return [...text.matchAll(ESCAPE)].map(({ index }) => ({ span: { start: index, end: index + 1 }, reason: 'active' }));
}

const BASE64 = /[A-Za-z0-9+/]{32,4096}={0,2}/g;

/** What says it in base64: a run of letters that decodes to plain words in which a rule finds something. */
function encodedIn(text: string): InstructionPassage[] {
  return [...text.matchAll(BASE64)].flatMap(({ index, 0: letters }): InstructionPassage[] => {
    const decoded = decode(letters);
    if (decoded === undefined) return [];
    return ofRules(undisguise(decoded), decoded.length).length === 0
      ? []
      : [{ span: { start: index, end: index + letters.length }, reason: 'encoded' }];
  });
}

function decode(letters: string): string | undefined {
  const body = letters.replace(/=+$/, '');
  const whole = body.slice(0, body.length % 4 === 1 ? -1 : undefined);
  const decoded = atob(whole.padEnd(Math.ceil(whole.length / 4) * 4, '='));
  return /^[\t\n\r\u0020-\u007e]+$/.test(decoded) ? decoded : undefined;
}

function disjoint(found: readonly InstructionPassage[]): readonly InstructionPassage[] {
  const sorted = found.toSorted((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  const kept: InstructionPassage[] = [];
  for (const one of sorted) {
    const last = kept.at(-1);
    if (last === undefined || one.span.start >= last.span.end) kept.push(one);
    else if (one.span.end > last.span.end) kept[kept.length - 1] = { ...last, span: { start: last.span.start, end: one.span.end } };
  }
  return kept;
}

/** How much of a passage is shown, and of the text about it. */
const SHOWN = 160;
const AROUND = 24;

/** The words of a passage and a little about them, in one line; characters that are not drawn or that act on a terminal are named by their codes. */
export function showPassage(text: string, { start, end }: Span): string {
  const from = Math.max(0, start - AROUND);
  const to = Math.min(text.length, end + AROUND);
  const words = [...text.slice(from, to)].map(named).join('').replaceAll(/\s+/g, ' ').trim();
  const cut = words.length > SHOWN ? `${words.slice(0, SHOWN - 1)}…` : words;
  return `${from > 0 ? '…' : ''}${cut}${to < text.length && !cut.endsWith('…') ? '…' : ''}`;
}

function named(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const isControl = (code < 0x20 && !/\s/.test(character)) || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code <= 0xdfff);
  return isControl || isInvisible(code) ? `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>` : character;
}
