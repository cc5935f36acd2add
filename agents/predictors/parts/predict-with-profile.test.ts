import { describe, expect, it } from 'vitest';
import { buildContext, buildEvidence, plainProfile } from '../../../src/testing/builders.ts';
import { createScriptedModel, promptText } from '../../../src/testing/scripted-model.ts';
import { predictionOptions, predictWithProfile } from './predict-with-profile.ts';

// 40 words of output, 10 of template, 1 of question; each piece of evidence costs its words and 8.
const EVIDENCE = buildEvidence(['one two', 'word '.repeat(50), 'three']);

const DRAFT = { status: 'answered', text: 'So [1].', citations: [], form: 'model' } as const;

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

  it('offers to show evidence in full when it is told to, with a profile that can', async () => {
    const expand = { prompt: plainProfile.predict.prompt, parse: () => ({ ...DRAFT, expand: [1] }) };
    const profile = { ...plainProfile, predict: { ...plainProfile.predict, expanding: expand } };
    const predictor = (of: typeof plainProfile) =>
      predictWithProfile(predictionOptions.parse({}), { model: createScriptedModel({ reply: ['So [1].'] }), profile: of });
    const request = { question: 'Why?', evidence: EVIDENCE, seed: 1 };
    expect(await predictor(profile).predict({ ...request, mayExpand: true }, buildContext())).toMatchObject({ expand: [1] });
    expect(await predictor(profile).predict(request, buildContext())).not.toHaveProperty('expand');
    expect(await predictor(plainProfile).predict({ ...request, mayExpand: true }, buildContext())).not.toHaveProperty('expand');
  });

  it('asks for what the model knows when it is told to, and shows no evidence', async () => {
    const model = createScriptedModel({ reply: ['So I remember [1].'] });
    const predictor = predictWithProfile(predictionOptions.parse({}), { model, profile: plainProfile });
    const draft = await predictor.predict({ question: 'Why?', evidence: [], seed: 4, closedBook: true }, buildContext());
    expect(draft).toEqual({ status: 'answered', text: 'So I remember [1].', citations: [], form: 'memory' });
    expect(model.calls.generate[0]).toMatchObject({ seed: 4, maxTokens: 40, temperature: 0 });
  });

  it('refuses to answer from memory with a profile that cannot ask for it', async () => {
    const { closedBook: _, ...predict } = plainProfile.predict;
    const model = createScriptedModel();
    const predictor = predictWithProfile(predictionOptions.parse({}), { model, profile: { ...plainProfile, predict } });
    await expect(predictor.predict({ question: 'Why?', evidence: [], seed: 4, closedBook: true }, buildContext())).rejects.toMatchObject({
      code: 'capability-missing',
      message: expect.stringContaining('"plain"'),
    });
  });

  it('fails with figures when nothing fits', async () => {
    const { model, draft } = predict(51 + 8);
    await expect(draft).rejects.toMatchObject({ code: 'context-overflow', details: { room: 8, smallest: 9 } });
    expect(model.calls.generate).toHaveLength(0);
  });
});
