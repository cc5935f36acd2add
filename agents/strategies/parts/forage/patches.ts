import { bm25Share } from '../../../../src/domain/bm25.ts';
import { groupBy } from '../../../../src/domain/group.ts';
import type { StrategyView } from '../../../../src/ports/strategy.ts';
import type { SearchOutcome } from '../compressions.ts';

export type PatchKind = 'document' | 'section' | 'result-set';

/** A chunk that a search has found, under the query that it smells of most. */
export interface Find {
  readonly chunkId: string;
  readonly documentId: string;
  readonly query: string;
  /** Between 0 and 1 for BM25, see `scentsOf`. */
  readonly scent: number;
}

/** Where finds lie together; the best scent first. */
export interface FoundPatch {
  readonly id: string;
  readonly documentId?: string;
  /** The query of its best find. */
  readonly source: string;
  readonly finds: readonly Find[];
}

/**
 * Lays finds into patches, in the order of their best finds. A section is what follows a Markdown heading that begins a chunk, as far as it was
 * found: a strategy sees no chunk that no search has named.
 */
export function patchesOf(searches: readonly SearchOutcome[], kind: PatchKind, view: StrategyView): FoundPatch[] {
  const finds = findsOf(searches, view);
  const keys = kind === 'section' ? sectionsOf(finds, view) : undefined;
  const keyOf = (find: Find): string => {
    if (kind === 'result-set') return `query ${searches.findIndex(({ query }) => query === find.query) + 1}`;
    return keys?.get(find.chunkId) ?? find.documentId;
  };
  return [...groupBy(finds, keyOf)].map(([id, members]) => {
    const [best] = members;
    const place = kind === 'result-set' || best === undefined ? {} : { documentId: best.documentId };
    return { id, ...place, source: best?.query ?? '', finds: members };
  });
}

/** Each chunk once, best scent first. */
function findsOf(searches: readonly SearchOutcome[], view: StrategyView): Find[] {
  const best = new Map<string, Find>();
  for (const search of searches) {
    for (const find of scentsOf(search, view)) {
      const known = best.get(find.chunkId);
      if (known === undefined || find.scent > known.scent) best.set(find.chunkId, find);
    }
  }
  return [...best.values()].sort((a, b) => b.scent - a.scent);
}

/**
 * Scent is the retriever's score, on the scale of the gain: BM25 of the best find over its supremum says where the scale is. For BM25
 * itself that is each chunk's own share. Where scores say nothing (none above 0), the rank does.
 */
function scentsOf({ query, chunks, statistics }: SearchOutcome, view: StrategyView): Find[] {
  const [best] = chunks;
  if (best === undefined) return [];
  const share = bm25Share(query, view.chunk(best.chunkId).text, statistics) || 1;
  return chunks.map(({ chunkId, documentId, score }, rank) => {
    const scent = best.score > 0 ? Math.max(0, score / best.score) : 1 / (rank + 1);
    return { chunkId, documentId, query, scent: share * Math.min(1, scent) };
  });
}

/** By chunk, its document and the place of the heading that it stands under. */
function sectionsOf(finds: readonly Find[], view: StrategyView): Map<string, string> {
  const sections = new Map<string, string>();
  for (const [documentId, members] of groupBy(finds, (find) => find.documentId)) {
    const inOrder = members.map(({ chunkId }) => view.chunk(chunkId)).sort((a, b) => a.span.start - b.span.start);
    let start = inOrder[0]?.span.start ?? 0;
    for (const { id, span, text } of inOrder) {
      if (text.startsWith('#')) start = span.start;
      sections.set(id, `${documentId}@${start}`);
    }
  }
  return sections;
}
