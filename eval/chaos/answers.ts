import { createHash } from 'node:crypto';
import { BENCH_CORPUS } from '../../src/testing/engine-bench.ts';

/** The documents of every run, by their place. */
export const DOCUMENTS = BENCH_CORPUS.documents.map(({ uri, text }) => ({ uri, text }));

export function questionOf(number: number): string {
  return `When was the canal at Brackwater opened, asks run ${number}?`;
}

/**
 * What a remote call is for: the question's number, the role, and for `compress` the document's place. Journal and ledger name calls by
 * this, since a provider knows no steps and a ledger no prompts.
 */
export type CallKey = `${number}/predict` | `${number}/compress/${number}`;

/** The document that a text holds. @returns -1 where it holds none */
export function documentIn(text: string): number {
  return DOCUMENTS.findIndex((document) => text.includes(document.text));
}

/** @throws Error where the question has no number */
export function numberOf(question: string): number {
  const [, digits] = /asks run (\d+)\?/.exec(question) ?? [];
  if (digits === undefined) throw new Error(`Expected a question with a number, but got "${question.slice(0, 80)}".`);
  return Number(digits);
}

interface Asked {
  readonly key: CallKey;
  readonly promptHash: string;
  /** What a right answer says: a function of the prompt alone. */
  readonly answer: string;
}

/** Reads a request's body as the predictor does: prompts of the profile `instruct`. */
export function understand(body: Readonly<Record<string, unknown>>): Asked {
  const messages = (body['messages'] ?? []) as readonly { readonly role: string; readonly content: string }[];
  const user = messages.find(({ role }) => role === 'user')?.content ?? '';
  const promptHash = createHash('sha256').update(JSON.stringify(messages)).digest('hex').slice(0, 16);
  const number = numberOf(user);
  if (user.startsWith('Evidence:')) return { key: `${number}/predict`, promptHash, answer: predicted(user) };
  const document = documentIn(user);
  const [first = ''] = /^[^.]*\./.exec(DOCUMENTS[document]?.text ?? '') ?? [];
  return { key: `${number}/compress/${document}`, promptHash, answer: JSON.stringify({ relevant: true, summary: first, quotes: [first] }) };
}

/** Says every piece of evidence again, so that a report that lacks one is another report. */
function predicted(user: string): string {
  const pieces = [...user.matchAll(/^\[(\d+)\] (.*)$/gm)].map(([, number, text = '']) => ({ number: Number(number), text: text.trim() }));
  const answer = pieces.map(({ number, text }) => `${text.replace(/\.$/, '')} [${number}].`).join(' ');
  const citations = pieces.map(({ number, text }) => ({ evidence: number, quote: text }));
  return JSON.stringify({ found: pieces.length > 0, answer, citations });
}
