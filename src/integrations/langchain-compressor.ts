import type { DocumentInterface } from '@langchain/core/documents';
import { Document } from '@langchain/core/documents';
import { BaseDocumentCompressor } from '@langchain/core/retrievers/document_compressors';
import type { Span } from '../domain/document.ts';
import type { TextCompressor } from '../library/types.ts';

/** What the compressor writes beside the metadata that a document came with. */
export interface IsthmusMetadata {
  /** What the summary says of its source, in bits; absent when it was not scored (a single chunk has nothing to be told from). */
  readonly bits?: number;
  /** Bits over their ceiling: near 1, more sources would be needed to say more. */
  readonly saturation?: number;
  readonly relevance: number;
  /** Words of the source that the summary stands on, with their place in the document given. */
  readonly quotes: readonly { readonly text: string; readonly span: Span }[];
  /** Of the chunk that was read, in the document given. */
  readonly span: Span;
  /** The document's place in the list given. */
  readonly source: number;
}

export interface DocumentCompressorOptions {
  /** Isthmus in this process (`createIsthmus`), or on another host (`connectIsthmus`). */
  readonly isthmus: TextCompressor;
  /** `<plugin>` or `<plugin>@<model>`; absent: the configuration's. */
  readonly compressor?: string;
  /** A model's name; null scores nothing. */
  readonly scorer?: string | null;
  /** At most so many chunks of all documents are read, those nearest to the query. */
  readonly chunks?: number;
  readonly signal?: AbortSignal;
}

/**
 * A LangChain document compressor: reads what a retriever has found, writes a summary of each part for the query, and drops what does
 * not help. What is left comes most relevant first, one document a summary, with its bits, its quotes and their places in
 * `metadata.isthmus`. For `ContextualCompressionRetriever`, or on its own.
 */
export class IsthmusDocumentCompressor extends BaseDocumentCompressor {
  readonly #options: DocumentCompressorOptions;

  constructor(options: DocumentCompressorOptions) {
    super();
    this.#options = options;
  }

  override async compressDocuments(documents: DocumentInterface[], query: string): Promise<DocumentInterface[]> {
    const { isthmus, ...choices } = this.#options;
    const texts = documents.map(({ pageContent }) => pageContent);
    if (texts.every((text) => text.trim() === '')) return [];
    const { parts, scored } = await isthmus.compress(texts, query, choices);
    return parts
      .filter(({ decision, summary }) => decision.kept && summary.status === 'text')
      .map(({ chunk, summary, decision, source }) => {
        const origin = documents[source];
        const score = scored?.scores.get(chunk.id);
        const isthmusData: IsthmusMetadata = {
          ...(score === undefined ? {} : { bits: score.bits, saturation: score.saturation }),
          relevance: decision.relevance,
          quotes: summary.quotes.map((span) => ({
            text: chunk.text.slice(span.start, span.end),
            span: { start: chunk.span.start + span.start, end: chunk.span.start + span.end },
          })),
          span: chunk.span,
          source,
        };
        return new Document({ pageContent: summary.text, metadata: { ...origin?.metadata, isthmus: isthmusData }, ...idOf(origin) });
      });
  }
}

function idOf(origin: DocumentInterface | undefined): { id?: string } {
  return origin?.id === undefined ? {} : { id: origin.id };
}
