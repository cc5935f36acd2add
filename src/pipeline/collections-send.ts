import type { Document } from '../domain/document.ts';
import { IsthmusError } from '../domain/errors.ts';
import { canonicalJson, sha256 } from '../domain/json.ts';
import type { CollectionKey } from '../ports/collection-store.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import type { InlineDocument } from '../ports/research-service.ts';
import type { SourceLoader } from '../ports/source-loader.ts';
import type { SourceReader } from '../ports/source-reader.ts';
import { checkName, statusesOf } from './collections.ts';
import { type IngestDeps, ingestCollection } from './collections-ingest.ts';

export interface SendRequest {
  readonly key: CollectionKey;
  readonly documents: readonly InlineDocument[];
  /** The models that will be given the chunks. */
  readonly readers: readonly ModelHandle[];
}

export interface SendDeps extends Omit<IngestDeps, 'loader'> {
  /** Finds the headings of texts whose uri says Markdown. */
  readonly reader?: SourceReader;
}

/** What became of one document that was sent; `equals` is the uri whose text it repeats. */
export interface SentDocument {
  readonly uri: string;
  readonly documentId: string;
  readonly change: 'added' | 'changed' | 'unchanged';
  readonly equals?: string;
}

/** In the order in which they were sent. */
export interface SendSummary {
  readonly documents: readonly SentDocument[];
  /** Other chunk sizes than last time were asked for, and all was cut again. */
  readonly isRecut: boolean;
}

/**
 * Brings texts that were sent into a named corpus, which is made if there is none. A text takes the place of the source of the same uri,
 * a file's too; all other sources stay.
 * @throws IsthmusError `invalid-input` for a bad name, an empty text, or a uri that is sent twice; `conflict` while another process writes
 */
export async function sendDocuments({ key, documents, readers }: SendRequest, deps: SendDeps): Promise<SendSummary> {
  checkName(key.name);
  const texts = checked(documents);
  const known = new Map((await deps.collections.sources(key)).toReversed().map(({ uri, address }) => [uri, address]));
  const addresses = new Map([...texts.keys()].map((uri) => [known.get(uri) ?? `sent:${uri}`, uri]));
  // One moment for all: of equal texts the first by uri counts, however long each takes.
  const now = deps.writer.clock.now();
  const clock = { ...deps.writer.clock, now: () => now };
  const summary = await ingestCollection(
    {
      key,
      locations: [...addresses.keys()],
      readers,
      keepMissing: true,
      // Whoever hangs up has sent it all the same.
      signal: new AbortController().signal,
      pause: () => clock.sleep(0),
    },
    { ...deps, writer: { ...deps.writer, clock }, loader: createLoader(key.tenant, { addresses, texts }, deps) },
  );
  const unread = summary.notRead[0];
  if (unread !== undefined) throw new IsthmusError('invalid-input', `The document ${JSON.stringify(unread.uri)} ${unread.reason}.`);
  const [isAdded, isChanged] = [new Set(summary.added), new Set(summary.changed)];
  const sent = statusesOf(await deps.collections.sources(key)).filter(({ address }) => addresses.has(address));
  const found = new Map(sent.map(({ uri, documentId = '', equals }) => [uri, { documentId, ...(equals === undefined ? {} : { equals }) }]));
  return {
    isRecut: summary.isRecut,
    documents: [...texts.keys()].map((uri) => ({
      uri,
      change: isAdded.has(uri) ? 'added' : isChanged.has(uri) ? 'changed' : 'unchanged',
      ...(found.get(uri) ?? { documentId: '' }),
    })),
  };
}

function checked(documents: readonly InlineDocument[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { uri, text } of documents) {
    const name = JSON.stringify(uri);
    if (text.trim() === '') throw new IsthmusError('invalid-input', `Expected text in the document ${name}, but it is empty.`);
    if (texts.has(uri)) throw new IsthmusError('invalid-input', `Expected each uri once, but ${name} is there twice.`);
    texts.set(uri, text);
  }
  return texts;
}

interface Sent {
  /** From address to uri. */
  readonly addresses: ReadonlyMap<string, string>;
  /** By uri. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads nothing but what was sent. Tenants share no document, so that nobody learns from an id what another one holds. */
function createLoader(tenant: string, { addresses, texts }: Sent, { reader }: Pick<SendDeps, 'reader'>): SourceLoader {
  return {
    version: 'sent-1',
    listFiles: async (locations) => ({ files: locations.map((url) => ({ url, uri: addresses.get(url) ?? url })), skipped: [] }),
    load: async () => ({ documents: [], skipped: [] }),
    readFile: async ({ uri }, { signal }) => {
      const text = texts.get(uri) ?? '';
      const id = await sha256(canonicalJson({ tenant, text }));
      return { document: { ...(await traitsOf({ uri, text }, { reader, signal })), id, uri, text }, contentHash: await sha256(text) };
    },
  };
}

const MARKDOWN = /\.(?:md|markdown)$/i;

/** Of a text that the reader would change nothing is taken: spans count what was sent. */
async function traitsOf(
  { uri, text }: InlineDocument,
  { reader, signal }: { readonly reader: SourceReader | undefined; readonly signal: AbortSignal },
): Promise<Pick<Document, 'title' | 'format' | 'marks'>> {
  const plain = { title: uri, format: 'text' };
  if (reader === undefined || !MARKDOWN.test(uri)) return plain;
  const read = await reader.read({ bytes: new TextEncoder().encode(text), uri, contentType: 'text/markdown; charset=utf-8' }, { signal });
  if ('reason' in read || read.document.text !== text) return plain;
  const { title, format = 'text', marks } = read.document;
  return { title, format, ...(marks === undefined ? {} : { marks }) };
}
