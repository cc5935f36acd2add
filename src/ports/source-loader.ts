import type { Document, SkippedSource } from '../domain/document.ts';

/** Reads what the user named. One bad source never stops the others; it is listed with its reason. */
export interface SourceLoader {
  load(
    locations: readonly string[],
    options: { readonly signal: AbortSignal },
  ): Promise<{ readonly documents: readonly Document[]; readonly skipped: readonly SkippedSource[] }>;
}
