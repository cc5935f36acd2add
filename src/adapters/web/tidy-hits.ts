import type { SearchHit } from '../../ports/web.ts';

const TITLE_CHARACTERS = 300;
const SNIPPET_CHARACTERS = 2000;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Pages of the web only, each once, in plain text: providers mark words with tags and entities. */
export function tidyHits(hits: readonly SearchHit[], limit: number): readonly SearchHit[] {
  const seen = new Set<string>();
  const tidy = hits.flatMap(({ url: text, title, snippet }) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) return [];
    url.hash = '';
    if (seen.has(url.href)) return [];
    seen.add(url.href);
    return [{ url: url.href, title: plain(title, TITLE_CHARACTERS), snippet: plain(snippet, SNIPPET_CHARACTERS) }];
  });
  return tidy.slice(0, limit);
}

function plain(text: string, characters: number): string {
  return text
    .slice(0, 4 * characters)
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi, (whole, decimal, hex, name) => {
      if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, characters);
}
