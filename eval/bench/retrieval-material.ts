import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../src/bundled-model.ts';
import type { Chunk, Corpus, Document } from '../../src/domain/document.ts';
import { createRandom } from '../../src/domain/random.ts';
import { terms } from '../../src/domain/text.ts';

/** Words in a chunk: about what the bundled compressor reads at once. */
const CHUNK_WORDS = 200;
const CHUNKS_PER_DOCUMENT = 20;
const VOCABULARY = 60_000;

/** Nearly half of an English text is such words. */
const FUNCTION_SHARE = 0.45;
const FUNCTION_WORDS =
  'the of and to a in is that was it for on with as his he be at by had not are but from or have an they which one you were her all their there been if more when will would who so no'.split(
    ' ',
  );

/** Documents of words that are as frequent as words are: function words, and the n-th other word in proportion to 1/n (Zipf). Seeded. */
export function syntheticCorpus(chunkCount: number, seed: number): { readonly corpus: Corpus; readonly questions: readonly string[] } {
  const random = createRandom(seed);
  const names = zipf(random, inventWords());
  const functions = zipf(random, FUNCTION_WORDS);
  const word = () => (random() < FUNCTION_SHARE ? functions() : names());
  const documents: Document[] = [];
  const chunks: Chunk[] = [];
  for (let d = 0; chunks.length < chunkCount; d++) {
    const parts = Array.from({ length: Math.min(CHUNKS_PER_DOCUMENT, chunkCount - chunks.length) }, () =>
      Array.from({ length: CHUNK_WORDS }, word).join(' '),
    );
    const text = parts.join('\n');
    const documentId = createHash('sha256').update(`${seed}:${d}`).digest('hex');
    documents.push({ id: documentId, uri: `synthetic/${d}.txt`, title: `Document ${d}`, text });
    let start = 0;
    for (const part of parts) {
      const id = createHash('sha256').update(`${documentId}:${start}`).digest('hex');
      chunks.push({ id, documentId, span: { start, end: start + part.length }, text: part });
      start += part.length + 1;
    }
  }
  const pick = (): string => {
    const words = chunks[Math.floor(random() * chunks.length)]?.text.split(' ') ?? [];
    const some = Array.from({ length: 6 }, () => words[Math.floor(random() * words.length)] ?? '');
    return `What is the ${some.slice(0, 3).join(' ')} of the ${some.slice(3).join(' ')}?`;
  };
  return { corpus: { id: `synthetic-${chunkCount}-${seed}`, documents, chunks }, questions: Array.from({ length: 500 }, pick) };
}

/** Words of the sample corpus, then two of them together, and so on: as many as are wanted, and English to whoever tells languages. */
function inventWords(): string[] {
  const folder = packagePath('samples/corpus');
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join(' ');
  const known = [...new Set(terms(text))].filter((word) => /^[a-z]{4,}$/.test(word)).sort();
  return Array.from({ length: VOCABULARY }, (_, n) => {
    const first = known[n % known.length] ?? '';
    return n < known.length ? first : `${first}${known[Math.floor(n / known.length) - 1] ?? n}`;
  });
}

function zipf(random: () => number, vocabulary: readonly string[]): () => string {
  let sum = 0;
  const upTo = vocabulary.map((_, n) => {
    sum += 1 / (n + 1);
    return sum;
  });
  return () => {
    const at = random() * sum;
    let [low, high] = [0, vocabulary.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return vocabulary[low] ?? '';
  };
}
