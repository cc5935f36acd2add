import { z } from 'zod';
import { type Draft, NOT_FOUND_TEXT } from '../../../src/domain/answer.ts';
import { IsthmusError } from '../../../src/domain/errors.ts';
import type { Evidence } from '../../../src/domain/evidence.ts';
import { throwIfAborted } from '../../../src/ports/call-context.ts';
import type { ModelHandle } from '../../../src/ports/plugin.ts';
import type { Predictor } from '../../../src/ports/predictor.ts';

/** What every predictor that generates can be told. */
export const predictionOptions = z.strictObject({
  /** Limit of the whole output. Absent: what the prompt profile says an answer needs. */
  maxTokens: z.number().int().positive().optional(),
  temperature: z.number().min(0).max(2).default(0),
  /** At most so many pieces of evidence are shown, best first. Absent: what the profile's model was trained on, or all that fit. */
  maxEvidence: z.number().int().positive().optional(),
});
type PredictionOptions = z.output<typeof predictionOptions>;

/** The mark, brackets and line break around one piece of evidence; an upper bound. */
const TOKENS_PER_EVIDENCE = 8;

/**
 * One generation over as much evidence as the model can read, best first; what it was not shown is named in the draft.
 * No evidence is `not-found` without a call.
 */
export function predictWithProfile(options: PredictionOptions, { model, profile }: ModelHandle): Predictor {
  const { predict } = profile;
  const maxTokens = options.maxTokens ?? predict.outputTokens;
  return {
    async predict({ question, evidence, seed }, context) {
      throwIfAborted(context);
      if (evidence.length === 0) return { status: 'not-found', text: NOT_FOUND_TEXT, citations: [], form: 'template' };
      const wanted = evidence.slice(0, options.maxEvidence ?? predict.maxEvidence ?? evidence.length);
      const shown = await selectFitting({ question, evidence: wanted, maxTokens }, { model, profile });
      const schema = predict.schema === undefined ? {} : { schema: predict.schema };
      const copy = predict.copy === undefined ? {} : { copy: predict.copy(question, shown) };
      const prompt = predict.prompt(question, shown);
      const result = await model.generate({ prompt, maxTokens, temperature: options.temperature, seed, ...schema, ...copy }, context);
      return withUnread(predict.parse(result, shown), { evidence, shown });
    },
  };
}

/** Best first; one that is too long is passed over for a shorter one. @throws IsthmusError `context-overflow` when none fits. */
async function selectFitting(
  { question, evidence, maxTokens }: { question: string; evidence: readonly Evidence[]; maxTokens: number },
  { model, profile }: ModelHandle,
): Promise<readonly Evidence[]> {
  const { contextTokens } = await model.describe();
  const [questionTokens = 0, ...counts] = await model.countTokens([question, ...evidence.map(({ text }) => text)]);
  const room = contextTokens - maxTokens - profile.overheadTokens - questionTokens;
  let left = room;
  const shown = evidence.filter((_one, index) => {
    const needed = (counts[index] ?? 0) + TOKENS_PER_EVIDENCE;
    if (needed > left) return false;
    left -= needed;
    return true;
  });
  if (shown.length > 0) return shown;
  const smallest = Math.min(...counts) + TOKENS_PER_EVIDENCE;
  const figures = `context ${contextTokens}, output ${maxTokens}, template ${profile.overheadTokens}, question ${questionTokens}`;
  const message = `No evidence fits the predictor: ${room} tokens are left (${figures}) and the smallest needs ${smallest}. Lower the compressor's maxTokens, shorten the question, or choose a predictor with a longer context.`;
  throw new IsthmusError('context-overflow', message, { details: { room, smallest, contextTokens, maxTokens, questionTokens } });
}

function withUnread(draft: Draft, { evidence, shown }: { evidence: readonly Evidence[]; shown: readonly Evidence[] }): Draft {
  const numbers = new Set(shown.map(({ number }) => number));
  const unread = evidence.filter(({ number }) => !numbers.has(number)).map(({ number }) => number);
  return unread.length === 0 ? draft : { ...draft, unread };
}
