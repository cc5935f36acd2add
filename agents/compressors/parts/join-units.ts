import type { Span } from '../../../src/domain/document.ts';
import { NO_SUMMARY, type Summary } from '../../../src/domain/summary.ts';
import type { LanguageModel } from '../../../src/ports/language-model.ts';
import { bySentence, type Compressible, wordsOf } from './compressible.ts';
import { bestFirst } from './keep-units.ts';

export interface UnitChoice {
  /** Places of units, ascending. */
  readonly kept: readonly number[];
  /** One a unit, kept or not: who goes first when it is too much, who comes first when it is too little. */
  readonly scores: readonly number[];
  /** Tokens of the summary, never more. */
  readonly target: number;
  /** Whether the target is a limit rather than the rate asked for. */
  readonly isCut: boolean;
  /** The order in which sentences (lists of units) are set; default: as they stood. */
  readonly arrange?: (sentences: readonly (readonly number[])[]) => readonly (readonly number[])[];
}

/** Counting again after each correction: the first is nearly always right, since tokenizers nearly add up. */
const MOST_CORRECTIONS = 6;

/**
 * The summary that the chosen units make, corrected until it has at most `target` tokens and no unit that was left out fits beside it. Quotes
 * are sentence by sentence the stretch of the source from the first to the last unit kept: a thinned sentence stands nowhere word for word, and a citation of
 * every splinter could not be read (subsequence recovery, arXiv 2310.06839, section 4.4, done ahead since we know where each piece stood).
 */
export async function joinUnits(source: Compressible, choice: UnitChoice, model: LanguageModel): Promise<Summary> {
  const { scores, target, isCut, arrange = (sentences) => sentences } = choice;
  const textOf = (kept: readonly number[]) => wordsOf(source, arrange(bySentence(source.units, kept)).flat());
  let kept = [...choice.kept];
  let [text, tokenCount] = ['', 0];
  for (let round = 0; ; round += 1) {
    text = textOf(kept);
    [tokenCount = 0] = await model.countTokens([text]);
    const next = correct(source, { kept, scores, gap: target - tokenCount, mayGrow: round < MOST_CORRECTIONS });
    if (next === undefined) break;
    kept = next;
  }
  const finish = isCut ? ({ ended: false, finishReason: 'length' } as const) : ({ ended: true, finishReason: 'stop' } as const);
  if (kept.length === 0) return { ...NO_SUMMARY, ended: false, finishReason: 'length' };
  return { status: 'text', text, tokenCount, ...finish, quotes: recover(source, kept) };
}

interface Correction {
  readonly kept: readonly number[];
  readonly scores: readonly number[];
  /** Tokens that are free, or below 0 too many. */
  readonly gap: number;
  /** A tokenizer may count more for the whole than for its parts, so filling could go on for ever; shrinking ends by itself. */
  readonly mayGrow: boolean;
}

/** What to try instead, or undefined where nothing is to be changed. */
function correct({ units }: Compressible, { kept, scores, gap, mayGrow }: Correction): number[] | undefined {
  if (gap < 0) return shrink(units, { kept, scores, excess: -gap });
  if (gap === 0 || !mayGrow) return undefined;
  const chosen = new Set(kept);
  let free = gap;
  const ranked = bestFirst(scores.map((score) => ({ score })));
  const added = ranked.filter((place) => {
    // Rounded up: a count alone is scaled, and one token too many costs another round.
    const tokens = Math.max(1, Math.ceil((units[place]?.tokens ?? 0) - 0.25));
    if (chosen.has(place) || tokens > free) return false;
    free -= tokens;
    return true;
  });
  return added.length === 0 ? undefined : [...kept, ...added].sort((a, b) => a - b);
}

function shrink(
  units: Compressible['units'],
  { kept, scores, excess }: Pick<Correction, 'kept' | 'scores'> & { readonly excess: number },
): number[] {
  let left = excess;
  const dropped = new Set<number>();
  for (const at of bestFirst(kept.map((place) => ({ score: scores[place] ?? 0 }))).reverse()) {
    const place = kept[at];
    if (left <= 0) break;
    if (place === undefined) continue;
    dropped.add(place);
    left -= Math.max(1, Math.round(units[place]?.tokens ?? 0));
  }
  return kept.filter((place) => !dropped.has(place));
}

function recover({ units }: Compressible, kept: readonly number[]): Span[] {
  return bySentence(units, kept).map((sentence) => ({
    start: units[sentence[0] ?? 0]?.start ?? 0,
    end: units[sentence.at(-1) ?? 0]?.end ?? 0,
  }));
}
