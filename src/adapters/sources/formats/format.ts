import type { PlaceMark } from '../../../domain/document.ts';
import { IsthmusError } from '../../../domain/errors.ts';

/** How bytes are read; the name is also the document's `format`. */
export type Format = 'pdf' | 'html' | 'docx' | 'csv' | 'jsonl' | 'json' | 'code' | 'email' | 'mbox' | 'markdown' | 'text';

/** What a reader of a format is given. */
export interface FormatInput {
  readonly bytes: Uint8Array;
  /** Tells the language of code and the separator of a table. */
  readonly uri: string;
  /** As a server named it. */
  readonly charset?: string;
  /** UTF-16 units that may come out. */
  readonly maxTextLength: number;
  /** How many messages this one lies in. */
  readonly depth?: number;
}

export interface Extracted {
  readonly text: string;
  readonly marks: readonly PlaceMark[];
  readonly title?: string;
}

/** Reads what lies inside of something else, by the reader of its format; what cannot be read is a reason. */
export type Opener = (format: Format, input: FormatInput) => Promise<Extracted | { readonly reason: string }>;

/** @throws IsthmusError `invalid-input` with the reason as its message; anything else that is thrown means that the source is broken */
export type FormatReader = (input: FormatInput, open: Opener) => Extracted | Promise<Extracted>;

/** A source that is not read; `reason` follows its name: "is empty". */
export function unreadable(reason: string): IsthmusError {
  return new IsthmusError('invalid-input', reason);
}
