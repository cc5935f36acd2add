import type { Document, SkippedSource } from '../domain/document.ts';

/** A file on this machine, looked up and not yet opened. */
export interface LocalFile {
  /** As the user would name it: relative to the folder given, or the file's own name. */
  readonly uri: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, with a fraction where the file system has one. */
  readonly mtimeMs: number;
}

/** A page on the web; nothing has been asked of its server yet. */
export interface RemoteFile {
  readonly uri: string;
  readonly url: string;
}

export type ListedFile = LocalFile | RemoteFile;

export interface FileListing {
  /** Each location's files, sorted by `uri` in code unit order. A file that is named twice is listed twice. */
  readonly files: readonly ListedFile[];
  readonly skipped: readonly SkippedSource[];
}

export interface ReadFile {
  readonly document: Document;
  /** SHA-256 of the bytes that were read, in hexadecimal. */
  readonly contentHash: string;
}

interface LoadCall {
  readonly signal: AbortSignal;
}

/** Reads what the user named. One bad source never stops the others; it is listed with its reason. */
export interface SourceLoader {
  /**
   * Everything at once; equal texts are one document.
   * @throws IsthmusError `invalid-input` where a location leads nowhere, `aborted`
   */
  load(
    locations: readonly string[],
    options: LoadCall,
  ): Promise<{ readonly documents: readonly Document[]; readonly skipped: readonly SkippedSource[] }>;
  /**
   * What `load` would read, without opening any of it. `skipped` holds only what can be told from names and kinds.
   * @throws IsthmusError `invalid-input` where a location leads nowhere, `aborted`
   */
  listFiles(locations: readonly string[], options: LoadCall): Promise<FileListing>;
  /** Changes whenever equal bytes would be read differently. Absent: never. */
  readonly version?: string;
  /** As `contentHash` of what `readFile` would give, without parsing; undefined where the bytes cannot be had. @throws IsthmusError `aborted` */
  hashFile?(file: LocalFile, options: LoadCall): Promise<string | undefined>;
  /** Reads one file of a listing. Whatever is wrong with it is a reason. @throws IsthmusError `aborted` */
  readFile(file: ListedFile, options: LoadCall): Promise<ReadFile | { readonly reason: string }>;
}
