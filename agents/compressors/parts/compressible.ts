import type { Span } from '../../../src/domain/document.ts';
import { splitSentences } from '../../../src/domain/text.ts';
import type { LanguageModel } from '../../../src/ports/language-model.ts';
import { splitUnits } from './split-units.ts';

export interface Unit extends Span {
  /** Its part of the text's tokens: counted alone, scaled so that all together are the text's. */
  readonly tokens: number;
  /** The place of the sentence that it begins in. */
  readonly sentence: number;
}

/** A text in the pieces that are kept or dropped. */
export interface Compressible {
  readonly text: string;
  readonly tokens: number;
  readonly units: readonly Unit[];
}

/** How much is to be kept. */
export interface Budget {
  /** Share of the text's tokens, in the model's own tokens. */
  readonly rate?: number | undefined;
  readonly maxTokens?: number | undefined;
}

const USUAL_RATE = 0.33;

/** The tokens to keep, at least one; and whether `maxTokens` is what limits them. Without both, a third of the text. */
export function targetOf({ rate, maxTokens }: Budget, tokens: number): { readonly tokens: number; readonly isCut: boolean } {
  const asked = Math.max(1, Math.round((rate ?? (maxTokens === undefined ? USUAL_RATE : 1)) * tokens));
  return maxTokens !== undefined && maxTokens < asked ? { tokens: maxTokens, isCut: true } : { tokens: asked, isCut: false };
}

export async function readText(text: string, model: LanguageModel): Promise<Compressible> {
  const spans = splitUnits(text);
  const [tokens = 0, ...counts] = await model.countTokens([text, ...spans.map(({ start, end }) => text.slice(start, end))]);
  const sum = counts.reduce((total, count) => total + count, 0);
  const scale = sum === 0 ? 0 : tokens / sum;
  const sentences = splitSentences(text);
  let sentence = 0;
  const units = spans.map(({ start, end }, i): Unit => {
    while (sentence < sentences.length - 1 && (sentences[sentence + 1]?.start ?? 0) <= start) sentence += 1;
    return { start, end, sentence, tokens: (counts[i] ?? 0) * scale };
  });
  return { text, tokens, units };
}

/** Places of units, sentence by sentence. */
export function bySentence(units: readonly Unit[], places: readonly number[]): number[][] {
  const groups: number[][] = [];
  let last = -1;
  for (const place of places) {
    const sentence = units[place]?.sentence ?? 0;
    if (sentence === last) groups.at(-1)?.push(place);
    else groups.push([place]);
    last = sentence;
  }
  return groups;
}

/**
 * The words of units in the order given: neighbours with what stands between them, others with a space, and with a line break where another sentence
 * begins: "… when 6,804 ships passed. Traffic fell …" must not become "6,804 ships fell".
 */
export function wordsOf({ text, units }: Compressible, places: readonly number[]): string {
  const pieces = places.map((place, i) => {
    const before = units[places[i - 1] ?? -1];
    const unit = units[place];
    if (unit === undefined) return '';
    return gapBetween(text, before, unit, places[i - 1] === place - 1) + text.slice(unit.start, unit.end);
  });
  return pieces.join('');
}

function gapBetween(text: string, before: Unit | undefined, unit: Unit, areNeighbours: boolean): string {
  if (before === undefined) return '';
  if (areNeighbours) return text.slice(before.end, unit.start);
  return before.sentence === unit.sentence ? ' ' : '\n';
}
