import type { Document } from '../domain/document.ts';

/** Bytes from anywhere: a file, an answer of a web server, an upload. */
export interface RawSource {
  readonly bytes: Uint8Array;
  /** As the user would name it; its extension tells the format where `contentType` does not. */
  readonly uri: string;
  /** As a server sent it, parameters included. */
  readonly contentType?: string;
}

/**
 * Turns bytes into the text that a reader would see. What cannot be read is a reason, never an exception, whatever the bytes are; memory and
 * time are bounded. Throws only `aborted`.
 */
export interface SourceReader {
  read(
    source: RawSource,
    options: { readonly signal: AbortSignal },
  ): Promise<{ readonly document: Document } | { readonly reason: string }>;
}
