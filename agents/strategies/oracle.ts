import { z } from 'zod';
import type { Evidence, SourceQuote } from '../../src/domain/evidence.ts';
import type { NamedStep } from '../../src/domain/step.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import type { StrategyView } from '../../src/ports/strategy.ts';
import { conclude, failWithFirst, predictFrom, type Run, until } from './parts/stages.ts';

const SEARCH = 'search/0';

/**
 * The predictor reads the gold evidence and nothing else: the ceiling of what any retrieval and any compressor could reach with this
 * predictor. Between it and `closed-book` lies what a strategy can earn.
 * Wins wherever it can be had; it can be had only for questions whose evidence is known, so it is a measure and no way to answer. Loses when the gold sentences lean
 * on their surroundings. A quote that stands in no document fails the run, and is named. Reference: the gold-evidence setting of
 * FinanceBench and QASPER, used in arXiv 2512.21720.
 */
export const oracle = definePlugin({
  kind: 'strategy',
  id: 'oracle',
  version: '1',
  summary: 'find the quotes given in its options, show the predictor exactly these',
  requires: [],
  options: z.object({
    /** Texts of the corpus that hold the answer, word for word, most important first. None: a question that nothing answers. */
    quotes: z.array(z.string().trim().min(1)).max(200),
  }),
  create: ({ quotes }) => {
    const wanted: NamedStep[] = [{ id: SEARCH, step: { kind: 'retrieve', selection: { type: 'quote', quotes: [...new Set(quotes)] } } }];
    return {
      next: (state, view) => {
        const run = { state, view };
        return failWithFirst(run) ?? conclude(run) ?? until(run, wanted) ?? predictFrom(run, goldEvidence(run));
      },
    };
  },
});

function goldEvidence({ state, view }: Run): Evidence[] {
  const outcome = state.steps.get(SEARCH)?.outcome;
  if (outcome?.status !== 'done' || outcome.result.kind !== 'retrieve') return [];
  const { chunks, quotes = [] } = outcome.result;
  const chunkIds = chunks.map(({ chunkId }) => chunkId);
  return quotes.map((quote, i) => ({
    number: i + 1,
    chunkIds: chunkIds.filter((id) => isPartly(quote, id, view)),
    text: quote.text,
    quotes: [quote],
  }));
}

/** Whether a chunk holds the quote or a part of it. */
function isPartly({ documentId, span }: SourceQuote, chunkId: string, view: StrategyView): boolean {
  const chunk = view.chunk(chunkId);
  return chunk.documentId === documentId && chunk.span.start < span.end && span.start < chunk.span.end;
}
