import { basename } from 'node:path';
import type { SupportedTextSplitterLanguage } from '@langchain/textsplitters';
import type { PlaceMark } from '../../../domain/document.ts';
import { decodeText } from './decode.ts';
import type { Extracted, FormatInput } from './format.ts';
import { CODE_LANGUAGES, extensionOf } from './names.ts';

/** Where no block begins, a mark all the same: a place should be found within a page or two. Lines. */
const MARK_EVERY = 50;

/** The text as it stands; a mark at each top-level block, by the words with which the language's blocks begin, and at least every 50 lines. */
export async function readCode({ bytes, uri }: FormatInput): Promise<Extracted> {
  const text = decodeText(bytes);
  return { text, marks: lineMarks(text, await blockOpeners(uri)), title: basename(uri) };
}

/** What a top-level block begins with, such as `class ` and `function `. */
async function blockOpeners(uri: string): Promise<readonly string[]> {
  const extension = extensionOf(uri);
  const language = Object.hasOwn(CODE_LANGUAGES, extension) ? CODE_LANGUAGES[extension] : undefined;
  if (language === undefined) return [];
  const { RecursiveCharacterTextSplitter } = await import('@langchain/textsplitters');
  const separators = RecursiveCharacterTextSplitter.getSeparatorsForLanguage(language as SupportedTextSplitterLanguage);
  // Those that begin a line with a word; `if` and its like stand inside of blocks and are no places that one looks up.
  const words = separators.filter((separator) => /^\n[a-z]+ $/.test(separator)).map((separator) => separator.slice(1));
  return [...words.filter((word) => !FLOW.has(word.trim())), 'export ', 'async function ', 'pub ', 'public ', '@'];
}

const FLOW = new Set(['if', 'for', 'while', 'switch', 'case', 'do', 'else', 'return', 'loop', 'match', 'const', 'let', 'var', 'unless']);

function lineMarks(text: string, openers: readonly string[]): PlaceMark[] {
  const marks: PlaceMark[] = [];
  let lastMarked = 0;
  let number = 1;
  for (let start = 0; start < text.length; number += 1) {
    const opens = openers.some((opener) => text.startsWith(opener, start));
    if (number === 1 || opens || number - lastMarked >= MARK_EVERY) {
      marks.push({ start, kind: 'line', label: String(number) });
      lastMarked = number;
    }
    const end = text.indexOf('\n', start);
    start = end === -1 ? text.length : end + 1;
  }
  return marks;
}
