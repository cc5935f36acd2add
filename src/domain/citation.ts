import type { Citation, Draft, DroppedCitation, Report } from './answer.ts';
import { type Chunk, shiftSpan } from './document.ts';
import type { Evidence, SourceQuote } from './evidence.ts';
import { locateQuote } from './text.ts';

/** Looks up the chunk that an evidence was made from. */
export type ChunkLookup = (chunkId: string) => Chunk;

/**
 * Turns a draft into a report. A citation becomes a quote at a span of a source document, or it is dropped with a reason:
 * the words that the predictor says it quotes are looked up in the chunks behind the evidence; where it quotes nothing, or quotes a
 * summary that is a paraphrase, the words on which the summary rests, found in the source when it was made, stand in. Marks of dropped citations are removed from
 * the text, and the rest are renumbered in order of appearance.
 */
export function checkCitations(draft: Draft, evidence: readonly Evidence[], chunk: ChunkLookup): Report {
  if (draft.status === 'not-found')
    return withUnread({ status: 'not-found', text: draft.text, form: draft.form, citations: [], dropped: [] }, draft);
  const byNumber = new Map(evidence.map((item) => [item.number, item]));
  const verified = new Map<number, SourceQuote[]>();
  const dropped: DroppedCitation[] = [];
  for (const cited of draft.citations) {
    const found = resolve(cited, byNumber.get(cited.evidence), chunk);
    if (typeof found === 'string') dropped.push({ evidence: cited.evidence, reason: found });
    else verified.set(cited.evidence, [...(verified.get(cited.evidence) ?? []), ...found]);
  }
  return renumber(draft, verified, dropped);
}

function resolve(cited: Draft['citations'][number], evidence: Evidence | undefined, chunk: ChunkLookup): SourceQuote[] | string {
  if (evidence === undefined) return `evidence ${cited.evidence} does not exist`;
  if (cited.quote !== undefined) {
    const quoted = findInChunks(cited.quote, evidence, chunk);
    if (quoted !== undefined) return [quoted];
    // A predictor sees summaries only. It may quote one that is a paraphrase, whose own words in the source are then meant.
    if (locateQuote(evidence.text, cited.quote) === undefined) return 'the quoted words do not occur in the source';
  }
  return evidence.quotes.length > 0 ? [...evidence.quotes] : 'the summary is not in the words of its source';
}

function findInChunks(quote: string, evidence: Evidence, chunk: ChunkLookup): SourceQuote | undefined {
  for (const chunkId of evidence.chunkIds) {
    const source = chunk(chunkId);
    const span = locateQuote(source.text, quote);
    if (span !== undefined) {
      return { documentId: source.documentId, span: shiftSpan(span, source.span), text: source.text.slice(span.start, span.end) };
    }
  }
  return undefined;
}

const MARK = /\s*\[(\d+)\]/g;

/** One evidence may rest on several places; each place is a citation of its own, so [2] may become [2][3]. */
function renumber(draft: Draft, verified: ReadonlyMap<number, SourceQuote[]>, dropped: DroppedCitation[]): Report {
  const citations: Citation[] = [];
  const numbers = new Map<number, number[]>();
  const marksOf = (evidence: number): number[] => {
    const known = numbers.get(evidence);
    if (known !== undefined) return known;
    const marks = distinct(verified.get(evidence) ?? []).map((quote) => {
      citations.push({ number: citations.length + 1, ...quote });
      return citations.length;
    });
    numbers.set(evidence, marks);
    return marks;
  };
  const text = draft.text.replace(MARK, (whole, digits: string) => {
    const marks = marksOf(Number(digits)).map((mark) => `[${mark}]`);
    return marks.length === 0 ? '' : whole.slice(0, whole.indexOf('[')) + marks.join('');
  });
  const report: Report = { status: 'answered', text: text.trim(), form: draft.form, citations, dropped };
  return withUnread(report, draft);
}

function withUnread(report: Report, { unread }: Draft): Report {
  return unread === undefined ? report : { ...report, unread };
}

function distinct(quotes: readonly SourceQuote[]): SourceQuote[] {
  const key = (quote: SourceQuote) => `${quote.documentId}:${quote.span.start}:${quote.span.end}`;
  return [...new Map(quotes.map((quote) => [key(quote), quote])).values()];
}
