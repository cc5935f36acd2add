import type { PromptProfile } from '../../src/ports/prompt-profile.ts';
import {
  CLOSED_BOOK_SCHEMA,
  COMPRESS_SCHEMA,
  compressSchemaAt,
  EXPANDING_SCHEMA,
  PLAN_SCHEMA,
  PREDICT_SCHEMA,
  parseCompression,
  parseDraft,
  parseExpanding,
  parseMemory,
  parsePlan,
} from './parts/instruct-output.ts';
import {
  closedBookPrompt,
  compressPrompt,
  compressPromptAt,
  expandingPrompt,
  planPrompt,
  predictPrompt,
} from './parts/instruct-prompts.ts';

/**
 * Instruction-tuned chat models, local or remote: chat messages in, JSON out. The texts are in `instruct-prompts.ts`, the output
 * contract in `instruct-output.ts`; a change to either is a new version here.
 */
export const instruct: PromptProfile = {
  id: 'instruct',
  version: '3',
  // The longest fixed text of the three roles, both fences counted, is under 1,300 characters; with a chat template's own words, at three
  // characters a token.
  overheadTokens: 480,
  questionTokens: 200,
  // Room for the longest JSON that the schema allows in plain English (1,400 characters).
  summaryTokens: 448,
  compress: {
    prompt: compressPrompt,
    parse: parseCompression,
    schema: COMPRESS_SCHEMA,
    atLength: (sentences) => ({ prompt: compressPromptAt(sentences), schema: compressSchemaAt(sentences) }),
  },
  scorePrompt: compressPrompt,
  predict: {
    prompt: predictPrompt,
    parse: parseDraft,
    schema: PREDICT_SCHEMA,
    outputTokens: 1_024,
    expanding: { prompt: expandingPrompt, parse: parseExpanding, schema: EXPANDING_SCHEMA },
    closedBook: { prompt: closedBookPrompt, parse: parseMemory, schema: CLOSED_BOOK_SCHEMA },
  },
  plan: { prompt: planPrompt, parse: parsePlan, schema: PLAN_SCHEMA },
};
