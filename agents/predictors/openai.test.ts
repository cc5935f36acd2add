import { expect, it } from 'vitest';
import { buildContext, buildEvidence } from '../../src/testing/builders.ts';
import { conformPredictor } from '../../src/testing/conform-predictor.ts';
import { createScriptedModel } from '../../src/testing/scripted-model.ts';
import { instruct } from '../prompts/instruct.ts';
import { openai } from './openai.ts';

conformPredictor({ plugin: openai });
conformPredictor({
  plugin: openai,
  profile: instruct,
  reply: '{"found": true, "answer": "In 1869 [1].", "citations": [{"evidence": 1, "quote": "opened in 1869"}]}',
});

it('openai holds the model to the schema and the limits of the profile', async () => {
  const model = createScriptedModel({ reply: ['{"found": false, "answer": "", "citations": []}'] });
  const predictor = openai.create(openai.options.parse({}), { model, profile: instruct });
  const draft = await predictor.predict({ question: 'When?', evidence: buildEvidence(['It rained.']), seed: 2 }, buildContext());
  expect(draft).toMatchObject({ status: 'not-found', form: 'model' });
  const { schema, outputTokens } = instruct.predict;
  expect(model.calls.generate[0]).toMatchObject({ schema, maxTokens: outputTokens, temperature: 0, seed: 2 });
});
