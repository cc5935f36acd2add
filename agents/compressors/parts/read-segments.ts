import { IsthmusError } from '../../../src/domain/errors.ts';
import { type CallContext, throwIfAborted } from '../../../src/ports/call-context.ts';
import type { LanguageModel, Prompt, PromptPart } from '../../../src/ports/language-model.ts';
import type { ModelHandle } from '../../../src/ports/plugin.ts';
import { alignTokens, type UnitReading } from './align-tokens.ts';
import { type Compressible, wordsOf } from './compressible.ts';

/** What stands before every reading. The end of it must not be text that runs on into the words. */
export type Lead = readonly PromptPart[];

/** A fixed lead-in for reading after nothing, as the estimators' scorings of sources have it: some vocabularies have no start token. */
export const NOTHING: Lead = [{ text: '\n' }];

export interface SegmentReader {
  readonly handle: ModelHandle;
  /** Each segment is read once after each of them. At least one. */
  readonly leads: readonly Lead[];
  /** Tokens read at once, about. */
  readonly segmentTokens: number;
  /** Tokens of what came before that a segment is read after, at most. */
  readonly overlapTokens: number;
  readonly context: CallContext;
}

/** One segment as each lead has it: `readings[lead][i]` is of unit `places[i]`. */
export interface ReadSegment {
  readonly places: readonly number[];
  readonly readings: readonly (readonly UnitReading[])[];
}

/** Room for what counting text apart misses: markers of the lead, and a piece of white space where parts meet. */
const MARGIN_TOKENS = 8;

/**
 * Reads the units named, segment by segment, each after the lead and the last `overlapTokens` of what `keep` kept of the segments before. So a text of
 * any length is read in windows of lead + overlap + segment, which shrink to the model's context. Scored tokens: those of the units, once a lead; evaluated
 * besides, once a segment and lead: lead and overlap, less what the model still has of them.
 */
export async function readSegments(
  source: Compressible,
  places: readonly number[],
  reader: SegmentReader,
  keep: (segment: ReadSegment) => readonly number[],
): Promise<void> {
  const { leads, context } = reader;
  const sizes = await sizesOf(reader);
  const kept: number[] = [];
  for (const segment of toSegments(source, places, sizes.segmentTokens)) {
    throwIfAborted(context);
    const before = wordsOf(source, latest(source, kept, sizes.overlapTokens));
    const readings: UnitReading[][] = [];
    for (const lead of leads) readings.push(await readAfter(source, segment, { parts: [...lead, ...partOf(before)], reader }));
    kept.push(...keep({ places: segment, readings }));
  }
}

/** The sizes asked for, made smaller where the context does not hold them: half of what the lead leaves goes to either. */
async function sizesOf({ handle: { model }, leads, segmentTokens, overlapTokens }: SegmentReader) {
  const { contextTokens } = await model.describe();
  const texts = leads.map((lead) => lead.flatMap((part) => ('text' in part ? [part.text] : [])));
  const counts = await Promise.all(texts.map((lead) => model.countTokens(lead)));
  const lengths = counts.map((lead, i) => lead.reduce((sum, count) => sum + count, 0) + (leads[i]?.length ?? 0));
  const free = contextTokens - Math.max(...lengths) - MARGIN_TOKENS;
  return { segmentTokens: Math.max(1, Math.min(segmentTokens, free >> 1)), overlapTokens: Math.max(0, Math.min(overlapTokens, free >> 1)) };
}

function partOf(before: string): PromptPart[] {
  return before === '' ? [] : [{ text: before }];
}

/** Cut before the unit that would go over; one that alone goes over is a segment of its own. */
function toSegments({ units }: Compressible, places: readonly number[], most: number): number[][] {
  const segments: number[][] = [];
  let tokens = 0;
  for (const place of places) {
    const own = units[place]?.tokens ?? 0;
    const last = segments.at(-1);
    if (last === undefined || tokens + own > most) {
      segments.push([place]);
      tokens = own;
    } else {
      last.push(place);
      tokens += own;
    }
  }
  return segments;
}

/** The last of the places that have at most so many tokens. */
function latest({ units }: Compressible, places: readonly number[], most: number): readonly number[] {
  let tokens = 0;
  let first = places.length;
  while (first > 0) {
    tokens += units[places[first - 1] ?? 0]?.tokens ?? 0;
    if (tokens > most) break;
    first -= 1;
  }
  return places.slice(first);
}

async function readAfter(
  source: Compressible,
  places: readonly number[],
  { parts, reader }: { readonly parts: readonly PromptPart[]; readonly reader: SegmentReader },
): Promise<UnitReading[]> {
  const { handle, context } = reader;
  const text = wordsOf(source, places);
  const prompt: Prompt = { type: 'marked', parts };
  const request = { prompt, continuations: [{ text, ended: false }], withTexts: true };
  const { tokenLogProbs, tokenTexts } = await scoring(handle.model)(request, context);
  const logProbs = checked(tokenLogProbs[0] ?? []);
  const own = places.flatMap((place) => source.units[place] ?? []);
  const ends = places.map((_place, i) => wordsOf(source, places.slice(0, i + 1)).length);
  const units = own.map(({ start, end }, i) => ({ start: (ends[i] ?? 0) - (end - start), end: ends[i] ?? 0 }));
  return alignTokens({ text, units, counts: own.map(({ tokens }) => tokens) }, { logProbs, texts: tokenTexts?.[0] });
}

/** @throws IsthmusError `capability-missing` */
export function scoring(model: LanguageModel): NonNullable<LanguageModel['scoreContinuations']> {
  if (model.scoreContinuations !== undefined) return model.scoreContinuations.bind(model);
  const message = `Expected a model whose log-probabilities can be read, but those of ${model.identity.name} cannot. Name a GGUF, or the compressor "extractive".`;
  throw new IsthmusError('capability-missing', message);
}

/** @throws IsthmusError `output-unparseable` for what is no log-probability: counted as 0 it would be certainty */
export function checked(logProbs: readonly number[]): readonly number[] {
  const wrong = logProbs.find((value) => !Number.isFinite(value));
  if (wrong === undefined) return logProbs;
  throw new IsthmusError('output-unparseable', `Expected log-probabilities, but the model gave ${wrong}.`);
}
