import { Inflate } from 'fflate';
import { formatBytes, MIB } from '../limits.ts';
import { unreadable } from './format.ts';

/** A book of a thousand pages in XML has some 20 MiB; pictures are stored as they are and never inflated here. Bytes. */
const MAX_INFLATED = 256 * MIB;
/** XML is read into memory as a tree, many times its size. Bytes. */
const MAX_XML = 48 * MIB;
const MAX_ENTRIES = 10_000;
/** Compressed bytes given to the inflater at a time; at 1:1032 they come out as 16 MiB. */
const STEP = 16 * 1024;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly compressed: Uint8Array;
}

/**
 * Names of an archive's files, after each has been inflated and thrown away piece by piece: the sizes an archive states are those that its
 * maker wrote into it.
 * @throws IsthmusError where it is broken, encrypted, or larger than anyone's document
 */
export function checkArchive(bytes: Uint8Array): readonly string[] {
  const entries = entriesOf(bytes);
  let total = 0;
  for (const { name, method, compressed } of entries) {
    if (method !== 0 && method !== 8) throw unreadable('is an archive packed in a way that is not supported');
    const limit = /\.(xml|rels)$/i.test(name) ? MAX_XML : MAX_INFLATED;
    total += method === 0 ? compressed.length : inflatedSize(compressed, { limit, left: MAX_INFLATED - total });
    if (total > MAX_INFLATED) throw tooMuch(MAX_INFLATED);
  }
  return entries.map(({ name }) => name);
}

function inflatedSize(compressed: Uint8Array, { limit, left }: { readonly limit: number; readonly left: number }): number {
  let size = 0;
  let isFinished = false;
  const inflate = new Inflate((piece, final) => {
    size += piece.length;
    isFinished ||= final;
  });
  try {
    for (let start = 0; start < compressed.length || start === 0; start += STEP) {
      inflate.push(compressed.subarray(start, start + STEP), start + STEP >= compressed.length);
      if (size > Math.min(limit, left)) break;
    }
  } catch {
    throw unreadable('is broken: a part of it cannot be unpacked');
  }
  if (size > Math.min(limit, left)) throw tooMuch(size > limit ? limit : MAX_INFLATED);
  if (!isFinished) throw unreadable('is broken: a part of it ends too early');
  return size;
}

/** The central directory, which is what readers of the archive go by. */
function entriesOf(bytes: Uint8Array): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endRecord(view);
  if (end === undefined) throw unreadable('is broken: the list of its parts is missing, as when a download was cut off');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > MAX_ENTRIES) throw unreadable(`is an archive of ${count} files, and the limit is ${MAX_ENTRIES}`);
  const entries: Entry[] = [];
  try {
    for (let index = 0; index < count; index += 1) {
      const { entry, next } = readEntry(view, at, bytes);
      entries.push(entry);
      at = next;
    }
  } catch (error) {
    if (error instanceof RangeError) throw unreadable('is broken: the list of its parts is damaged');
    throw error;
  }
  return entries;
}

function readEntry(view: DataView, at: number, bytes: Uint8Array): { readonly entry: Entry; readonly next: number } {
  if (view.getUint32(at, true) !== 0x02014b50) throw unreadable('is broken: the list of its parts is damaged');
  if ((view.getUint16(at + 8, true) & 1) === 1) throw unreadable('is encrypted with a password; save a copy without one');
  const nameLength = view.getUint16(at + 28, true);
  const size = view.getUint32(at + 20, true);
  const local = view.getUint32(at + 42, true);
  if (view.getUint32(local, true) !== 0x04034b50) throw unreadable('is broken: a part of it is not where it should be');
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + size > bytes.length) throw unreadable('is broken: a part of it ends too early');
  const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
  if (/(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[a-z]:/i.test(name)) throw unreadable('holds a file name that leads outside of it');
  const entry = { name, method: view.getUint16(at + 10, true), compressed: bytes.subarray(start, start + size) };
  return { entry, next: at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true) };
}

/** It stands before a comment of up to 64 KiB. */
function endRecord(view: DataView): number | undefined {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 65_557); at -= 1) {
    if (view.getUint32(at, true) === 0x06054b50) return at;
  }
  return undefined;
}

function tooMuch(limit: number) {
  return unreadable(`unpacks to more than ${formatBytes(limit)}: it is a bomb, or larger than can be read`);
}
