import type { SearchFilter } from './search-filter.ts';

/** A query as typed, taken apart: what is ranked by, and what a hit must fit. */
export interface ParsedQuery {
  readonly query: string;
  readonly filter: SearchFilter;
}

const FIELDS = { uri: 'uri', title: 'title', format: 'format', lang: 'language' } as const;

/** A field with a plain or quoted value, a quoted phrase, or a word; an unclosed quotation mark is part of its word. */
const PART = /(uri|title|format|lang):(?:"([^"]*)"|([^\s"]+))|"([^"]+)"|\S+/giu;

/**
 * `"exact phrase"`, `uri:reports/**`, `title:annual`, `format:pdf`, `lang:de`; everything else is words. The words of a phrase are ranked
 * by too. Of a field given twice the last holds, but titles add up.
 */
export function parseSearchQuery(text: string): ParsedQuery {
  const words: string[] = [];
  const phrases: string[] = [];
  const fields: { uri?: string; title?: string; format?: string; language?: string } = {};
  for (const [part, field, quoted, plain, phrase] of text.matchAll(PART)) {
    const value = (quoted ?? plain ?? '').trim();
    if (field !== undefined && value !== '') setField(fields, FIELDS[field.toLowerCase() as keyof typeof FIELDS], value);
    else if (phrase !== undefined && phrase.trim() !== '') {
      phrases.push(phrase.trim());
      words.push(phrase.trim());
    } else if (field === undefined && phrase === undefined) words.push(part);
  }
  return { query: words.join(' '), filter: { ...(phrases.length === 0 ? {} : { phrases }), ...fields } };
}

function setField(
  fields: { -readonly [Field in keyof SearchFilter]: SearchFilter[Field] },
  name: 'uri' | 'title' | 'format' | 'language',
  value: string,
): void {
  if (name === 'title') fields.title = fields.title === undefined ? value : `${fields.title} ${value}`;
  else fields[name] = name === 'uri' ? value : value.toLowerCase();
}
