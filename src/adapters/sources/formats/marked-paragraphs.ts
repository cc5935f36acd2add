import type { PlaceMark } from '../../../domain/document.ts';
import type { Extracted } from './format.ts';
import { TextBuilder } from './text-builder.ts';

/** More marks than this cost more than they tell; then several rows share one, which names the first and the last. */
const MAX_MARKS = 50_000;

interface Numbering {
  readonly kind: PlaceMark['kind'];
  /** The number of the first paragraph. */
  readonly first: number;
  readonly maxTextLength: number;
}

/** A paragraph for each row or record, each with its number; empty ones leave no trace but count. */
export function addMarked(paragraphs: readonly string[], { kind, first, maxTextLength }: Numbering): Extracted {
  const builder = new TextBuilder(maxTextLength);
  const group = Math.ceil(paragraphs.length / MAX_MARKS);
  let pending: string | undefined;
  for (const [index, words] of paragraphs.entries()) {
    const number = first + index;
    const last = Math.min(number + group - 1, first + paragraphs.length - 1);
    if (index % group === 0) pending = group === 1 ? String(number) : `${number}–${last}`;
    if (words.trim() === '') continue;
    builder.paragraph(words, pending === undefined ? [] : [{ kind, label: pending }]);
    pending = undefined;
  }
  return builder.done();
}
