import { cutText } from '../../../src/domain/cut-text.ts';
import type { Evidence } from '../../../src/domain/evidence.ts';
import type { LanguageModel } from '../../../src/ports/language-model.ts';

/** Evidence within a budget, in the order given; at most one piece, the last, is not whole. */
export interface Affordable {
  readonly evidence: readonly Evidence[];
  /** The number of the piece that was cut; absent where all are whole. */
  readonly cut?: number;
}

/**
 * The first pieces of evidence that have at most `budget` tokens together, as the model counts their texts; marks and brackets around
 * them are not counted. The first piece that does not fit whole is cut at a word border, and what comes after it is left out, though a
 * shorter one may fit: best first is the order of the comparison. So a budget of 64 is of use with chunks of 400 tokens, and arms of
 * an evaluation that show summaries, chunks or quotes spend the same.
 */
export async function withinBudget(
  evidence: readonly Evidence[],
  budget: number,
  model: Pick<LanguageModel, 'countTokens'>,
): Promise<Affordable> {
  const counts = await model.countTokens(evidence.map(({ text }) => text));
  const whole: Evidence[] = [];
  let left = budget;
  for (const [i, one] of evidence.entries()) {
    const tokens = counts[i] ?? 0;
    // A piece without words shows nothing and would only take up a number.
    if (tokens === 0) continue;
    if (tokens > left) return withBeginning({ whole, one, left }, model);
    whole.push(one);
    left -= tokens;
  }
  return { evidence: whole };
}

async function withBeginning(
  { whole, one, left }: { readonly whole: readonly Evidence[]; readonly one: Evidence; readonly left: number },
  model: Pick<LanguageModel, 'countTokens'>,
): Promise<Affordable> {
  const text = await cutText(one.text, async (beginning) => {
    const [tokens = 0] = await model.countTokens([beginning]);
    return tokens <= left;
  });
  return text === '' ? { evidence: whole } : { evidence: [...whole, { ...one, text }], cut: one.number };
}
