import { definePlugin } from '../../src/ports/plugin.ts';
import { predictionOptions, predictWithProfile } from './parts/predict-with-profile.ts';

/**
 * A model behind an OpenAI-compatible endpoint writes the answer; it sees the question and the evidence, never the documents.
 * Wins on quality of reasoning and prose. Loses on price, on latency and wherever evidence may not leave the house; what it costs
 * is reserved before the call and settled after it. Local models are accepted too, so that one configuration serves both.
 * Reference: arXiv 2512.21720, the predictor p(y|z,q).
 */
export const openai = definePlugin({
  kind: 'predictor',
  id: 'openai',
  version: '1',
  summary: 'A model behind an OpenAI-compatible endpoint answers from the evidence.',
  requires: ['generate'],
  options: predictionOptions,
  create: predictWithProfile,
});
