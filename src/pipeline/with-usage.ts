import type { CallContext } from '../ports/call-context.ts';
import type { LanguageModel } from '../ports/language-model.ts';

/** Writes the usage of every call to its context: once, and nowhere else, so nothing is counted twice or forgotten. */
export function withUsage(model: LanguageModel): LanguageModel {
  const score = model.scoreContinuations?.bind(model);
  const generate: LanguageModel['generate'] = async (request, context) => {
    const result = await model.generate(request, context);
    context.record(result.usage);
    return result;
  };
  const base: LanguageModel = {
    identity: model.identity,
    capabilities: model.capabilities,
    describe: () => model.describe(),
    countTokens: (texts) => model.countTokens(texts),
    generate,
  };
  if (score === undefined) return base;
  return {
    ...base,
    scoreContinuations: async (request, context: CallContext) => {
      const result = await score(request, context);
      context.record(result.usage);
      return result;
    },
  };
}
