import { z } from 'zod';
import { IsthmusError } from '../domain/errors.ts';
import { groupBy } from '../domain/group.ts';
import type { RankQuestion } from './rank-questions.ts';

/** As in `samples/questions.jsonl`; further fields are allowed and not read. */
const lineSchema = z.object({
  question: z.string().trim().min(1),
  answer: z.string().trim().min(1).optional(),
  answers: z.array(z.string().trim().min(1)).optional(),
  /** `absent`: answered nowhere, so that no summary can hold the answer. */
  kind: z.string().optional(),
  document: z.string().min(1).optional(),
  documents: z.array(z.string().min(1)).optional(),
});

/**
 * Reads questions: one a line, `#` before a comment; or JSON lines {"question", "answers" or "answer", "document" or "documents"}, of
 * which all but the question may be missing. The first line decides which.
 * @throws IsthmusError `invalid-input` naming file, line, what was expected, and what came
 */
export function parseRankQuestions(text: string, source: string): readonly RankQuestion[] {
  const lines = text
    .split('\n')
    .map((line, i) => ({ line: line.trim(), place: `${source}:${i + 1}` }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw new IsthmusError('invalid-input', `Expected one question a line in ${source}, but there is none.`);
  const isJson = lines[0]?.line.startsWith('{') ?? false;
  const questions = lines.map(({ line, place }) => (isJson ? parseLine(line, place) : { query: line }));
  return [...groupBy(questions, ({ query, documents = [] }) => [query, ...documents].join('\n')).values()].map(mergeAnswers);
}

/** A question that stands there twice is one, and an answer to either is right. */
function mergeAnswers(same: readonly RankQuestion[]): RankQuestion {
  const { answers: _answers, ...question } = same[0] as RankQuestion;
  const answers = [...new Set(same.flatMap((one) => one.answers ?? []))];
  return answers.length === 0 ? question : { ...question, answers };
}

function parseLine(line: string, place: string): RankQuestion {
  const expected = `${place}: expected {"question": text, "answers": [text, …], "document": file}, the last two if known`;
  const parsed = lineSchema.safeParse(parseJson(line, expected));
  if (!parsed.success) throw new IsthmusError('invalid-input', `${expected}, but ${z.prettifyError(parsed.error)}`);
  const { question, answer, answers = [], kind, document, documents = [] } = parsed.data;
  const gold = kind === 'absent' ? [] : [...(answer === undefined ? [] : [answer]), ...answers];
  const named = [...(document === undefined ? [] : [document]), ...documents];
  return { query: question, ...(gold.length === 0 ? {} : { answers: gold }), ...(named.length === 0 ? {} : { documents: named }) };
}

function parseJson(line: string, expected: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new IsthmusError('invalid-input', `${expected}, but got ${JSON.stringify(line.slice(0, 80))}.`, { cause });
  }
}
