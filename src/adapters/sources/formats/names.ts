import { extname } from 'node:path';
import type { Format } from './format.ts';

/** Languages whose separators the text splitters know; the others are marked every so many lines. */
export const CODE_LANGUAGES: Readonly<Record<string, string | undefined>> = {
  '.bash': undefined,
  '.c': 'cpp',
  '.cc': 'cpp',
  '.cjs': 'js',
  '.cpp': 'cpp',
  '.cs': 'java',
  '.css': undefined,
  '.go': 'go',
  '.h': 'cpp',
  '.hpp': 'cpp',
  '.ini': undefined,
  '.java': 'java',
  '.js': 'js',
  '.jsx': 'js',
  '.kt': 'java',
  '.lua': undefined,
  '.mjs': 'js',
  '.php': 'php',
  '.pl': undefined,
  '.proto': 'proto',
  '.py': 'python',
  '.r': undefined,
  '.rb': 'ruby',
  '.rs': 'rust',
  '.scala': 'scala',
  '.sh': undefined,
  '.sql': undefined,
  '.swift': 'swift',
  '.toml': undefined,
  '.ts': 'js',
  '.tsx': 'js',
  '.xml': undefined,
  '.yaml': undefined,
  '.yml': undefined,
};

const EXTENSIONS: Readonly<Record<string, Format>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.txt': 'text',
  '.text': 'text',
  '.pdf': 'pdf',
  '.docx': 'docx',
  '.html': 'html',
  '.htm': 'html',
  '.xhtml': 'html',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.eml': 'email',
  '.mbox': 'mbox',
  '.rst': 'text',
  '.adoc': 'text',
  '.tex': 'text',
  '.log': 'text',
  '.srt': 'text',
  '.vtt': 'text',
  ...Object.fromEntries(Object.keys(CODE_LANGUAGES).map((extension) => [extension, 'code' as const])),
};

const CONTENT_TYPES: Readonly<Record<string, Format>> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'application/pdf': 'pdf',
  'application/x-pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'text/csv': 'csv',
  'text/tab-separated-values': 'csv',
  'application/json': 'json',
  'application/ld+json': 'json',
  'application/x-ndjson': 'jsonl',
  'application/jsonl': 'jsonl',
  'message/rfc822': 'email',
  'application/mbox': 'mbox',
  'text/markdown': 'markdown',
  'application/xml': 'code',
  'text/xml': 'code',
};

/** Types that servers send when they do not know: the name tells more. */
const VAGUE_TYPES = [
  '',
  'application/octet-stream',
  'binary/octet-stream',
  'application/download',
  'application/force-download',
  'text/plain',
];

/** Lower case, with its dot; of an address, that of its path. */
export function extensionOf(name: string): string {
  return extname(/^[a-z][a-z0-9+.-]+:\/\//i.test(name) ? name.replace(/[?#].*$/s, '') : name).toLowerCase();
}

export function isSupported(name: string): boolean {
  return Object.hasOwn(EXTENSIONS, extensionOf(name));
}

export function unsupportedReason(name: string): string {
  return `not supported yet: ${extensionOf(name) || 'a file without an extension'} (supported: ${Object.keys(EXTENSIONS).join(', ')})`;
}

/** What a name and a server's word for it say; undefined where they say nothing that is known. */
export function formatByName(uri: string, contentType = ''): Format | undefined {
  const extension = extensionOf(uri);
  const byName = Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : undefined;
  const type = typeOf(contentType);
  if (VAGUE_TYPES.includes(type)) return byName ?? (type === 'text/plain' ? 'text' : undefined);
  if (Object.hasOwn(CONTENT_TYPES, type)) return CONTENT_TYPES[type];
  return type.startsWith('text/') ? (byName ?? 'text') : undefined;
}

/** Without parameters. */
export function typeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

export function charsetOf(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*"?([\w:.-]+)/i.exec(contentType)?.[1];
}
