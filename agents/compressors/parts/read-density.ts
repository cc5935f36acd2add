import type { Compressible } from './compressible.ts';
import { readSegments, type SegmentReader } from './read-segments.ts';

/** What was read of one unit or of several. */
export interface Reading {
  readonly tokens: number;
  readonly nats: number;
  /** Nats a token. */
  readonly density: number;
}

/** How surprising each unit is after the text before it, by its place; nothing is dropped on the way. The reader's first lead is meant. */
export async function densityOf(source: Compressible, places: readonly number[], reader: SegmentReader): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  await readSegments(source, places, reader, (segment) => {
    segment.places.forEach((place, i) => {
      readings[place] = toReading(segment.readings[0]?.[i] ?? { tokens: 0, nats: 0 });
    });
    return segment.places;
  });
  return readings;
}

export function sumOver(readings: readonly Reading[], places: readonly number[]): Reading {
  const total = { tokens: 0, nats: 0 };
  for (const place of places) {
    total.tokens += readings[place]?.tokens ?? 0;
    total.nats += readings[place]?.nats ?? 0;
  }
  return toReading(total);
}

export function tokensOf({ units }: Compressible, places: readonly number[]): number {
  return places.reduce((sum, place) => sum + (units[place]?.tokens ?? 0), 0);
}

function toReading({ tokens, nats }: { readonly tokens: number; readonly nats: number }): Reading {
  return { tokens, nats, density: nats / Math.max(1, tokens) };
}
