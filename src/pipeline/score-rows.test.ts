import { describe, expect, it } from 'vitest';
import { panel } from '../../estimators/panel.ts';
import { buildContext, plainProfile } from '../testing/builders.ts';
import { createScriptedModel } from '../testing/scripted-model.ts';
import { scoreRows } from './score-rows.ts';
import { parseScoreRows, type ScoreRow } from './score-rows-input.ts';

const PLACES = ['canal', 'lock', 'mill', 'bridge', 'ferry'];
const ROWS: readonly ScoreRow[] = PLACES.map((place, i) => ({
  id: `row-${i}`,
  x: `The ${place} leaked in 18${i}0.`,
  q: 'What?',
  z: `The ${place}.`,
}));

function score(rows: readonly ScoreRow[], contextTokens = 4_096, seed = 1) {
  const model = createScriptedModel({ contextTokens });
  const estimator = panel.create({ contexts: 3 }, undefined);
  const deps = { scorer: { model, profile: plainProfile }, estimator, context: buildContext() };
  return { model, scored: scoreRows({ rows, seed }, deps) };
}

describe('scoring rows', () => {
  it('scores every row against the sources of others, in the order given', async () => {
    const { rows, estimate } = await score(ROWS).scored;
    expect(rows.map(({ id }) => id)).toEqual(ROWS.map(({ id }) => id));
    for (const { score: bits, tokens } of rows) {
      expect(bits).toMatchObject({ contexts: 4 });
      expect(tokens).toHaveLength(3);
    }
    expect(estimate).toMatchObject({ samples: 5, missing: 0 });
  });

  it('draws its panel by the seed', async () => {
    const prompts = async (seed: number) => {
      const { model, scored } = score(ROWS, 4_096, seed);
      await scored;
      return model.calls.score.map(({ prompt, continuations }) => JSON.stringify([prompt, continuations])).sort();
    };
    expect(await prompts(1)).toEqual(await prompts(1));
    expect(await prompts(1)).not.toEqual(await prompts(3));
  });

  it('counts one source once, however many rows have it', async () => {
    const twins = ROWS.map((row, i) => (i < 3 ? { ...row, x: 'The canal leaked.' } : row));
    for (const { score: bits } of (await score(twins).scored).rows) expect(bits).toMatchObject({ contexts: 3 });
  });

  it('names the rows that do not fit, with the figures, and lets their sources contrast with nobody', async () => {
    const long = { id: 'long', x: 'word '.repeat(60), q: 'What?', z: 'Words.' };
    const { model, scored } = score([...ROWS, long], 50);
    const { rows, estimate } = await scored;
    expect(rows.at(-1)).toMatchObject({ id: 'long', missing: expect.stringMatching(/60 tokens.*scripted takes 40 in all/) });
    expect(rows.slice(0, -1).every(({ score: bits }) => bits !== undefined)).toBe(true);
    expect(estimate.samples).toBe(5);
    expect(JSON.stringify(model.calls.score)).not.toContain('word word');
  });

  it('one summary that is too long costs nobody else the score', async () => {
    const wordy = { id: 'wordy', x: 'Short.', q: 'What?', z: 'word '.repeat(60) };
    const { rows } = await score([...ROWS, wordy], 50).scored;
    expect(rows.map(({ missing }) => missing === undefined)).toEqual([true, true, true, true, true, false]);
  });

  it('refuses fewer than two sources that can be used, and says what became of the others', async () => {
    const [first] = ROWS;
    if (first === undefined) throw new Error('unreachable');
    await expect(score([first]).scored).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('of 1 rows 1') });
    await expect(score([first, { ...first, x: 'word '.repeat(99) }], 50).scored).rejects.toThrow(/left out: its source has 99 tokens/);
  });
});

describe('parsing rows', () => {
  it('reads one object a line, numbers those without an id, and passes over empty lines', () => {
    const text = '{"x":"a","q":"b","z":"c","more":1}\n\n  {"id":"seven","x":"a","z":"c"}\r\n';
    expect(parseScoreRows(text, 'rows.jsonl')).toEqual([
      { id: '1', x: 'a', q: 'b', z: 'c' },
      { id: 'seven', x: 'a', q: '', z: 'c' },
    ]);
  });

  it.each([
    ['{"x":"a","z":"c"}\n{"x":', /^rows\.jsonl:2: expected one JSON object a line, but got "\{\\"x\\":"/],
    ['{"x":"a"}', /^rows\.jsonl:1: expected \{"x".*z/s],
    ['\n\n{"x":"","z":"c"}', /^rows\.jsonl:3: /],
    ['[1]', /^rows\.jsonl:1: /],
    ['', /rows\.jsonl, but it is empty/],
  ])('says where %j is wrong', (text, message) => {
    expect(() => parseScoreRows(text, 'rows.jsonl')).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(message) }),
    );
  });
});
