import type { Chunk, Corpus, Document, SkippedSource } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { canonicalJson, sha256 } from '../domain/json.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { SourceLoader } from '../ports/source-loader.ts';
import type { VectorIndex } from '../ports/vector-index.ts';
import { type ChunkLimit, type ChunkOptions, chunkDocument } from './chunk-document.ts';

/** Chunks are no longer than this even where a model could take more: a summary of too much says little of each part. */
const MAX_CHUNK_TOKENS = 1024;

/** Changes whenever equal documents would be cut differently. */
const CHUNKER_VERSION = 1;

/**
 * The source tokens a model can take in one call, by its own context and profile: what is left beside the template, the
 * longest question allowed and the longest summary.
 */
export async function chunkLimitOf({ model, profile }: ModelHandle): Promise<ChunkLimit> {
  const { contextTokens } = await model.describe();
  const free = contextTokens - profile.overheadTokens - profile.questionTokens - profile.summaryTokens;
  if (free < 1) {
    throw new IsthmusError(
      'context-overflow',
      `Expected a context that leaves room for source text, but ${model.identity.name} has ${contextTokens} tokens and the ${profile.id} profile needs ` +
        `${profile.overheadTokens} for its template, ${profile.questionTokens} for the question and ${profile.summaryTokens} for the summary. Choose a model with a larger context.`,
    );
  }
  const maxTokens = Math.min(free, profile.chunkTokens ?? MAX_CHUNK_TOKENS, MAX_CHUNK_TOKENS);
  return { modelName: model.identity.name, maxTokens, countTokens: (texts) => model.countTokens(texts) };
}

/** Refuses a question that would not leave the room that chunks were sized for. */
export async function checkQuestion(question: string, { model, profile }: ModelHandle): Promise<void> {
  if (question.trim() === '') throw new IsthmusError('invalid-input', 'Expected a question, but it is empty.');
  if (tokensAtMost(question) <= profile.questionTokens) return;
  const [tokens = 0] = await model.countTokens([question]);
  if (tokens <= profile.questionTokens) return;
  throw new IsthmusError(
    'context-overflow',
    `The question has ${tokens} tokens, but ${model.identity.name} keeps ${profile.questionTokens} free for it. Shorten the question or choose a model with a larger context.`,
  );
}

/** No tokenizer makes more tokens than there are bytes, in whatever form it normalises to, and one for the start: a short question need not be counted. */
function tokensAtMost(text: string): number {
  return 1 + Math.max(...[text, text.normalize('NFKC'), text.toLowerCase()].map((form) => new TextEncoder().encode(form).length));
}

export interface IngestDone {
  readonly documents: number;
  readonly of: number;
  readonly chunks: number;
  /** Chunks that have a vector, once they are made; absent where there is no embedding model. */
  readonly embedded?: number;
}

export type IngestProgress = (done: IngestDone) => void;

export interface ReadRequest {
  readonly locations: readonly string[];
  /** The models that will be given the chunks. */
  readonly readers: readonly ModelHandle[];
  readonly signal: AbortSignal;
  readonly onProgress?: IngestProgress;
}

export interface ReadCorpus {
  readonly corpus: Corpus;
  readonly skipped: readonly SkippedSource[];
}

/** Reads sources and cuts them to fit the models. */
export async function readCorpus(request: ReadRequest, { loader }: { readonly loader: Pick<SourceLoader, 'load'> }): Promise<ReadCorpus> {
  const { documents, skipped } = await loader.load(request.locations, { signal: request.signal });
  if (documents.length === 0) {
    const reasons = skipped.map(({ uri, reason }) => `${uri}: ${reason}`).join('; ');
    throw new IsthmusError(
      'invalid-input',
      `Expected at least one readable document in ${request.locations.join(', ')}, but there is none.${reasons === '' ? '' : ` Skipped: ${reasons}.`}`,
    );
  }
  return { corpus: await cut(documents, await Promise.all(request.readers.map(chunkLimitOf)), request), skipped };
}

/** Reads, cuts, and stores the result as one immutable corpus, with its vectors where an embedding model is configured. */
export async function ingest(
  request: ReadRequest,
  deps: { readonly loader: SourceLoader; readonly documents: DocumentStore; readonly vectors?: VectorIndex },
): Promise<ReadCorpus> {
  const read = await readCorpus(request, deps);
  const { corpus } = read;
  await deps.documents.saveCorpus(corpus);
  const done = { documents: corpus.documents.length, of: corpus.documents.length, chunks: corpus.chunks.length };
  await deps.vectors?.add(corpus.chunks, {
    signal: request.signal,
    onProgress: ({ chunks }) => request.onProgress?.({ ...done, embedded: chunks }),
  });
  return read;
}

/** Cuts documents to fit the models. */
export async function cut(
  documents: readonly Document[],
  limits: readonly ChunkLimit[],
  request: Pick<ReadRequest, 'signal' | 'onProgress'> & ChunkOptions,
): Promise<Corpus> {
  const chunks: Chunk[] = [];
  for (const [i, document] of documents.entries()) {
    if (request.signal.aborted) throw new IsthmusError('aborted', 'Reading the sources was stopped.');
    // One by one: tens of thousands are more arguments than a call can have.
    for (const chunk of await chunkDocument(document, limits, request)) chunks.push(chunk);
    await request.pause?.();
    request.onProgress?.({ documents: i + 1, of: documents.length, chunks: chunks.length });
  }
  const id = await corpusIdOf(
    sizesOf(limits),
    chunks.map((chunk) => chunk.id),
  );
  return { id, documents, chunks };
}

/** The sizes of a cutting rule: `<model>:<tokens>` for each model. */
export function sizesOf(limits: readonly Pick<ChunkLimit, 'modelName' | 'maxTokens'>[]): readonly string[] {
  return limits.map(({ modelName, maxTokens }) => `${modelName}:${maxTokens}`);
}

/** Names a corpus by its rule and its chunks in order. */
export function corpusIdOf(sizes: readonly string[], chunkIds: readonly string[]): Promise<string> {
  return sha256(canonicalJson({ chunker: CHUNKER_VERSION, sizes, chunks: chunkIds }));
}
