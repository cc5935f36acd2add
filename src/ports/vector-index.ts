import type { Chunk } from '../domain/document.ts';
import type { RankedChunk } from '../domain/step.ts';

export type VectorProgress = (done: { readonly chunks: number; readonly of: number }) => void;

export interface VectorSearch {
  readonly corpusId: string;
  readonly query: string;
  readonly limit: number;
  /** Only these are looked at. */
  readonly chunkIds?: readonly string[];
}

/** Chunks by meaning: present only where an embedding model is configured. */
export interface VectorIndex {
  /** Names model and dimensions; part of the keys of steps that search by it. */
  readonly id: string;
  /** Embeds and stores what is not stored yet. Idempotent. */
  add(chunks: readonly Chunk[], options: { readonly signal: AbortSignal; readonly onProgress?: VectorProgress }): Promise<void>;
  /** Best first, by cosine; ties by chunk id. Chunks that have no vector yet are given theirs. @throws IsthmusError `not-found` */
  search(request: VectorSearch): Promise<readonly RankedChunk[]>;
}
