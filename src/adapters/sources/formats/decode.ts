import { unreadable } from './format.ts';

/**
 * UTF-8, or UTF-16 that says so by its byte order mark; nothing else: a guessed encoding gives quotations that are not in the source.
 * The decoder drops the mark; line ends stay as they are, because spans count them.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-8' && bytes.includes(0)) throw unreadable('is binary (it holds NUL bytes)');
  const text = decodeAs(bytes, encoding);
  if (text.includes('\0')) throw unreadable('is binary (it holds NUL characters)');
  if (text.trim() === '') throw unreadable('is empty');
  return text;
}

function decodeAs(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le' | 'utf-16be'): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(
      encoding === 'utf-8'
        ? 'is not UTF-8; save it as UTF-8 first (for example with: iconv -f WINDOWS-1252 -t UTF-8)'
        : 'says that it is UTF-16, and is not; save it as UTF-8 first',
    );
  }
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  return startsWith(bytes, [0xfe, 0xff]) ? 'utf-16be' : 'utf-8';
}

/**
 * A web page as browsers take it: byte order mark, then what the server says, then what the page says of itself, then UTF-8; and where that
 * fails, Windows-1252.
 */
export function decodePage(bytes: Uint8Array, charset?: string): string {
  if (encodingOf(bytes) !== 'utf-8') return new TextDecoder(encodingOf(bytes)).decode(bytes);
  const hasMark = startsWith(bytes, [0xef, 0xbb, 0xbf]);
  const named = hasMark ? undefined : (charset ?? charsetOfPage(bytes));
  const decoder = named === undefined ? undefined : decoderOf(named);
  if (decoder !== undefined) return decoder.decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The HTML standard looks at the first 1024 bytes. */
function charsetOfPage(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1024));
  const named = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1];
  // Bytes that could be read this far are not UTF-16, whatever they say.
  return named !== undefined && /^utf-?16/i.test(named) ? 'utf-8' : named;
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
