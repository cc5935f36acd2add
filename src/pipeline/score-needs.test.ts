import { describe, expect, it } from 'vitest';
import { answerGain } from '../../estimators/answer-gain.ts';
import { bitsPerCharacter } from '../../estimators/bits-per-character.ts';
import { conditional } from '../../estimators/conditional.ts';
import { informationCapacity } from '../../estimators/information-capacity.ts';
import { leaveOneOut } from '../../estimators/leave-one-out.ts';
import { panel } from '../../estimators/panel.ts';
import { unigram } from '../../estimators/unigram.ts';
import type { InformationEstimator } from '../ports/information-estimator.ts';
import { buildContext, plainProfile } from '../testing/builders.ts';
import { createScriptedModel, promptText, type ScriptedModelOptions } from '../testing/scripted-model.ts';
import { checkForRun } from './check-estimator.ts';
import { scoreRows } from './score-rows.ts';
import type { ScoreRow } from './score-rows-input.ts';

const PLACES = ['canal', 'lock', 'mill', 'bridge'];
const ROWS: readonly ScoreRow[] = PLACES.map((place, i) => ({
  id: place,
  x: `The ${place} leaked in 18${i}0.`,
  q: 'When?',
  z: `The ${place}.`,
  y: `18${i}0`,
}));
const SHAPE = { parameters: 1e6, layers: 2, modelDim: 64, feedForwardDim: 128, heads: 4, kvHeads: 4, headDim: 16, vocabulary: 1_000 };

async function score(rows: readonly ScoreRow[], estimator: InformationEstimator, options: ScriptedModelOptions = {}) {
  const model = createScriptedModel(options);
  const result = await scoreRows({ rows, seed: 1 }, { scorer: { model, profile: plainProfile }, estimator, context: buildContext() });
  return { model, ...result };
}

describe('scoring for estimators that need more than summaries under contexts', () => {
  it('answers: with the summary in the context’s place, and with nothing there', async () => {
    const score1 = (prompt: string) => (prompt.includes('The canal.') ? [-1] : [-3]);
    const { model, rows, estimate } = await score(ROWS, answerGain.create({}, undefined), {
      score: (prompt) => score1(promptText(prompt)),
    });
    const asked = model.calls.score.map(
      ({ prompt, continuations }) => [promptText(prompt), continuations.map(({ text }) => text)] as const,
    );
    expect(asked).toHaveLength(5);
    expect(asked.find(([prompt]) => prompt.includes('The mill.'))?.[1]).toEqual(['1820']);
    expect(asked.find(([prompt]) => !prompt.includes('The '))?.[1]).toEqual(['1800', '1810', '1820', '1830']);
    expect(rows[0]?.score?.nats).toBe(2);
    expect(estimate.nats).toBe(0.5);
  });

  it('sources: each once, after nothing, counted in the scorer’s tokens', async () => {
    const twice = [...ROWS, { ...(ROWS[0] as ScoreRow), id: 'again', z: 'Leaks.' }];
    const { model, rows } = await score(twice, bitsPerCharacter.create({}, undefined), { score: (_prompt, { text }) => [-text.length] });
    expect(model.calls.score.flatMap(({ continuations }) => continuations.map(({ text }) => text)).sort()).toEqual(
      ROWS.map(({ x }) => x).sort(),
    );
    expect(model.calls.score.every(({ prompt }) => promptText(prompt).trim() === '')).toBe(true);
    for (const row of rows) expect(row.score?.nats).toBeCloseTo(1, 12);
  });

  it('dimensions: taken from the scorer, or refused before anything is scored', async () => {
    const estimator = informationCapacity.create(informationCapacity.options.parse({}), undefined);
    const { estimate } = await score(ROWS, estimator, { shape: SHAPE, score: () => [-1] });
    expect(Number.isFinite(estimate.bits)).toBe(true);
    await expect(score(ROWS, estimator)).rejects.toThrow(/Expected a scorer whose dimensions are known, but those of scripted are not/);
  });

  it('words alone: no scoring at all', async () => {
    const { model, estimate } = await score(ROWS, unigram.create({ weight: 0.5 }, undefined));
    expect(model.calls.score).toEqual([]);
    expect(estimate.samples).toBe(4);
  });

  it('pairs: what the later row of a source and question adds to the earlier one', async () => {
    const second = ROWS.map((row, i) => ({ ...row, id: `${row.id}-2`, z: `In 18${i}0.` }));
    const { rows, estimate } = await score([...ROWS, ...second], conditional.create({}, undefined));
    expect(rows.slice(0, 4).every(({ score: first }) => first === undefined)).toBe(true);
    expect(rows.slice(4).every(({ score: added }) => added !== undefined)).toBe(true);
    expect(estimate).toMatchObject({ samples: 4, missing: 0 });
  });

  it('says what rows lack, and how to give it', async () => {
    const bare = ROWS.map(({ y, ...row }) => row);
    await expect(score(bare, answerGain.create({}, undefined))).rejects.toThrow(/Expected rows with reference answers.*add "y"/);
    await expect(score(ROWS, conditional.create({}, undefined))).rejects.toThrow(/two summaries of one source and question.*earlier row/);
  });
});

describe('estimators in runs', () => {
  it('are those with a ceiling that need nothing more; the others are named with the reason', () => {
    expect(() => checkForRun('panel', panel.create({ contexts: 3 }, undefined))).not.toThrow();
    expect(() => checkForRun('answer-gain', answerGain.create({}, undefined))).toThrow(/"answer-gain" is none: it needs reference answers/);
    expect(() => checkForRun('leave-one-out', leaveOneOut.create({}, undefined))).toThrow(/no ceiling.*isthmus score/);
  });
});
