import { z } from 'zod';
import { BM25_DEFAULTS } from '../../../src/domain/bm25.ts';

/** How words are weighed; the same wherever a search is made by them. */
export const wordOptions = {
  k1: z.number().nonnegative().default(BM25_DEFAULTS.k1),
  b: z.number().min(0).max(1).default(BM25_DEFAULTS.b),
  /** What the score of the whole document adds to that of its chunk. */
  documentWeight: z.number().nonnegative().default(0.5),
  /** What pairs of neighbouring words add. */
  adjacencyWeight: z.number().nonnegative().default(0.5),
};
