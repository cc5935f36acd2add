import { IsthmusError } from '../../src/domain/errors.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import { predictionOptions, predictWithProfile } from './parts/predict-with-profile.ts';

/**
 * A model on the service's own machines writes the answer: nothing leaves them, and a remote model in its place is refused.
 * Wins on privacy, on price per answer and without a network. Loses on quality as far as the model is smaller: in arXiv 2512.21720
 * a larger predictor gains less than a larger compressor, so start there. With the bundled model the answer is a template around
 * copied words. Reference: arXiv 2512.21720, the predictor p(y|z,q).
 */
export const local = definePlugin({
  kind: 'predictor',
  id: 'local',
  version: '1',
  summary: 'A local model answers from the evidence; nothing leaves the machine.',
  requires: ['generate'],
  options: predictionOptions,
  create: (options, handle) => {
    const { identity } = handle.model;
    if (identity.provider === 'openai') {
      const message = `The predictor "local" was given the remote model "${identity.name}". Choose the predictor "openai" for it, or a local model.`;
      throw new IsthmusError('invalid-input', message);
    }
    return predictWithProfile(options, handle);
  },
});
