import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Document, SkippedSource } from '../../domain/document.ts';
import { IsthmusError } from '../../domain/errors.ts';
import { sha256 } from '../../domain/json.ts';
import type { SourceLoader } from '../../ports/source-loader.ts';
import { decodeText, extensionOf, isSupported, readBytes, titleOf, unsupportedReason } from './text-file.ts';
import { type FoundFile, walkFolder } from './walk-folder.ts';

interface FileLoaderOptions {
  /** Larger files are skipped: they are data dumps more often than sources. Bytes. */
  readonly maxBytes?: number;
}

const MIB = 1024 * 1024;

/**
 * Reads Markdown and text files, and folders of them, from the local disk. Texts are decoded by ourselves and kept as they are
 * (a byte order mark apart): spans and quotations count UTF-16 units of exactly this text, so no loader may tidy it up.
 */
export function createFileLoader({ maxBytes = 20 * MIB }: FileLoaderOptions = {}): SourceLoader {
  return {
    async load(locations, { signal }) {
      const found: FoundFile[] = [];
      const skipped: SkippedSource[] = [];
      // First everything is looked up: a mistyped name should not cost the reading of a large folder.
      for (const location of locations) {
        throwIfAborted(signal);
        const listing = await find(location, signal);
        found.push(...listing.files);
        skipped.push(...listing.skipped);
      }
      const documents = new Map<string, Document>();
      for (const file of found) {
        throwIfAborted(signal);
        const outcome = await readDocument(file, maxBytes);
        if ('reason' in outcome) skipped.push(outcome);
        else store(outcome, { documents, skipped });
      }
      return { documents: [...documents.values()], skipped };
    },
  };
}

/** One text is one document, however often it lies about: a copy must not count as a second witness. */
function store(document: Document, { documents, skipped }: { documents: Map<string, Document>; skipped: SkippedSource[] }): void {
  const first = documents.get(document.id);
  if (first === undefined) documents.set(document.id, document);
  else skipped.push({ uri: document.uri, reason: `has the same text as ${first.uri}, which is read` });
}

async function find(location: string, signal: AbortSignal): Promise<{ files: FoundFile[]; skipped: SkippedSource[] }> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) {
    throw new IsthmusError(
      'invalid-input',
      `Expected the path of a file or folder, but got the address "${location}". Save it as a file first.`,
    );
  }
  const path = resolve(location);
  const kind = await kindOf(location, path);
  if (kind === 'folder') return walkFolder(path, { isSupported, unsupportedReason, check: () => throwIfAborted(signal) });
  const uri = basename(path);
  if (kind === 'other') return { files: [], skipped: [{ uri, reason: 'is neither a file nor a folder' }] };
  return isSupported(uri) ? { files: [{ path, uri }], skipped: [] } : { files: [], skipped: [{ uri, reason: unsupportedReason(uri) }] };
}

/** Links are followed here: what the user named is what the user wants. Links found on the way are another matter. */
async function kindOf(location: string, path: string): Promise<'file' | 'folder' | 'other'> {
  try {
    if (location.trim() === '') throw new Error('an empty name');
    const stats = await stat(await realpath(path));
    return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
  } catch (error) {
    const isDangling = await lstat(path).then(
      (stats) => stats.isSymbolicLink(),
      () => false,
    );
    throw new IsthmusError(
      'invalid-input',
      `Expected an existing file or folder, but got "${location}", which ${isDangling ? 'is a link to nothing' : 'cannot be found'}` +
        ` (looked at ${path}). Check the spelling, or give the path from the folder you are in.`,
      { details: { location, path }, cause: error },
    );
  }
}

async function readDocument({ path, uri }: FoundFile, maxBytes: number): Promise<Document | SkippedSource> {
  const bytes = await readBytes(path, maxBytes);
  if ('reason' in bytes) return { uri, reason: bytes.reason };
  const decoded = decodeText(bytes.bytes);
  if ('reason' in decoded) return { uri, reason: decoded.reason };
  const isMarkdown = /^\.(md|markdown)$/.test(extensionOf(uri));
  return {
    id: await sha256(decoded.text),
    uri,
    title: (isMarkdown ? titleOf(decoded.text) : undefined) ?? basename(uri),
    text: decoded.text,
  };
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new IsthmusError('aborted', 'Reading the sources was stopped.', { cause: signal.reason });
}
