import type { Chunk, Document } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { SourceQuote } from '../domain/evidence.ts';
import { groupBy } from '../domain/group.ts';
import type { RankedChunk, StepResult } from '../domain/step.ts';
import { locateQuote } from '../domain/text.ts';
import type { DocumentStore } from '../ports/document-store.ts';

/**
 * Where texts stand that are known to be in the corpus, the first place of each in corpus order, and the chunks that hold it: more than
 * one where it runs across the border of two. Sought word for word; differences of white space, letter case and quotation marks are
 * forgiven, as in citations, and what comes back is the source's own words.
 * @throws IsthmusError `not-found`, naming the first text that stands nowhere
 */
export async function findQuotes(
  quotes: readonly string[],
  { corpusId, documents }: { readonly corpusId: string; readonly documents: DocumentStore },
): Promise<Extract<StepResult, { kind: 'retrieve' }>> {
  const chunks = await documents.readChunks(corpusId);
  const byDocument = groupBy(chunks, ({ documentId }) => documentId);
  const stored = await documents.findDocuments([...byDocument.keys()]);
  const sources = [...byDocument.keys()].flatMap((id) => stored.get(id) ?? []);
  const places = quotes.map((quote) => placeOf(quote, sources));
  const holding = places.flatMap((place) => (byDocument.get(place.documentId) ?? []).filter((chunk) => holds(chunk, place)));
  const found = [...new Map(holding.map((chunk) => [chunk.id, chunk])).values()];
  return {
    kind: 'retrieve',
    chunks: found.map(({ id, documentId }): RankedChunk => ({ chunkId: id, documentId, score: 0 })),
    statistics: { chunkCount: chunks.length, averageLength: 0, chunkFrequency: {} },
    quotes: places,
  };
}

/** The same letters anywhere come before like ones, and a corpus is folded only when there are none. */
function placeOf(quote: string, sources: readonly Document[]): SourceQuote {
  for (const { id, text } of sources) {
    const start = text.indexOf(quote);
    if (start >= 0) return { documentId: id, span: { start, end: start + quote.length }, text: quote };
  }
  for (const { id, text } of sources) {
    const span = locateQuote(text, quote);
    if (span !== undefined) return { documentId: id, span, text: text.slice(span.start, span.end) };
  }
  const shown = quote.length > 120 ? `${quote.slice(0, 120)}…` : quote;
  throw new IsthmusError(
    'not-found',
    `The text ${JSON.stringify(shown)} stands in none of the ${sources.length} documents. Copy it from one of them, word for word.`,
  );
}

function holds({ span }: Chunk, place: SourceQuote): boolean {
  return span.start < place.span.end && place.span.start < span.end;
}
