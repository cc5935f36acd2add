import { z } from 'zod';
import { definePlugin } from '../../src/ports/plugin.ts';
import { requireVectors, searchVectors } from './parts/search-vectors.ts';
import { searchWords } from './parts/search-words.ts';
import { wordOptions } from './parts/word-options.ts';

/**
 * The nearest chunks by the cosine of an embedding model's vectors. Wins on paraphrase, and where question and source are in different
 * words or languages; loses on names, numbers and rare words, which a model of meaning hardly tells apart, and whatever it is asked it
 * finds something. Needs `embedding` in the configuration. The words' statistics, by which gates judge, come from the index of words.
 * Reference: Karpukhin et al., "Dense Passage Retrieval for Open-Domain Question Answering" (2020).
 */
export const dense = definePlugin({
  kind: 'retriever',
  id: 'dense',
  version: '1',
  summary: 'Ranks chunks by meaning, with the configured embedding model.',
  requires: ['embed'],
  options: z.strictObject({
    /** Chunks whose cosine is not above this are not found. What is a low cosine is each model's own affair. */
    floor: z.number().min(-1).max(1).default(0),
  }),
  create: ({ floor }, { documents, vectors }) => {
    const parameters = z.object(wordOptions).parse({ adjacencyWeight: 0 });
    return {
      async search(request) {
        const index = requireVectors('dense', vectors);
        const [{ statistics }, chunks] = await Promise.all([
          searchWords(documents, { ...request, limit: 0 }, parameters),
          searchVectors({ documents, vectors: index }, request, { floor }),
        ]);
        return { chunks, statistics };
      },
    };
  },
});
