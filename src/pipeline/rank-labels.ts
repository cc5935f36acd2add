import { type Figure, type Part, type PartsByDocument, ratio, ratioFigure } from '../domain/ranking.ts';
import {
  commonPairs,
  goldParts,
  isComparable,
  RANK_MEASURES,
  type RankMeasure,
  type RankOutcome,
  type RankSeries,
  toParts,
} from './rank-figures.ts';
import { kendallTau, meanOf, overResamples, percentileInterval, placesOfBest } from './rank-statistics.ts';

/** An arm counts as best whose share of summaries with a gold string is this near to the highest one. */
export const WITHIN = 0.02;

/** What the first choice by one measure is worth. Where arms tie for first, the mean over them. */
export interface LabelledChoice {
  readonly by: RankMeasure;
  /** Share of its summaries that hold a gold string. */
  readonly gold: number;
  /** Less than the highest share of any arm. */
  readonly behind: number;
  /** 1: best within 2 points; 0: not; between: so many of those that tie. */
  readonly isBest: number;
  /** `isBest` in the mean over resamples of documents, choice and judgement of one resample. */
  readonly probability: number;
  /** Kendall's tau-b over arms between the measure and the share of gold; its interval is that of the resamples. */
  readonly tau: Figure;
}

/** How well the order without labels does by labels. */
export interface LabelReport {
  /** Questions with a known answer, for which every compared arm has a score; figures are on these. */
  readonly questions: number;
  readonly documents: number;
  readonly arms: number;
  /** Share of those questions whose chunk holds a gold string: what a compressor could reach that copies all. */
  readonly inChunk: Figure;
  readonly bestGold: number;
  readonly within: number;
  /** The same for an arm drawn by lot: what a measure has to beat. */
  readonly chance: { readonly isBest: number; readonly probability: number; readonly gold: number };
  readonly choices: readonly LabelledChoice[];
}

/** Undefined where no question has a known answer, or no arm enough scores. `inChunk`: by pair, whether the chunk holds a gold string. */
export function judgeByLabels(
  series: readonly RankSeries[],
  { inChunk, seed }: { readonly inChunk: readonly (boolean | undefined)[]; readonly seed: number },
): LabelReport | undefined {
  const labelled = series
    .map(({ outcomes }) => outcomes.filter((_, pair) => inChunk[pair] !== undefined))
    .filter((outcomes) => outcomes.length > 0 && isComparable(outcomes));
  const common = commonPairs(labelled);
  const arms = labelled.map(common);
  const [first] = arms;
  if (first === undefined || first.length === 0) return undefined;
  const held = common(chunksOf(labelled[0] ?? [], inChunk));
  const gold = arms.map((outcomes) => inOrder(goldParts(outcomes)));
  const documents = gold[0]?.length ?? 0;
  const judged = RANK_MEASURES.map((by) => judge({ by, parts: arms.map((outcomes) => inOrder(toParts(outcomes, by))), gold }, seed));
  const shares = gold.map(ratio);
  const whole = (places: readonly number[]) => nearBest(gold.map((parts) => ratio(pick(parts, places))));
  const lots = overResamples(documents, { seed }, (places) => meanOf(whole(places).map(Number)));
  return {
    ...{ questions: first.length, documents, arms: arms.length, inChunk: ratioFigure(goldParts(held), { scale: 1 }) },
    ...{ bestGold: Math.max(...shares), within: WITHIN, choices: judged },
    chance: { isBest: meanOf(nearBest(shares).map(Number)), probability: meanOf(lots), gold: meanOf(shares) },
  };
}

/** Chunks as if each were its own summary. */
function chunksOf(outcomes: readonly RankOutcome[], inChunk: readonly (boolean | undefined)[]): readonly RankOutcome[] {
  const held = inChunk.filter((one) => one !== undefined);
  return outcomes.map((outcome, i) => ({ ...outcome, hasGold: held[i] ?? false }));
}

interface Judged {
  readonly by: RankMeasure;
  /** By arm, one a document, in one order of documents for all. */
  readonly parts: readonly (readonly Part[])[];
  readonly gold: readonly (readonly Part[])[];
}

function judge({ by, parts, gold }: Judged, seed: number): LabelledChoice {
  const figures = (places?: readonly number[]) => {
    const values = parts.map((own) => ratio(places === undefined ? own : pick(own, places)));
    const shares = gold.map((own) => ratio(places === undefined ? own : pick(own, places)));
    const chosen = placesOfBest(values);
    const isNear = nearBest(shares);
    return {
      gold: meanOf(chosen.map((arm) => shares[arm] ?? Number.NaN)),
      isBest: meanOf(chosen.map((arm) => Number(isNear[arm]))),
      tau: kendallTau(values, shares),
      most: Math.max(...shares),
    };
  };
  const { gold: share, isBest, tau, most } = figures();
  const drawn = overResamples(gold[0]?.length ?? 0, { seed }, figures);
  const interval = percentileInterval(drawn.map((one) => one.tau));
  return {
    ...{ by, gold: share, behind: most - share, isBest, probability: meanOf(drawn.map((one) => one.isBest)) },
    tau: { value: tau, ...(interval === undefined ? {} : { interval }) },
  };
}

function nearBest(shares: readonly number[]): readonly boolean[] {
  const most = Math.max(...shares);
  // Shares are fractions of small whole numbers: a difference of just 2 points must not fall to rounding.
  return shares.map((share) => most - share <= WITHIN + 1e-9);
}

function inOrder(parts: PartsByDocument): readonly Part[] {
  return [...parts.values()];
}

function pick(parts: readonly Part[], places: readonly number[]): readonly Part[] {
  return places.map((place) => parts[place] ?? { top: 0, bottom: 0 });
}
