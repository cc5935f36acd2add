import { z } from 'zod';
import { count, maybe } from './schemas-common.ts';

/** A source with text that reads like instructions. */
export const warningAnswer = z.strictObject({
  uri: z.string(),
  title: z.string(),
  reasons: z
    .array(z.string())
    .describe('`override`, `role`, `persona`, `address`, `concealment`, `output`, `tool`, `limits` and so on, each once.'),
  passages: count,
  passage: z.string().describe('The first, shortened to a line; characters that are not drawn are written like `<U+200B>`.'),
});

/** What stood for one plan. */
export const capsuleAnswer = z.strictObject({
  round: count.describe('Counts plans, from 0.'),
  plan: z.string(),
  guidance: z.string().nullable().describe('Said in every prompt beside its question.'),
  reason: z.string(),
  plan_tokens: count.describe("In the predictor's tokenizer, as all figures here."),
  guidance_tokens: count.describe('0 where nothing was said.'),
  prompts: count.describe('The prompts that it was said in.'),
  saved_tokens: z.int().describe('Against saying the plan itself in each of them.'),
});

/** What reading without a compressor would have taken. */
export const baselineAnswer = z.strictObject({
  id: z.string(),
  chunks: count,
  tokens: count,
  fits: z.boolean(),
  micro_usd: maybe,
  saved: z.strictObject({ tokens: z.number(), micro_usd: maybe }),
  note: z.string(),
});
