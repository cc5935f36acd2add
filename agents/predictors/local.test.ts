import { describe, expect, it } from 'vitest';
import { buildContext, buildEvidence, plainProfile } from '../../src/testing/builders.ts';
import { conformPredictor } from '../../src/testing/conform-predictor.ts';
import { createScriptedModel } from '../../src/testing/scripted-model.ts';
import { nano } from '../prompts/nano.ts';
import { local } from './local.ts';

conformPredictor({ plugin: local });
conformPredictor({ plugin: local, profile: nano, reply: 'in 1869' });

describe('local', () => {
  it('refuses a remote model, since nothing may leave the machine', () => {
    const model = { ...createScriptedModel(), identity: { provider: 'openai', name: 'gpt', settings: {} } as const };
    expect(() => local.create(local.options.parse({}), { model, profile: plainProfile })).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('"openai"') }),
    );
  });

  it('shows the bundled model as many pieces of evidence as fit, the best first, and names the others', async () => {
    const model = createScriptedModel({ reply: ['1869'], contextTokens: 170 });
    const predictor = local.create(local.options.parse({}), { model, profile: nano });
    const evidence = buildEvidence(['The railway was opened in 1862.', 'The canal was opened in 1869.', 'word '.repeat(20)]);
    const draft = await predictor.predict({ question: 'When?', evidence, seed: 1 }, buildContext());
    expect(draft).toEqual({
      status: 'answered',
      text: '1869 [2]',
      citations: [{ evidence: 2, quote: 'The canal was opened in 1869.' }],
      form: 'template',
      unread: [3],
    });
  });
});
