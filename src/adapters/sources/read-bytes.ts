import { open } from 'node:fs/promises';
import { HEAD_BYTES } from './formats/detect.ts';
import type { ReadLimits } from './limits.ts';
import { checkSource } from './source-reader.ts';

/** The file's bytes, or why it is not read. Its beginning is looked at first, so that what will be refused is not read whole. */
export async function readBytes(
  { path, uri }: { readonly path: string; readonly uri: string },
  limits: ReadLimits,
): Promise<{ readonly bytes: Uint8Array } | { readonly reason: string }> {
  try {
    await using handle = await open(path, 'r');
    const { size } = await handle.stat();
    const head = new Uint8Array(Math.min(HEAD_BYTES, size));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const checked = checkSource({ uri, size, head: head.subarray(0, bytesRead) }, limits);
    if ('reason' in checked) return checked;
    // From the start, and no further than it was: a file that grows meanwhile must not pass the limit.
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const { bytesRead: more } = await handle.read(bytes, filled, size - filled, filled);
      if (more === 0) break;
      filled += more;
    }
    return { bytes: bytes.subarray(0, filled) };
  } catch (error) {
    return { reason: `cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)})` };
  }
}
