import type { IncomingMessage } from 'node:http';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { IsthmusError } from '../../domain/errors.ts';

export interface BodyLimit {
  /** Of the body as it comes, and of the body inflated. */
  readonly maxBytes: number;
  /** `refuse` throws at the first byte too many; `cut` keeps what fits. */
  readonly beyond: 'refuse' | 'cut';
}

const INFLATERS = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;

/** What a request may offer: exactly what can be inflated. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/**
 * The body, inflated. Both ends of the inflater are counted, and it works in pieces of 16 KiB, so a bomb of a few kilobytes costs no more memory
 * than `maxBytes` and one piece.
 * @throws IsthmusError `egress-refused` beyond the limit or for an encoding that was not offered
 */
export async function readBody(
  response: IncomingMessage,
  { maxBytes, beyond, onBytes }: BodyLimit & { readonly onBytes: (count: number) => void },
): Promise<Uint8Array> {
  const declared = Number(response.headers['content-length'] ?? 0);
  if (beyond === 'refuse' && declared > maxBytes) throw tooLarge(maxBytes, `${declared} bytes are announced`);
  const parts: Uint8Array[] = [];
  let received = 0;
  let kept = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      onBytes(chunk.length);
      // A body that is cut ends where enough has come out; here only one that goes in and never comes out.
      if (beyond === 'cut') done(received > 2 * maxBytes ? new Full() : null, chunk);
      else if (received > maxBytes) done(tooLarge(maxBytes, 'more came'));
      else done(null, chunk);
    },
  });
  const keep = new Writable({
    write(part: Buffer, _encoding, done) {
      parts.push(part.subarray(0, maxBytes - kept));
      kept += part.length;
      if (kept <= maxBytes) done();
      else done(beyond === 'cut' ? new Full() : tooLarge(maxBytes, 'it inflates to more'));
    },
  });
  const inflater = inflaterFor(response);
  try {
    if (inflater === undefined) await pipeline(response, count, keep);
    else await pipeline(response, count, inflater, keep);
  } catch (error) {
    if (!(error instanceof Full)) throw error;
  }
  return Buffer.concat(parts);
}

/** Ends the pipeline where the rest of a body is not wanted. */
class Full extends Error {}

function inflaterFor(response: IncomingMessage): Transform | undefined {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return undefined;
  if (Object.hasOwn(INFLATERS, encoding)) return INFLATERS[encoding as keyof typeof INFLATERS]();
  throw new IsthmusError('egress-refused', `Expected a body in ${ACCEPTED_ENCODINGS}, but its encoding is "${encoding.slice(0, 50)}".`);
}

function tooLarge(maxBytes: number, what: string): IsthmusError {
  return new IsthmusError('egress-refused', `The body is refused: at most ${maxBytes} bytes are taken, and ${what}.`);
}
