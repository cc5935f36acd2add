import { type Draft, NOT_FOUND_TEXT, NOT_KNOWN_TEXT } from '../../../src/domain/answer.ts';
import type { Evidence } from '../../../src/domain/evidence.ts';
import { terms } from '../../../src/domain/text.ts';
import type { CopyConstraint } from '../../../src/ports/language-model.ts';
import type { ModelOutput } from '../../../src/ports/prompt-profile.ts';
import { unfold } from './fold.ts';
import { cutToSentences, MAX_SENTENCES, NONE, sentenceMarker } from './number-sentences.ts';

/** One numbered sentence of the predictor's prompt, and the evidence that it is a part of. */
export interface EvidenceSentence {
  readonly evidence: number;
  readonly text: string;
}

/**
 * The sentences of all evidence in one row, as the model was trained to read them. Where they are more than it has markers for, each
 * piece of evidence gets an equal share; so there may be at most {@link MAX_SENTENCES} pieces.
 */
export function evidenceSentences(evidence: readonly Evidence[]): EvidenceSentence[] {
  const cut = (most: number) =>
    evidence.flatMap(({ number, text }) =>
      cutToSentences(text, most).map(({ start, end }) => ({ evidence: number, text: text.slice(start, end) })),
    );
  const all = cut(MAX_SENTENCES);
  return all.length <= MAX_SENTENCES ? all : cut(Math.max(1, Math.floor(MAX_SENTENCES / evidence.length)));
}

/**
 * The answer is a stretch of one sentence; words of the question in it cost `nats`, so that it does not repeat what was asked. On 250
 * real questions with the gold sentence, token F1 .21 where the model writes freely, .25 held to a stretch, .27 with 2 nats.
 */
export function copyOfEvidence(question: string, evidence: readonly Evidence[], nats: number): CopyConstraint {
  const sources = evidenceSentences(evidence).map(({ text }, i) => ({ marker: sentenceMarker(i), text }));
  return { sources, none: NONE, avoid: { words: [...new Set(terms(question))].filter((word) => !STOP_WORDS.has(word)), nats } };
}

/** As in `models/nano/train/text.py`. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `the a an of in on at to and or by for with from as is was were be been are that this it its his her their which who whom what when where why
  how did do does had has have he she they not but into than then there these those s`.split(/\s+/),
);

/**
 * `<|s2|>answer` is the answer with the number of the evidence that the second sentence belongs to, and that sentence as its quote.
 * The words come back as the source has them; words that do not stand in the sentence named are looked for in the others, and words that
 * stand in none are an invention: no answer rather than an unsupported one. `<|none|>` is `not-found`.
 */
export function parseAnswer({ text, markers = [] }: ModelOutput, evidence: readonly Evidence[]): Draft {
  const sentences = evidenceSentences(evidence);
  const named = sentences.find((_one, i) => markers[0]?.marker === sentenceMarker(i));
  if (markers[0] !== undefined && named === undefined) return NOT_FOUND;
  for (const sentence of named === undefined ? sentences : [named, ...sentences]) {
    const answer = unfold(sentence.text, text)?.replace(OUTER_PUNCTUATION, '');
    if (answer === undefined) continue;
    const citations = [{ evidence: sentence.evidence, quote: sentence.text }];
    return { status: 'answered', text: `${answer} [${sentence.evidence}]`, citations, form: 'template' };
  }
  return NOT_FOUND;
}

/**
 * What the model writes where it has nothing to copy from. It was trained to copy and knows nothing of the world, so this is a floor to
 * measure from and never an answer to rely on.
 */
export function parseMemory({ text, markers = [] }: ModelOutput): Draft {
  const answer = text.trim();
  if (answer === '' || markers[0]?.marker === NONE) return { ...NOT_FOUND, text: NOT_KNOWN_TEXT, form: 'memory' };
  return { status: 'answered', text: answer, citations: [], form: 'memory' };
}

/** A sentence's own full stop belongs to no answer. */
const OUTER_PUNCTUATION = /^[\s,;:.]+|[\s,;:.]+$/gu;

const NOT_FOUND: Draft = { status: 'not-found', text: NOT_FOUND_TEXT, citations: [], form: 'template' };
