import { type Draft, NOT_FOUND_TEXT } from '../domain/answer.ts';
import type { Chunk, Corpus, Document } from '../domain/document.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { TermStatistics } from '../domain/step.ts';
import type { Summary } from '../domain/summary.ts';
import { splitSentences, terms } from '../domain/text.ts';
import type { Usage } from '../domain/usage.ts';
import type { CallContext } from '../ports/call-context.ts';
import type { InformationSample } from '../ports/information-estimator.ts';
import type { Prompt } from '../ports/language-model.ts';
import type { ModelOutput, NumberedSentence, PromptProfile } from '../ports/prompt-profile.ts';

export interface RecordingContext extends CallContext {
  readonly recorded: readonly Usage[];
}

/** A context that notes what is recorded in it. */
export function buildContext(signal: AbortSignal = new AbortController().signal): RecordingContext {
  const recorded: Usage[] = [];
  return { signal, record: (usage) => recorded.push(usage), recorded };
}

/** Each text one document and one chunk, named `document-1`, `chunk-1` and so on. */
export function buildCorpus(texts: readonly string[], id = 'corpus'): Corpus {
  const documents = texts.map((text, index): Document => {
    const number = index + 1;
    return { id: `document-${number}`, uri: `text-${number}.txt`, title: `Text ${number}`, text };
  });
  const chunks = documents.map((document, index): Chunk => {
    return { id: `chunk-${index + 1}`, documentId: document.id, span: { start: 0, end: document.text.length }, text: document.text };
  });
  return { id, documents, chunks };
}

/** Statistics of the query's terms over texts, counted the slow way. */
export function buildStatistics(query: string, texts: readonly string[]): TermStatistics {
  const bags = texts.map(terms);
  const frequencies = [...new Set(terms(query))].map((term) => [term, bags.filter((bag) => bag.includes(term)).length] as const);
  const averageLength = bags.reduce((sum, bag) => sum + bag.length, 0) / Math.max(bags.length, 1);
  return { chunkCount: texts.length, averageLength, chunkFrequency: Object.fromEntries(frequencies) };
}

/** A summary in the words given; `none` for the empty text. */
export function buildSummary(text: string, change: Partial<Summary> = {}): Summary {
  const status = text === '' ? 'none' : 'text';
  return { status, text, tokenCount: text.split(/\s+/).filter(Boolean).length, ended: true, finishReason: 'stop', quotes: [], ...change };
}

/** Evidence numbered from 1, each from a chunk of its own. */
export function buildEvidence(texts: readonly string[]): readonly Evidence[] {
  return texts.map((text, index) => ({ number: index + 1, chunkIds: [`chunk-${index + 1}`], text, quotes: [] }));
}

export function buildSample(change: Partial<InformationSample> & { readonly id: string }): InformationSample {
  const { id } = change;
  return { contextId: `context-${id}`, documentId: `document-${id}`, query: 'What is it?', tokens: 10, bytes: 40, ...change };
}

/**
 * Plain text in, plain text out, so that a script reads as what the model says. An answer cites the evidence whose numbers stand in
 * its marks; `NONE` and `not found` are said in these words; a plan has one query a line.
 */
export const plainProfile: PromptProfile = {
  id: 'plain',
  version: '1',
  overheadTokens: 10,
  questionTokens: 20,
  summaryTokens: 40,
  compress: {
    prompt: plainPrompt,
    parse: (output) => {
      const text = output.text.trim();
      return text === '' || text === 'NONE' ? { status: 'none', text: '', quotes: [] } : { status: 'text', text, quotes: [text] };
    },
  },
  select: {
    prompt: (text, query) => {
      const numbered = plainSentences(text).flatMap(({ span, marker }) => [{ marker }, { text: text.slice(span.start, span.end) }]);
      return { type: 'marked', parts: [...numbered, { marker: '<question>' }, { text: query }, { marker: '<answer>' }] };
    },
    sentences: plainSentences,
    none: '<none>',
  },
  scorePrompt: plainPrompt,
  predict: {
    prompt: (question, evidence) => plainPrompt(evidence.map(({ number, text }) => `[${number}] ${text}`).join('\n'), question),
    parse: parsePlainDraft,
    outputTokens: 40,
    closedBook: {
      prompt: (question) => plainPrompt('', question),
      parse: (output) => ({ ...parsePlainDraft(output), citations: [], form: 'memory' }),
    },
  },
  plan: {
    prompt: (question) => plainPrompt('', question),
    parse: (output) => output.split('\n').filter((line) => line.trim() !== ''),
  },
};

function plainSentences(text: string): NumberedSentence[] {
  return splitSentences(text).map((span, i) => ({ span, marker: `<${i + 1}>` }));
}

function plainPrompt(text: string, query: string): Prompt {
  return { type: 'marked', parts: [{ marker: '<text>' }, { text }, { marker: '<question>' }, { text: query }, { marker: '<answer>' }] };
}

function parsePlainDraft({ text: output }: ModelOutput): Draft {
  if (output.trim() === 'not found') return { status: 'not-found', text: NOT_FOUND_TEXT, citations: [], form: 'model' };
  const citations = [...output.matchAll(/\[(\d+)\]/g)].map((match) => ({ evidence: Number(match[1]) }));
  return { status: 'answered', text: output.trim(), citations, form: 'model' };
}
