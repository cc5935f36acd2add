import { createHash } from 'node:crypto';
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Document, SkippedSource } from '../../domain/document.ts';
import { IsthmusError } from '../../domain/errors.ts';
import type { FileListing, ListedFile, ReadFile, SourceLoader } from '../../ports/source-loader.ts';
import type { RawSource, SourceReader } from '../../ports/source-reader.ts';
import type { FetchedPage } from '../../ports/web.ts';
import { isSupported, unsupportedReason } from './formats/names.ts';
import { DEFAULT_LIMITS, type ReadLimits } from './limits.ts';
import { readBytes } from './read-bytes.ts';
import { createSourceReader, throwIfAborted } from './source-reader.ts';
import { type FoundFile, walkFolder } from './walk-folder.ts';

/** Raise it when equal bytes would be read as another text: a corpus then reads its files again. */
const READER_VERSION = '1';

export interface FileLoaderOptions extends Partial<ReadLimits> {
  /** Reads the bytes, and stays its owner's to dispose of. Default: one of the loader's own, under the limits given. */
  readonly reader?: SourceReader;
  /** Gets a page of the web. Without it an address is an error: nothing is asked of another machine unless someone gives the means. */
  readonly fetchPage?: (url: string, options: { readonly signal: AbortSignal }) => Promise<FetchedPage>;
}

/**
 * Reads files of the formats that {@link createSourceReader} knows, and folders of them, from the local disk; and web pages where it is given the
 * means. Texts, Markdown and code are kept as they are (a byte order mark apart): spans and quotations count UTF-16 units of exactly this text.
 */
export function createFileLoader({ fetchPage, reader: shared, ...given }: FileLoaderOptions = {}): SourceLoader & AsyncDisposable {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const own = createSourceReader(limits);
  const reader = shared ?? own;
  const loader: SourceLoader = {
    version: READER_VERSION,
    async load(locations, options) {
      // First everything is looked up: a mistyped name should not cost the reading of a large folder.
      const { files, skipped: passed } = await loader.listFiles(locations, options);
      const documents = new Map<string, Document>();
      const skipped = [...passed];
      for (const file of files) {
        const outcome = await loader.readFile(file, options);
        if ('reason' in outcome) skipped.push({ uri: file.uri, reason: outcome.reason });
        else store(outcome.document, { documents, skipped });
      }
      return { documents: [...documents.values()], skipped };
    },
    async listFiles(locations, { signal }) {
      const files: ListedFile[] = [];
      const skipped: SkippedSource[] = [];
      for (const location of locations) {
        throwIfAborted(signal);
        const listing = isAddress(location) ? listPage(location, fetchPage !== undefined) : await find(location, signal);
        for (const file of listing.files) files.push(file);
        for (const source of listing.skipped) skipped.push(source);
      }
      return { files, skipped };
    },
    async hashFile(file, { signal }) {
      throwIfAborted(signal);
      const source = await readLocal(file, limits);
      return 'reason' in source ? undefined : createHash('sha256').update(source.bytes).digest('hex');
    },
    async readFile(file, { signal }): Promise<ReadFile | { readonly reason: string }> {
      throwIfAborted(signal);
      const source = 'url' in file ? await fetchSource(file.url, { fetchPage, signal }) : await readLocal(file, limits);
      if ('reason' in source) return source;
      const contentHash = createHash('sha256').update(source.bytes).digest('hex');
      const outcome = await reader.read(source, { signal });
      return 'reason' in outcome ? outcome : { document: { ...outcome.document, uri: file.uri }, contentHash };
    },
  };
  return { ...loader, [Symbol.asyncDispose]: () => own[Symbol.asyncDispose]() };
}

/** One text is one document, however often it lies about: a copy must not count as a second witness. */
function store(document: Document, { documents, skipped }: { documents: Map<string, Document>; skipped: SkippedSource[] }): void {
  const first = documents.get(document.id);
  if (first === undefined) documents.set(document.id, document);
  else skipped.push({ uri: document.uri, reason: `has the same text as ${first.uri}, which is read` });
}

function isAddress(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
}

function listPage(location: string, canFetch: boolean): FileListing {
  if (canFetch && /^https?:/i.test(location) && URL.canParse(location)) return { files: [{ uri: location, url: location }], skipped: [] };
  const mend = canFetch
    ? 'Only http and https addresses are read.'
    : 'Web pages are not read here: allow the web, or save the page as a file first.';
  throw new IsthmusError('invalid-input', `Expected the path of a file or folder, but got the address "${location}". ${mend}`);
}

async function fetchSource(
  url: string,
  { fetchPage, signal }: { readonly fetchPage: FileLoaderOptions['fetchPage'] | undefined; readonly signal: AbortSignal },
): Promise<RawSource | { readonly reason: string }> {
  if (fetchPage === undefined) return { reason: 'is a web page, and web pages are not read here' };
  try {
    const page = await fetchPage(url, { signal });
    return { bytes: page.bytes, uri: page.url, contentType: page.contentType };
  } catch (error) {
    if (error instanceof IsthmusError && (error.code === 'egress-refused' || error.code.startsWith('provider-'))) {
      return { reason: error.message };
    }
    throw error;
  }
}

async function readLocal(file: FoundFile, limits: ReadLimits): Promise<RawSource | { readonly reason: string }> {
  const read = await readBytes(file, limits);
  return 'reason' in read ? read : { bytes: read.bytes, uri: file.uri };
}

async function find(location: string, signal: AbortSignal): Promise<FileListing> {
  const path = resolve(location);
  const kind = await kindOf(location, path);
  if (kind === 'folder') {
    const { files, skipped } = await walkFolder(path, { isSupported, unsupportedReason, check: () => throwIfAborted(signal) });
    return withSizes(files, skipped);
  }
  const uri = basename(path);
  if (kind === 'other') return { files: [], skipped: [{ uri, reason: 'is neither a file nor a folder' }] };
  return isSupported(uri) ? withSizes([{ path, uri }], []) : { files: [], skipped: [{ uri, reason: unsupportedReason(uri) }] };
}

async function withSizes(found: readonly FoundFile[], passed: readonly SkippedSource[]): Promise<FileListing> {
  const files: ListedFile[] = [];
  const skipped = [...passed];
  for (const { path, uri } of found) {
    const stats = await stat(path).catch(() => undefined);
    if (stats === undefined) skipped.push({ uri, reason: 'cannot be read (it is gone)' });
    else files.push({ uri, path, size: stats.size, mtimeMs: stats.mtimeMs });
  }
  return { files, skipped };
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
