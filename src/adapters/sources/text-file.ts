import { open } from 'node:fs/promises';
import { extname } from 'node:path';

/** What is read today. Everything else is listed as skipped, so that nobody believes it was read. */
const SUPPORTED = ['.md', '.markdown', '.txt', '.text'];

export function extensionOf(name: string): string {
  return extname(name).toLowerCase();
}

export function isSupported(name: string): boolean {
  return SUPPORTED.includes(extensionOf(name));
}

export function unsupportedReason(name: string): string {
  return `not supported yet: ${extensionOf(name) || 'a file without an extension'} (supported: ${SUPPORTED.join(', ')})`;
}

/** The file's bytes, or why it is not read. A file that cannot be opened is a reason too: the others are still wanted. */
export async function readBytes(path: string, maxBytes: number): Promise<{ bytes: Uint8Array } | { reason: string }> {
  try {
    await using handle = await open(path, 'r');
    const { size } = await handle.stat();
    if (size > maxBytes) return { reason: `is too large: ${size} bytes, and the limit is ${maxBytes}` };
    return { bytes: await handle.readFile() };
  } catch (error) {
    return { reason: `cannot be read (${codeOf(error)})` };
  }
}

/**
 * UTF-8 or nothing: a guessed encoding gives quotations that are not in the source. The decoder drops a byte order mark;
 * line ends stay as they are, because spans count them.
 */
export function decodeText(bytes: Uint8Array): { text: string } | { reason: string } {
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) return { reason: 'is UTF-16; expected UTF-8' };
  if (bytes.includes(0)) return { reason: 'is binary (it holds NUL bytes)' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? { reason: 'is empty' } : { text };
  } catch {
    return { reason: 'is not UTF-8' };
  }
}

/** The first heading (`# …` to `###### …`) outside code fences. */
export function titleOf(markdown: string): string | undefined {
  let fence: string | undefined;
  for (const line of markdown.split(/\r\n|\n|\r/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
    } else if (mark !== undefined) {
      fence = mark;
    } else {
      const heading = /^ {0,3}#{1,6}[ \t]+(.+)$/
        .exec(line)?.[1]
        ?.replace(/(^|[ \t])#+[ \t]*$/, '')
        .trim();
      if (heading) return heading;
    }
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
