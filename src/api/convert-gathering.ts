import type { z } from 'zod';
import type { EgressRecord } from '../domain/egress.ts';
import type { RunState } from '../domain/run.ts';
import { type Gathering, gatheringOf } from '../domain/run-gathering.ts';
import { known } from './convert-usage.ts';
import type { egressAnswer, gatheredAnswer } from './schemas-gather.ts';

type PublicGathered = z.input<typeof gatheredAnswer>;

export function convertGathered({ sources, searches, isShared }: Omit<Gathering, 'egress'>): PublicGathered {
  return {
    sources: sources.map(({ url, from, query, documentId, title, reason }) => ({
      url,
      from,
      query: query ?? null,
      document_id: documentId ?? null,
      title: title ?? null,
      reason: reason ?? null,
    })),
    searches: searches.map(({ query, hits, reason }) => ({ query, hits, reason: reason ?? null })),
    is_shared: isShared,
  };
}

/** Of a run that gathers nothing the list is empty. */
export function convertEgress(state: RunState): z.input<typeof egressAnswer> {
  const { egress, isShared } = gatheringOf(state) ?? { egress: [], isShared: false };
  return { object: 'list', data: egress.map(convertRecord), is_shared: isShared };
}

function convertRecord({ at, purpose, url, address, status, bytes, durationMs, refused }: EgressRecord) {
  return {
    at_ms: at,
    purpose,
    url,
    address: address ?? null,
    status: known(status),
    bytes,
    duration_ms: durationMs,
    refused: refused ?? null,
  };
}
