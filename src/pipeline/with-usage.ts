import type { Usage } from '../domain/usage.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { LanguageModel } from '../ports/language-model.ts';

/** Writes the usage of every call to its context: once, and nowhere else, so nothing is counted twice or forgotten. */
export function withUsage(model: LanguageModel): LanguageModel {
  const score = model.scoreContinuations?.bind(model);
  const scoreMarkers = model.scoreMarkers?.bind(model);
  const base: LanguageModel = {
    identity: model.identity,
    capabilities: model.capabilities,
    describe: () => model.describe(),
    countTokens: (texts) => model.countTokens(texts),
    generate: recorded((request, context) => model.generate(request, context)),
  };
  return {
    ...base,
    ...(score === undefined ? {} : { scoreContinuations: recorded(score) }),
    ...(scoreMarkers === undefined ? {} : { scoreMarkers: recorded(scoreMarkers) }),
  };
}

function recorded<Request, Result extends { readonly usage: Usage }>(call: (request: Request, context: CallContext) => Promise<Result>) {
  return async (request: Request, context: CallContext): Promise<Result> => {
    const result = await call(request, context);
    context.record(result.usage);
    return result;
  };
}
