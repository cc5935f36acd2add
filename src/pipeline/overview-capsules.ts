import type { RunState } from '../domain/run.ts';
import type { CapsuleRow } from '../domain/run-overview.ts';
import type { EngineDeps } from './session.ts';

/** What stood for each plan, and what that saved, in the predictor's tokens; absent in runs without plans to stand for. */
export async function capsulesOf(
  { capsules, steps, spec }: RunState,
  { models }: Pick<EngineDeps, 'models'>,
): Promise<{ readonly capsules?: readonly CapsuleRow[] }> {
  const reader = spec.predictor.model ?? spec.compressor.model;
  if (capsules.length === 0 || reader === undefined) return {};
  const { model } = await models.open(reader.name);
  const counts = await model.countTokens(capsules.flatMap(({ plan, guidance = '' }) => [plan, guidance]));
  const said = [...steps.values()].map(({ planned: { step } }) =>
    step.kind === 'chat' && (step.role === 'compress' || step.role === 'predict') ? step.guidance : undefined,
  );
  return {
    capsules: capsules.map((choice, i) => {
      const [planTokens = 0, tokens = 0] = counts.slice(2 * i, 2 * i + 2);
      const prompts = choice.guidance === undefined ? 0 : said.filter((guidance) => guidance === choice.guidance).length;
      return {
        ...choice,
        planTokens,
        guidanceTokens: choice.guidance === undefined ? 0 : tokens,
        prompts,
        savedTokens: prompts * (planTokens - tokens),
      };
    }),
  };
}
