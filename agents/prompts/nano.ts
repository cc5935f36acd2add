import { type Draft, NOT_FOUND_TEXT } from '../../src/domain/answer.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import { terms } from '../../src/domain/text.ts';
import type { Prompt } from '../../src/ports/language-model.ts';
import type { ParsedCompression, PromptProfile } from '../../src/ports/prompt-profile.ts';

/**
 * The bundled 6 M model: it was trained on these markers, on contexts of 256 tokens, and on one sentence of evidence at a time.
 * It copies: a compression is a sentence of the text, an answer some words of the evidence. It knows no NONE (an empty output is
 * one), no citation marks, no plan and no JSON, so its report is a template around the copied words, and says so.
 */
export const nano: PromptProfile = {
  id: 'nano',
  version: '1',
  // Start token, three markers, and the leading-space piece that a SentencePiece vocabulary may put before each text.
  overheadTokens: 8,
  questionTokens: 36,
  // Sentences of its training text have 28 tokens in the mean; what is longer says `length`.
  summaryTokens: 56,
  compress: { prompt: compressPrompt, parse: parseCompression },
  scorePrompt: compressPrompt,
  predict: { prompt: predictPrompt, parse: parseAnswer, outputTokens: 32, maxEvidence: 1 },
};

function compressPrompt(text: string, query: string): Prompt {
  return { type: 'marked', parts: [{ marker: '<|ctx|>' }, { text }, { marker: '<|q|>' }, { text: query }, { marker: '<|sum|>' }] };
}

function predictPrompt(question: string, evidence: readonly Evidence[]): Prompt {
  const text = evidence.map((one) => one.text).join(' ');
  return { type: 'marked', parts: [{ marker: '<|ctx|>' }, { text }, { marker: '<|q|>' }, { text: question }, { marker: '<|ans|>' }] };
}

/** A copying model quotes with every word it writes. */
function parseCompression(output: string): ParsedCompression {
  const text = output.trim();
  return text === '' ? { status: 'none', text: '', quotes: [] } : { status: 'text', text, quotes: [text] };
}

/** A copying model's words that stand in no evidence are an invention: no answer rather than an unsupported one. */
function parseAnswer(output: string, evidence: readonly Evidence[]): Draft {
  const answer = output.trim();
  const source = evidence.find((one) => containsWords(one.text, answer));
  if (source === undefined) return { status: 'not-found', text: NOT_FOUND_TEXT, citations: [], form: 'template' };
  return { status: 'answered', text: `${answer} [${source.number}]`, citations: [{ evidence: source.number }], form: 'template' };
}

/** Whole words in their order, so that `18` is not found in `1869`. */
function containsWords(text: string, words: string): boolean {
  const needle = terms(words).join(' ');
  return needle !== '' && ` ${terms(text).join(' ')} `.includes(` ${needle} `);
}
