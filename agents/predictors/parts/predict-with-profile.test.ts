import { describe, expect, it } from 'vitest';
import { buildContext, buildEvidence, plainProfile } from '../../../src/testing/builders.ts';
import { createScriptedModel, promptText } from '../../../src/testing/scripted-model.ts';
import { predictionOptions, predictWithProfile } from './predict-with-profile.ts';

// 40 words of output, 10 of template, 1 of question; each piece of evidence costs its words and 8.
const EVIDENCE = buildEvidence(['one two', 'word '.repeat(50), 'three']);

function predict(contextTokens: number, options: unknown = {}) {
  const model = createScriptedModel({ reply: ['So [1].'], contextTokens });
  const predictor = predictWithProfile(predictionOptions.parse(options), { model, profile: plainProfile });
  return { model, draft: predictor.predict({ question: 'Why?', evidence: EVIDENCE, seed: 1 }, buildContext()) };
}

describe('predict with a profile', () => {
  it('shows everything that fits', async () => {
    expect((await predict(51 + 10 + 58 + 9).draft).unread).toBeUndefined();
  });

  it('passes over what is too long for what is not, and names it', async () => {
    const { model, draft } = predict(51 + 10 + 57);
    expect((await draft).unread).toEqual([2]);
    expect(model.calls.generate.map(({ prompt }) => promptText(prompt)).join()).toContain('[3] three');
  });

  it('shows at most as many as it is told to', async () => {
    expect((await predict(4_096, { maxEvidence: 2 }).draft).unread).toEqual([3]);
  });

  it('fails with figures when nothing fits', async () => {
    const { model, draft } = predict(51 + 8);
    await expect(draft).rejects.toMatchObject({ code: 'context-overflow', details: { room: 8, smallest: 9 } });
    expect(model.calls.generate).toHaveLength(0);
  });
});
