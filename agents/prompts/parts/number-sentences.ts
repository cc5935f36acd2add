import type { Span } from '../../../src/domain/document.ts';
import { splitSentences } from '../../../src/domain/text.ts';
import type { PromptPart } from '../../../src/ports/language-model.ts';

/** As many sentences as the nano family has markers for. */
export const MAX_SENTENCES = 48;

/** Points at no sentence. */
export const NONE = '<|none|>';

/** From 0 on; the markers count from 1. */
export const sentenceMarker = (index: number): string => `<|s${index + 1}|>`;

/**
 * The sentences of a text; where there are more than `most`, the shortest neighbours are joined until there are not. Spans are ordered,
 * disjoint, and leave out white space only. As `merge_to` in `models/nano/train/text.py`.
 */
export function cutToSentences(text: string, most = MAX_SENTENCES): Span[] {
  const spans = splitSentences(text);
  while (spans.length > Math.max(most, 1)) spans.splice(shortestPair(spans), 2, ...join(spans, shortestPair(spans)));
  return spans;
}

function shortestPair(spans: readonly Span[]): number {
  const length = (i: number) => lengthOf(spans[i]) + lengthOf(spans[i + 1]);
  let best = 0;
  for (let i = 1; i + 1 < spans.length; i++) if (length(i) < length(best)) best = i;
  return best;
}

function lengthOf(span: Span | undefined): number {
  return span === undefined ? 0 : span.end - span.start;
}

function join(spans: readonly Span[], at: number): Span[] {
  const [first, second] = [spans[at], spans[at + 1]];
  return first === undefined || second === undefined ? [] : [{ start: first.start, end: second.end }];
}

/** `<|ctx|><|s1|>first<|s2|>second…`: how every prompt of the family begins. */
export function numberedParts(sentences: readonly string[]): PromptPart[] {
  return [{ marker: '<|ctx|>' }, ...sentences.flatMap((text, i) => [{ marker: sentenceMarker(i) }, { text }])];
}
