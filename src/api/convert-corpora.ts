import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { describePlace, placeOf } from '../domain/place.ts';
import { parseSearchQuery } from '../domain/search-query.ts';
import { snippet } from '../domain/snippet.ts';
import { terms } from '../domain/text.ts';
import type { SourceStatus } from '../pipeline/collections.ts';
import type { SendSummary } from '../pipeline/collections-send.ts';
import type { Forgotten } from '../pipeline/forget.ts';
import type { Collection } from '../ports/collection-store.ts';
import type { CorpusHit } from './context-corpora.ts';
import { toSeconds } from './convert-run.ts';
import { known } from './convert-usage.ts';
import { redact } from './errors.ts';
import type { corpusAnswer, corpusChangeAnswer, corpusHitsAnswer, corpusListAnswer, forgottenAnswer } from './schemas-corpora.ts';

type PublicCorpus = z.input<typeof corpusListAnswer>['data'][number];

export function convertCorpus({ name, corpusId, documents, chunks, bytes, createdAt, updatedAt }: Collection): PublicCorpus {
  return {
    object: 'corpus',
    name,
    corpus_id: corpusId ?? null,
    documents,
    chunks,
    bytes,
    created_at: toSeconds(createdAt),
    updated_at: toSeconds(updatedAt),
  };
}

export function convertCorpora(found: readonly Collection[]): z.input<typeof corpusListAnswer> {
  return { object: 'list', data: found.map(convertCorpus) };
}

interface Page {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Sources are listed without their addresses: those of files are places on our disk. */
export function convertCorpusPage(
  { collection, sources }: { readonly collection: Collection; readonly sources: readonly SourceStatus[] },
  { limit, after }: Page,
): z.input<typeof corpusAnswer> {
  const start = after === undefined ? 0 : startAfter(after, sources);
  const page = sources.slice(start, start + limit);
  const last = page.at(-1);
  const hasMore = start + limit < sources.length;
  return {
    ...convertCorpus(collection),
    sources: {
      data: page.map(({ uri, status, reason, equals, documentId }) => ({
        uri,
        status,
        reason: reason === undefined ? null : redact(reason),
        duplicate_of: equals ?? null,
        document_id: documentId ?? null,
      })),
      has_more: hasMore,
      next_cursor: hasMore && last !== undefined ? cursorOf(last) : null,
    },
  };
}

/** Addresses are of any length. */
function cursorOf({ addedAt, address }: SourceStatus): string {
  return `${addedAt}-${createHash('sha256').update(address).digest('hex').slice(0, 16)}`;
}

/** Where the source is gone meanwhile, some of the same millisecond are shown again rather than left out. */
function startAfter(cursor: string, sources: readonly SourceStatus[]): number {
  const at = Number(cursor.slice(0, cursor.indexOf('-')));
  const from = sources.findIndex(({ addedAt }) => addedAt >= at);
  if (from < 0) return sources.length;
  const same = sources.findIndex((source, i) => i >= from && source.addedAt === at && cursorOf(source) === cursor);
  return same < 0 ? from : same + 1;
}

export function convertChange({ documents, isRecut }: SendSummary, collection: Collection): z.input<typeof corpusChangeAnswer> {
  return {
    object: 'corpus.change',
    corpus: convertCorpus(collection),
    documents: documents.map(({ uri, change, equals, documentId }) => ({
      uri,
      change,
      duplicate_of: equals ?? null,
      document_id: documentId,
    })),
    is_recut: isRecut,
  };
}

export function convertHits(
  hits: readonly CorpusHit[],
  { query, corpusId }: { readonly query: string; readonly corpusId: string | undefined },
): z.input<typeof corpusHitsAnswer> {
  const wanted = terms(parseSearchQuery(query).query);
  return {
    object: 'list',
    corpus_id: corpusId ?? null,
    data: hits.map(({ ranked, chunk, document, uri }) => ({
      document_id: document.id,
      uri,
      title: document.title,
      place: describePlace(placeOf(document, chunk.span)) ?? null,
      span: { ...chunk.span },
      score: known(ranked.score),
      snippet: snippet(chunk.text, wanted),
    })),
  };
}

/** What other tenants hold is not told: how many corpora there were is that of the caller's own. */
export function convertForgotten(documentId: string, forgotten: Forgotten): z.input<typeof forgottenAnswer> {
  const { documents, corpora, heldByOthers, steps, jobs, deletedRuns, quotingRuns } = forgotten;
  return {
    object: 'corpus.forgotten',
    document_id: documentId,
    uris: documents.flatMap(({ uris }) => [...uris]),
    corpora: corpora - heldByOthers,
    step_results: steps,
    queue_jobs: jobs,
    deleted_runs: [...deletedRuns],
    quoting_runs: [...quotingRuns],
  };
}
