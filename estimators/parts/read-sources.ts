import { utf8Bytes } from '../../src/domain/information.ts';
import { type ErrorPart, jackknifeError } from '../../src/domain/interval.ts';
import type { InformationSample, LogProbLookup, ScoringCell } from '../../src/ports/information-estimator.ts';
import { readLogProb } from './read-log-prob.ts';

/** A source text and what a model needed to predict it. */
export interface ReadSource {
  readonly contextId: string;
  readonly documentId: string;
  /** −log p(text), nats. */
  readonly surprise: number;
  readonly tokens: number;
  readonly bytes: number;
  /** Unicode code points. */
  readonly characters: number;
}

/** One scoring a context: its own text, after nothing. */
export function planSources(samples: readonly InformationSample[]): readonly ScoringCell[] {
  return firstOfEach(samples).map(toCell);
}

/** The contexts whose text is known and was scored, each once. */
export function readSources(samples: readonly InformationSample[], logProb: LogProbLookup): readonly ReadSource[] {
  return firstOfEach(samples).flatMap((sample): ReadSource[] => {
    const { source, contextId, documentId } = sample;
    const value = readLogProb(logProb, toCell(sample), true);
    if (source === undefined || value === undefined || source.tokens === 0) return [];
    const { text, tokens } = source;
    return [{ contextId, documentId, surprise: -value, tokens, bytes: utf8Bytes(text), characters: [...text].length }];
  });
}

function firstOfEach(samples: readonly InformationSample[]): readonly InformationSample[] {
  const first = new Map<string, InformationSample>();
  for (const sample of samples) {
    if (sample.source !== undefined && !first.has(sample.contextId)) first.set(sample.contextId, sample);
  }
  return [...first.values()];
}

function toCell({ id, contextId }: InformationSample): ScoringCell {
  return { sampleId: id, contextId, target: 'source', shown: 'nothing' };
}

/** The error of a ratio of sums over sources when each document is left out in turn. Undefined under two documents. */
export function ratioError(sources: readonly ReadSource[], ratio: (sources: readonly ReadSource[]) => number): ErrorPart | undefined {
  const documents = [...new Set(sources.map(({ documentId }) => documentId))];
  if (documents.length < 2) return undefined;
  return jackknifeError(documents.map((left) => ratio(sources.filter(({ documentId }) => documentId !== left))));
}

export function total(sources: readonly ReadSource[], of: (source: ReadSource) => number): number {
  return sources.reduce((sum, source) => sum + of(source), 0);
}
