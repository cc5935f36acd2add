const READABLE = new Set([
  'application/pdf',
  'application/json',
  'application/xml',
  'application/xhtml+xml',
  'application/x-ndjson',
  'application/jsonl',
  'application/yaml',
  'application/x-yaml',
  'application/rtf',
  'application/epub+zip',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'message/rfc822',
]);

/** Files that many servers send as mere bytes; whoever reads them goes by the extension then. */
const READABLE_EXTENSION = /\.(?:csv|docx|eml|html?|json|jsonl|md|markdown|ndjson|pdf|rst|tsv|txt|xhtml|xml|ya?ml)$/i;

/** Why a body of this type is not taken, before a byte of it is read; undefined where it may hold text. */
export function typeProblem(contentType: string | undefined, url: URL): string | undefined {
  const type = (contentType ?? '').replace(/;.*$/s, '').trim().toLowerCase();
  const isReadable = MERE_BYTES.has(type) ? READABLE_EXTENSION.test(url.pathname) : READABLE.has(type) || TEXT.test(type);
  return isReadable ? undefined : `its type is ${type === '' ? 'not given' : type.slice(0, 100)}`;
}

const MERE_BYTES = new Set(['', 'application/octet-stream', 'binary/octet-stream']);
const TEXT = /^text\/|^application\/.*\+(?:json|xml)$/;
