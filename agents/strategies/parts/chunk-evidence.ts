import type { Evidence } from '../../../src/domain/evidence.ts';
import type { StrategyView } from '../../../src/ports/strategy.ts';

/** Chunks as they stand, in the order given, each its own quotation. */
export function chunkEvidence(chunkIds: readonly string[], view: StrategyView): Evidence[] {
  return chunkIds.map((id, i) => {
    const { documentId, span, text } = view.chunk(id);
    return { number: i + 1, chunkIds: [id], text, quotes: [{ documentId, span, text }] };
  });
}
