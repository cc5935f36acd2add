import type { PlaceMark } from '../../../domain/document.ts';
import { type Extracted, unreadable } from './format.ts';

/** What no database and no terminal should be given; each is replaced unit by unit, so that places stay where they are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSTORABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/gu;

/** Longer labels are cut: a heading of a page is a place to find, not a text to read. UTF-16 units. */
const MAX_LABEL = 200;

/** Text without lone surrogates and control characters; its length is unchanged. Zero-width and direction marks are letters of some scripts: they stay. */
export function storable(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}

/** One line for a label: white space collapsed, cut at a bound, never inside a pair. */
export function toLabel(words: string): string {
  const line = storable(words.slice(0, MAX_LABEL * 4))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= MAX_LABEL ? line : `${line.slice(0, MAX_LABEL - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Puts a text together from paragraphs and keeps the places in it. */
export class TextBuilder {
  readonly #pieces: string[] = [];
  readonly #marks: PlaceMark[] = [];
  readonly #maxLength: number;
  #length = 0;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  get length(): number {
    return this.#length;
  }

  /** Appends a paragraph, a blank line before it. White space around it goes; an empty one leaves no trace. */
  paragraph(words: string, marks: readonly Omit<PlaceMark, 'start'>[] = []): void {
    const text = storable(words.replace(/\r\n?/g, '\n').trim());
    if (text === '') return;
    if (this.#length > 0) this.#append('\n\n');
    for (const mark of marks) this.#marks.push({ start: this.#length, ...mark, label: toLabel(mark.label) });
    this.#append(text);
  }

  /** Appends what another reader found, as it is. */
  include({ text, marks }: Extracted, mark?: Omit<PlaceMark, 'start'>): void {
    if (text === '') return;
    if (this.#length > 0) this.#append('\n\n');
    const start = this.#length;
    if (mark !== undefined) this.#marks.push({ start, ...mark, label: toLabel(mark.label) });
    for (const inner of marks) this.#marks.push({ ...inner, start: start + inner.start });
    this.#append(storable(text));
  }

  done(title?: string): Extracted {
    const text = this.#pieces.join('');
    const marks = this.#marks;
    return { text, marks, ...(title !== undefined && title.trim() !== '' && { title: toLabel(title) }) };
  }

  #append(text: string): void {
    this.#length += text.length;
    if (this.#length > this.#maxLength) throw unreadable(`holds too much text: more than ${this.#maxLength} characters`);
    this.#pieces.push(text);
  }
}
