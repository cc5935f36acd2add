import { groupBy } from '../domain/group.ts';
import {
  differenceFigure,
  type Figure,
  meanFigure,
  type Part,
  type PartsByDocument,
  probabilityOfBest,
  ratio,
  ratioFigure,
} from '../domain/ranking.ts';

/** By what compressors are ordered. */
export const RANK_MEASURES = ['bits', 'bits-per-token', 'bits-per-byte', 'relevance'] as const;
export type RankMeasure = (typeof RANK_MEASURES)[number];

/** What one arm made of one pair. */
export interface RankOutcome {
  readonly documentId: string;
  readonly status: 'text' | 'none' | 'failed';
  /** 0 for NONE, which hands nothing on; absent where compressing or scoring failed. */
  readonly bits?: number;
  /** By the scorer's tokenizer, so that compressors can be compared. */
  readonly tokens: number;
  readonly bytes: number;
  /** Share of the question's words that it holds, weighted (`bm25Share`); 0 for NONE. */
  readonly relevance: number;
  /** Numbers, dates, names and quotations in the summary, and those of them that its source does not hold. */
  readonly claims: number;
  readonly unsupported: number;
  /** Bits under each further scorer; undefined where it failed. */
  readonly others?: readonly (number | undefined)[];
  /** Whether it holds a gold string; absent where none is known, and where compressing failed. */
  readonly hasGold?: boolean;
}

/** One arm's outcomes, in the order of the pairs, which is the same for all arms. */
export interface RankSeries {
  readonly name: string;
  readonly outcomes: readonly RankOutcome[];
}

/** Figures of one arm. Intervals are over documents. */
export interface RankFigures {
  /** Per question: a mean of document means. */
  readonly bits: Figure;
  readonly saturation: number;
  readonly bitsPerToken: Figure;
  readonly bitsPerByte: Figure;
  /** Of the summaries that are not NONE. */
  readonly tokens: Figure;
  readonly noneShare: Figure;
  /** Share of the questions' words in what was handed on: the one figure here that looks at the question, and by its words only. */
  readonly relevance: Figure;
  /** Share of what summaries claim that stands in their source; NaN where they claim nothing. */
  readonly faithfulness: Figure;
  readonly claims: number;
  /** Of the questions with a known answer, the share whose summary holds it; absent without labels. NONE holds nothing. */
  readonly gold?: Figure;
  readonly summaries: number;
  readonly failed: number;
  /** Probability of being best of all arms, were other documents of the kind drawn; absent for an arm without enough scores. */
  readonly best?: number;
  /** Bits less than the first arm's, on the pairs that both have. */
  readonly behind?: Figure;
}

export interface RankedSeries {
  /** Place in the series given. */
  readonly place: number;
  readonly figures: RankFigures;
}

/** An arm that lacks more of its scores than this is not compared: it would leave the others too few pairs. */
const MOST_MISSING = 0.5;

/** Figures of every arm, best first, ties in the order given, those that cannot be compared last. */
export function rankSeries(
  series: readonly RankSeries[],
  { ceilingBits, by, seed }: { readonly ceilingBits: number; readonly by: RankMeasure; readonly seed: number },
): readonly RankedSeries[] {
  const compared = series.flatMap(({ outcomes }, place) => (isComparable(outcomes) ? [place] : []));
  const common = commonPairs(compared.map((place) => series[place]?.outcomes ?? []));
  const parts = new Map(compared.map((place) => [place, toParts(common(series[place]?.outcomes ?? []), by)]));
  const chances = probabilityOfBest(
    compared.map((place) => [...(parts.get(place)?.values() ?? [])]),
    { seed },
  );
  const value = (place: number) => ratio(parts.get(place)?.values() ?? []);
  const order = [...compared].sort((a, b) => descending(value(a), value(b)) || a - b);
  const first = documentBits(common(series[order[0] ?? -1]?.outcomes ?? []));
  const ranked = order.map((place): RankedSeries => {
    const outcomes = series[place]?.outcomes ?? [];
    const behind = differenceFigure(first, documentBits(common(outcomes)));
    return { place, figures: { ...figuresOf(outcomes, ceilingBits), best: chances[compared.indexOf(place)] ?? 0, behind } };
  });
  const others = series.flatMap(({ outcomes }, place) =>
    compared.includes(place) ? [] : [{ place, figures: figuresOf(outcomes, ceilingBits) }],
  );
  return [...ranked, ...others];
}

/** Whether an arm has enough scores to be compared with others. */
export function isComparable(outcomes: readonly RankOutcome[]): boolean {
  const missing = outcomes.filter(({ bits }) => bits === undefined).length;
  return outcomes.length > 0 && missing < outcomes.length && missing / outcomes.length <= MOST_MISSING;
}

/** NaN, an arm without tokens, comes last. */
function descending(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return b - a;
}

/** Cuts outcomes down to the pairs for which every compared arm has bits. */
export function commonPairs(all: readonly (readonly RankOutcome[])[]): (outcomes: readonly RankOutcome[]) => readonly RankOutcome[] {
  const isWhole = (all[0] ?? []).map((_, pair) => all.every((outcomes) => outcomes[pair]?.bits !== undefined));
  return (outcomes) => outcomes.filter((_, pair) => isWhole[pair]);
}

/** An arm's measure as a ratio of sums, one part a document. */
export function toParts(outcomes: readonly RankOutcome[], by: RankMeasure): PartsByDocument {
  if (by === 'bits-per-token') return partsOf(outcomes, bitsOf, ({ tokens }) => tokens);
  if (by === 'bits-per-byte') return partsOf(outcomes, bitsOf, ({ bytes }) => bytes);
  if (by === 'relevance') return partsOf(outcomes, ({ relevance }) => relevance, one);
  return new Map([...groupBy(outcomes, ({ documentId }) => documentId)].map(([id, group]) => [id, { top: meanBits(group), bottom: 1 }]));
}

function figuresOf(outcomes: readonly RankOutcome[], ceilingBits: number): RankFigures {
  const scored = outcomes.filter(({ bits }) => bits !== undefined);
  const summaries = outcomes.filter(({ status }) => status === 'text');
  const made = outcomes.filter(({ status }) => status !== 'failed');
  const labelled = outcomes.filter(({ hasGold }) => hasGold !== undefined);
  const bits = meanFigure(documentBits(scored), ceilingBits);
  return {
    bits,
    saturation: bits.value / ceilingBits,
    bitsPerToken: ratioFigure(partsOf(scored, bitsOf, ({ tokens }) => tokens)),
    bitsPerByte: ratioFigure(partsOf(scored, bitsOf, ({ bytes }) => bytes)),
    tokens: ratioFigure(
      partsOf(summaries, ({ tokens }) => tokens, one),
      { least: 0 },
    ),
    relevance: ratioFigure(
      partsOf(made, (outcome) => outcome.relevance, one),
      { scale: 1 },
    ),
    noneShare: ratioFigure(
      partsOf(made, ({ status }) => Number(status === 'none'), one),
      { scale: 1 },
    ),
    faithfulness: ratioFigure(
      partsOf(
        summaries,
        ({ claims, unsupported }) => claims - unsupported,
        ({ claims }) => claims,
      ),
      { scale: 1 },
    ),
    ...(labelled.length === 0 ? {} : { gold: ratioFigure(goldParts(labelled), { scale: 1 }) }),
    claims: summaries.reduce((sum, { claims }) => sum + claims, 0),
    summaries: summaries.length,
    failed: outcomes.length - scored.length,
  };
}

const one = (): number => 1;

/** Summaries with a gold string over summaries, of questions with a known answer. */
export function goldParts(labelled: readonly RankOutcome[]): PartsByDocument {
  return partsOf(labelled, ({ hasGold }) => Number(hasGold ?? false), one);
}

const bitsOf = ({ bits }: RankOutcome): number => bits ?? 0;

function partsOf(
  outcomes: readonly RankOutcome[],
  top: (outcome: RankOutcome) => number,
  bottom: (outcome: RankOutcome) => number,
): PartsByDocument {
  const sum = (group: readonly RankOutcome[], of: (outcome: RankOutcome) => number) =>
    group.reduce((total, outcome) => total + of(outcome), 0);
  return new Map(
    [...groupBy(outcomes, ({ documentId }) => documentId)].map(([id, group]): [string, Part] => [
      id,
      { top: sum(group, top), bottom: sum(group, bottom) },
    ]),
  );
}

/** One mean a document, in the order of the pairs. */
export function documentMeans(outcomes: readonly RankOutcome[], of: (outcome: RankOutcome) => number): readonly number[] {
  return [...groupBy(outcomes, ({ documentId }) => documentId).values()].map((group) => meanBits(group, of));
}

function documentBits(outcomes: readonly RankOutcome[]): readonly number[] {
  return documentMeans(outcomes, bitsOf);
}

function meanBits(group: readonly RankOutcome[], of = bitsOf): number {
  return group.reduce((sum, outcome) => sum + of(outcome), 0) / group.length;
}
