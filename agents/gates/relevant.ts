import { z } from 'zod';
import { definePlugin } from '../../src/ports/plugin.ts';
import { genericOptions, isGeneric, isTruncated, namesOf } from './parts/flags.ts';
import { judgeByRelevance, relevanceOptions } from './parts/relevance.ts';

/**
 * Keeps the summaries that share most of the question's words: BM25(q, z) with the corpus' own statistics, as a share of what the
 * question could give at most, so that summaries for different sub-queries can be compared. Wins as BM25 does; loses a summary
 * that answers in other words than the question's. A repeat of a kept summary is dropped, and names the one it supports.
 * Bits never decide: they tell which context a summary came from and nothing about the question (an answering and an irrelevant
 * sentence of one chunk both sit at the ceiling), so a low score only flags a summary as `generic`. `truncated` says that it was
 * cut. Reference: redundancy as in Carbonell and Goldstein's maximal marginal relevance (1998), with equality of words for distance.
 */
export const relevant = definePlugin({
  kind: 'gate',
  id: 'relevant',
  version: '1',
  summary: 'Keeps the summaries nearest to the question (BM25); bits only flag.',
  requires: [],
  options: z.strictObject({ ...relevanceOptions, ...genericOptions }),
  create: (chosen) => ({
    decide(candidates) {
      const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
      const verdicts = [...judgeByRelevance(candidates, chosen)];
      return new Map(
        verdicts.map(([id, verdict]) => {
          const candidate = byId.get(id);
          const flags =
            candidate === undefined ? [] : namesOf({ generic: isGeneric(candidate, chosen), truncated: isTruncated(candidate) });
          return [id, { ...verdict, flags }];
        }),
      );
    },
  }),
});
