import type { SearchHit } from '../../compose/open-corpora.ts';
import { describePlace, placeOf } from '../../domain/place.ts';
import { parseSearchQuery } from '../../domain/search-query.ts';
import { snippet } from '../../domain/snippet.ts';
import { terms } from '../../domain/text.ts';
import type { Colors } from '../io.ts';
import { printable } from './format.ts';

export function renderHits(hits: readonly SearchHit[], typed: string, colors: Colors): string {
  const wanted = terms(parseSearchQuery(typed).query);
  return hits
    .map(({ ranked, chunk, document, uri }, i) => {
      const place = describePlace(placeOf(document, chunk.span)) ?? `${chunk.span.start}–${chunk.span.end}`;
      const head = `${String(i + 1).padStart(2)}  ${colors.bold(printable(uri))}  ${colors.dim(`${printable(place)}  score ${ranked.score.toFixed(2)}`)}`;
      return `${head}\n    ${snippet(printable(chunk.text), wanted, colors.bold)}`;
    })
    .join('\n');
}
