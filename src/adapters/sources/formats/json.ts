import { decodeText } from './decode.ts';
import { type Extracted, type FormatInput, unreadable } from './format.ts';
import { addMarked } from './marked-paragraphs.ts';

/** Members that hold a record's text in the data sets people have; they come first and without their name. */
const TEXT_MEMBERS = ['text', 'content', 'body', 'abstract'];
/** Deeper values are machine's data, and no reader's. */
const MAX_DEPTH = 50;

/** Each line a record, and each record a paragraph. */
export function readJsonLines({ bytes, maxTextLength }: FormatInput): Extracted {
  const lines = decodeText(bytes).split('\n');
  const records: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() !== '') records.push(describe(parseJson(line, ` in line ${index + 1}`)));
  }
  return addMarked(records, { kind: 'record', first: 1, maxTextLength });
}

/** Each element of an array a record; anything else is one record. */
export function readJson({ bytes, maxTextLength }: FormatInput): Extracted {
  const value = parseJson(decodeText(bytes), '');
  const records = Array.isArray(value) ? value : [value];
  return addMarked(records.map(describe), { kind: 'record', first: 1, maxTextLength });
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(`is broken: it is not JSON${where} (${error instanceof Error ? error.message.slice(0, 200) : error})`);
  }
}

/** The text first, then `name: value; …`. */
function describe(record: unknown): string {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return flatten(record, '', 0).join('; ');
  const entries = Object.entries(record);
  const isText = ([name, value]: readonly [string, unknown]): boolean =>
    TEXT_MEMBERS.includes(name.toLowerCase()) && typeof value === 'string';
  const texts = entries.filter(isText).map(([, value]) => oneParagraph(String(value)));
  const others = entries.filter((entry) => !isText(entry)).flatMap(([name, value]) => flatten(value, name, 1));
  return [...texts, others.join('; ')].filter((part) => part !== '').join('\n');
}

function flatten(value: unknown, name: string, depth: number): string[] {
  if (depth > MAX_DEPTH) throw unreadable(`nests values more than ${MAX_DEPTH} deep`);
  if (value === null || value === undefined || value === '') return [];
  if (typeof value !== 'object') return [name === '' ? oneParagraph(String(value)) : `${name}: ${oneParagraph(String(value))}`];
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) {
    const items = value.filter((item) => item !== null && item !== '').map(String);
    return items.length === 0 ? [] : flatten(items.join(', '), name, depth + 1);
  }
  const entries = Array.isArray(value) ? value.map((item, index) => [String(index + 1), item] as const) : Object.entries(value);
  return entries.flatMap(([key, item]) => flatten(item, name === '' ? key : `${name}.${key}`, depth + 1));
}

function oneParagraph(text: string): string {
  return text
    .trim()
    .replace(/\r\n?/g, '\n')
    .replace(/\n\s*\n/g, '\n');
}
