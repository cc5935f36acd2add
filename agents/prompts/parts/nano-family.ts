import type { Evidence } from '../../../src/domain/evidence.ts';
import type { Prompt } from '../../../src/ports/language-model.ts';
import type {
  ModelOutput,
  NumberedSentence,
  ParsedCompression,
  PointerCalibration,
  PromptProfile,
} from '../../../src/ports/prompt-profile.ts';
import { fold } from './fold.ts';
import { copyOfEvidence, evidenceSentences, parseAnswer, parseMemory } from './nano-answer.ts';
import { cutToSentences, MAX_SENTENCES, NONE, numberedParts, sentenceMarker } from './number-sentences.ts';

const pointing: NonNullable<PromptProfile['select']> = {
  prompt: (text, query) => ask(text, query, '<|sum|>'),
  sentences: numberedSentences,
  none: NONE,
};

/**
 * How the bundled family of small models is spoken to. A text is shown as numbered sentences, and the model points before it speaks: its
 * first token is the marker of the sentence that answers, or `<|none|>`. So choosing sentences is one position (`select`), and each answer
 * names its evidence. It copies and cannot plan or write JSON; its report is a template around the copied words, and says so.
 * Formats: `models/nano/train/rows.py`.
 */
const family: Omit<PromptProfile, 'id' | 'version'> = {
  fold,
  // Start token and three markers; one marker a sentence, and the leading-space piece that a SentencePiece vocabulary puts before each part.
  overheadTokens: 2 * MAX_SENTENCES + 8,
  // As many as its training data had.
  questionTokens: 48,
  // As long as those that the constants below were measured on. With an earlier model and chunks of 728 tokens, which take twice as long
  // to read, 27 of 35 answers over the sample corpus were among the evidence; with 384 tokens 30.
  chunkTokens: 430,
  // A summary of three sentences: 28 tokens each in the mean.
  summaryTokens: 104,
  compress: { prompt: (text, query) => ask(text, query, '<|sum|>'), parse: parseCompression },
  select: pointing,
  scorePrompt: (text, query) => ask(text, query, '<|txt|>'),
  predict: {
    prompt: predictPrompt,
    parse: parseAnswer,
    outputTokens: 28,
    maxEvidence: MAX_SENTENCES,
    closedBook: { prompt: (question) => predictPrompt(question, []), parse: parseMemory },
  },
};

/** What was measured for one model's weights, on real questions that it was not trained on. */
export interface NanoConstants extends PointerCalibration {
  /** Nats that a word of the question costs in an answer. */
  readonly answer: { readonly nats: number };
}

/** A profile of the family, with the constants of one model. */
export function nanoProfile(id: string, { version, answer, ...calibration }: NanoConstants & { readonly version: string }): PromptProfile {
  return {
    ...family,
    id,
    version,
    select: { ...pointing, calibration },
    predict: { ...family.predict, copy: (question, evidence) => copyOfEvidence(question, evidence, answer.nats) },
  };
}

function ask(text: string, query: string, last: string): Prompt {
  const sentences = cutToSentences(text).map(({ start, end }) => text.slice(start, end));
  return { type: 'marked', parts: [...numberedParts(sentences), { marker: '<|q|>' }, { text: query }, { marker: last }] };
}

function numberedSentences(text: string): NumberedSentence[] {
  return cutToSentences(text).map((span, i) => ({ span, marker: sentenceMarker(i) }));
}

function predictPrompt(question: string, evidence: readonly Evidence[]): Prompt {
  const sentences = evidenceSentences(evidence).map(({ text }) => text);
  return { type: 'marked', parts: [...numberedParts(sentences), { marker: '<|q|>' }, { text: question }, { marker: '<|ans|>' }] };
}

/** `<|s3|>a sentence<|s7|>another`: a copying model quotes with every word it writes. */
function parseCompression({ text, markers = [] }: ModelOutput): ParsedCompression {
  const starts = [0, ...markers.map(({ at }) => at)];
  const quotes = starts.map((start, i) => text.slice(start, starts[i + 1]).trim()).filter((quote) => quote !== '');
  if (quotes.length === 0 || markers[0]?.marker === NONE) return { status: 'none', text: '', quotes: [] };
  return { status: 'text', text: quotes.join(' '), quotes };
}
