import { z } from 'zod';
import { type Draft, NOT_FOUND_TEXT } from '../../../src/domain/answer.ts';
import { IsthmusError } from '../../../src/domain/errors.ts';
import type { Evidence } from '../../../src/domain/evidence.ts';
import { type CallContext, throwIfAborted } from '../../../src/ports/call-context.ts';
import type { ModelHandle } from '../../../src/ports/plugin.ts';
import type { Predictor } from '../../../src/ports/predictor.ts';
import { type Affordable, withinBudget } from './evidence-budget.ts';

/** What every predictor that generates can be told. */
export const predictionOptions = z.strictObject({
  /** Limit of the whole output. Absent: what the prompt profile says an answer needs. */
  maxTokens: z.number().int().positive().optional(),
  temperature: z.number().min(0).max(2).default(0),
  /** At most so many pieces of evidence are shown, best first. Absent: what the profile's model was trained on, or all that fit. */
  maxEvidence: z.number().int().positive().optional(),
  /**
   * At most so many tokens of evidence are read, best first, in the tokens of the model that answers; see `withinBudget`. Arms that are
   * compared at one budget differ in what they show, not in how much. Absent: as much as its context takes.
   */
  evidenceTokens: z.number().int().positive().optional(),
});
type PredictionOptions = z.output<typeof predictionOptions>;

/** The mark, brackets and line break around one piece of evidence; an upper bound. */
const TOKENS_PER_EVIDENCE = 8;

/**
 * One generation over as much evidence as the model can read, best first; what it was not shown is named in the draft.
 * No evidence is `not-found` without a call, and so is a budget that not one word fits into.
 */
export function predictWithProfile(options: PredictionOptions, handle: ModelHandle): Predictor {
  const { model, profile } = handle;
  const { predict } = profile;
  const limits = { maxTokens: options.maxTokens ?? predict.outputTokens, temperature: options.temperature };
  return {
    async predict({ question, evidence, seed, closedBook, mayExpand }, context) {
      throwIfAborted(context);
      if (closedBook === true) return predictFromMemory({ question, seed, ...limits }, handle, context);
      const { evidence: affordable, cut } = await affordableOf(evidence, options, handle);
      if (affordable.length === 0) return withUnread(NOT_FOUND, { evidence, shown: [] });
      const shown = await selectFitting({ question, evidence: affordable, maxTokens: limits.maxTokens }, handle);
      const speech = mayExpand === true ? (predict.expanding ?? predict) : predict;
      const schema = speech.schema === undefined ? {} : { schema: speech.schema };
      const copy = predict.copy === undefined ? {} : { copy: predict.copy(question, shown) };
      const prompt = speech.prompt(question, shown);
      const result = await model.generate({ prompt, seed, ...limits, ...schema, ...copy }, context);
      return withUnread(quotingTheCut(speech.parse(result, shown), shown, cut), { evidence, shown });
    },
  };
}

const NOT_FOUND: Draft = { status: 'not-found', text: NOT_FOUND_TEXT, citations: [], form: 'template' };

interface MemoryRequest {
  readonly question: string;
  readonly seed: number;
  readonly maxTokens: number;
  readonly temperature: number;
}

async function predictFromMemory({ question, ...request }: MemoryRequest, handle: ModelHandle, context: CallContext): Promise<Draft> {
  const { model, profile } = handle;
  const { closedBook } = profile.predict;
  if (closedBook === undefined) {
    const message = `The prompt profile "${profile.id}" cannot ask its model for what it knows, and the strategy "closed-book" needs it to. Choose a predictor model whose profile can (instruct, nano).`;
    throw new IsthmusError('capability-missing', message);
  }
  const schema = closedBook.schema === undefined ? {} : { schema: closedBook.schema };
  return closedBook.parse(await model.generate({ prompt: closedBook.prompt(question), ...request, ...schema }, context));
}

async function affordableOf(evidence: readonly Evidence[], options: PredictionOptions, handle: ModelHandle): Promise<Affordable> {
  const wanted = evidence.slice(0, options.maxEvidence ?? handle.profile.predict.maxEvidence ?? evidence.length);
  return options.evidenceTokens === undefined ? { evidence: wanted } : withinBudget(wanted, options.evidenceTokens, handle.model);
}

/** Of a piece that was cut only the words shown can be meant. */
function quotingTheCut(draft: Draft, shown: readonly Evidence[], cut: number | undefined): Draft {
  const text = shown.find(({ number }) => number === cut)?.text;
  if (text === undefined) return draft;
  const citations = draft.citations.map((one) => (one.evidence === cut && one.quote === undefined ? { ...one, quote: text } : one));
  return { ...draft, citations };
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
