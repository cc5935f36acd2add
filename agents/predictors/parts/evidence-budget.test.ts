import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildContext, buildEvidence, plainProfile } from '../../../src/testing/builders.ts';
import { createScriptedModel, promptText } from '../../../src/testing/scripted-model.ts';
import { withinBudget } from './evidence-budget.ts';
import { predictionOptions, predictWithProfile } from './predict-with-profile.ts';

const model = createScriptedModel();
const words = (...counts: readonly number[]) => buildEvidence(counts.map((count, i) => `w${i + 1} `.repeat(count).trim()));
const textsOf = async (counts: readonly number[], budget: number) =>
  (await withinBudget(words(...counts), budget, model)).evidence.map(({ number, text }) => [number, text.split(' ').length]);

describe('a budget of evidence', () => {
  it('takes what fits whole, cuts the first that does not at a word border, and leaves the rest', async () => {
    expect(await textsOf([3, 4, 1], 5)).toEqual([
      [1, 3],
      [2, 2],
    ]);
    expect((await withinBudget(words(3, 4, 1), 5, model)).cut).toBe(2);
  });

  it('is of use when it is smaller than the first piece', async () => {
    expect(await textsOf([400], 64)).toEqual([[1, 64]]);
  });

  it('cuts nothing where all fits, or a piece ends just there', async () => {
    expect(await withinBudget(words(3, 4), 7, model)).toEqual({ evidence: words(3, 4) });
    expect(await withinBudget(words(3, 4), 3, model)).toEqual({ evidence: words(3) });
  });

  it.each([
    ['words', model],
    ['characters', { countTokens: async (texts: readonly string[]) => texts.map((text) => [...text].length) }],
    // A tokenizer that joins: a text of more letters may have fewer tokens.
    [
      'pairs of equal letters',
      { countTokens: async (texts: readonly string[]) => texts.map((text) => text.replaceAll(/(.)\1/gu, '$1').length) },
    ],
  ])('is never passed, and is filled but for one word, when tokens are %s', async (_what, counter) => {
    const texts = fc.array(fc.stringMatching(/^[a-c 運]{0,12}$/), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 40 }), async (pieces, budget) => {
        const evidence = buildEvidence(pieces);
        const { evidence: shown, cut } = await withinBudget(evidence, budget, counter);
        const used = (await counter.countTokens(shown.map(({ text }) => text))).reduce((sum, count) => sum + count, 0);
        expect(used).toBeLessThanOrEqual(budget);
        for (const { number, text } of shown) {
          const whole = evidence[number - 1]?.text ?? '';
          expect(number === cut ? whole.startsWith(text) && text !== whole : text === whole).toBe(true);
        }
        expect(shown.slice(0, -1).map(({ number }) => number)).not.toContain(cut);
      }),
      { seed: 7 },
    );
  });
});

describe('a predictor with a budget of evidence', () => {
  async function predict(texts: readonly string[], evidenceTokens: number, reply = 'So [1][2].') {
    const scripted = createScriptedModel({ reply: [reply] });
    const predictor = predictWithProfile(predictionOptions.parse({ evidenceTokens }), { model: scripted, profile: plainProfile });
    const draft = await predictor.predict({ question: 'Why?', evidence: buildEvidence(texts), seed: 1 }, buildContext());
    return { draft, prompts: scripted.calls.generate.map(({ prompt }) => promptText(prompt)) };
  }

  it('reads no further, and names what it has not read', async () => {
    const { draft, prompts } = await predict(['one two', 'three four five', 'six'], 4);
    expect(prompts[0]).toContain('[1] one two\n[2] three four <');
    expect(draft.unread).toEqual([3]);
  });

  it('cites of a piece that was cut only the words that were read', async () => {
    const { draft } = await predict(['one two', 'three four five'], 4);
    expect(draft.citations).toEqual([{ evidence: 1 }, { evidence: 2, quote: 'three four' }]);
  });

  it('shows each of its evidence tokens to the model and no other, at any budget', async () => {
    for (const budget of [1, 2, 3, 5, 8, 64]) {
      const { prompts } = await predict(['a a a', 'a a', 'a'], budget);
      expect(prompts[0]?.match(/\ba\b/g)).toHaveLength(Math.min(budget, 6));
    }
  });

  it('says not found, and what it has not read, where not one character fits', async () => {
    const long = createScriptedModel();
    const heavy = { ...long, countTokens: async (texts: readonly string[]) => texts.map((text) => text.length * 2) };
    const predictor = predictWithProfile(predictionOptions.parse({ evidenceTokens: 1 }), { model: heavy, profile: plainProfile });
    const draft = await predictor.predict({ question: 'Why?', evidence: buildEvidence(['one']), seed: 1 }, buildContext());
    expect(draft).toMatchObject({ status: 'not-found', unread: [1] });
    expect(long.calls.generate).toHaveLength(0);
  });
});
