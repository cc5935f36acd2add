import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { groupBy } from '../../src/domain/group.ts';
import { sample } from '../../src/domain/random.ts';
import { terms } from '../../src/domain/text.ts';
import { contains } from '../metrics/answer-words.ts';

export type Half = 'dev' | 'test';

export interface Question {
  readonly id: string;
  readonly documentId: string;
  readonly query: string;
  /** Gold strings that do not stand in the question itself. Non-empty. */
  readonly answers: readonly string[];
  /** Other questions, those about the same document first. */
  readonly others: readonly string[];
}

export interface LongDocs {
  /** By document id. */
  readonly texts: ReadonlyMap<string, string>;
  readonly questions: readonly Question[];
}

export interface ReadOptions {
  readonly half: Half;
  /** At most so many questions in all, spread evenly over the documents. */
  readonly limit: number;
  readonly seed: number;
}

/** A few documents have hundreds of questions; more of them would tell about those documents only. */
const QUESTIONS_PER_DOCUMENT = 20;
/** q′ of each question: what its summaries are contrasted with. */
const OTHER_QUESTIONS = 3;

const documentLine = z.object({ id: z.string(), text: z.string() });
const questionLine = z.object({ id: z.string(), document: z.string(), question: z.string(), answers: z.array(z.string()) });

/**
 * Documents with questions and gold strings: `documents.jsonl.gz` ({id, text}) and `questions.jsonl.gz` ({id, document, question, answers}) in
 * a folder. Half of the documents is for choosing (`dev`: sha256(id) even in its last hex digit), the other one for reporting.
 */
export async function readLongDocs(folder: string, { half, limit, seed }: ReadOptions): Promise<LongDocs> {
  const { documents, rows } = await readLongDocRows(folder);
  const asked = rows.filter(({ document }) => halfOf(document) === half);
  const usable = asked.flatMap((row) => {
    const answers = row.answers.filter((answer) => terms(answer).length > 0 && !contains(row.question, answer));
    return answers.length === 0 ? [] : [{ ...row, answers }];
  });
  const drawn = [...groupBy(usable, ({ document }) => document).values()].map((own) => sample(own, QUESTIONS_PER_DOCUMENT, seed));
  const inTurn = Array.from({ length: QUESTIONS_PER_DOCUMENT }, (_, turn) => drawn.flatMap((own) => own[turn] ?? [])).flat();
  const questions = inTurn.slice(0, limit).map(({ id, document, question, answers }, place): Question => {
    const others = otherQuestions({ document, question }, asked, seed + place);
    return { id, documentId: document, query: question, answers, others };
  });
  return { texts: new Map(documents.map(({ id, text }) => [id, text])), questions };
}

export interface LongDocRows {
  readonly documents: readonly { readonly id: string; readonly text: string }[];
  readonly rows: readonly z.output<typeof questionLine>[];
}

/** All documents and questions of both halves, as they stand in the files. */
export async function readLongDocRows(folder: string): Promise<LongDocRows> {
  return {
    documents: (await readLines(join(folder, 'documents.jsonl.gz'))).map((line) => documentLine.parse(line)),
    rows: (await readLines(join(folder, 'questions.jsonl.gz'))).map((line) => questionLine.parse(line)),
  };
}

export function halfOf(documentId: string): Half {
  const digit = createHash('sha256').update(documentId).digest('hex').at(-1) ?? '0';
  return Number.parseInt(digit, 16) % 2 === 0 ? 'dev' : 'test';
}

/** Of documents with one question, all are about other documents. */
function otherQuestions(
  own: { readonly document: string; readonly question: string },
  asked: readonly { readonly document: string; readonly question: string }[],
  seed: number,
): readonly string[] {
  const different = sample(
    asked.filter(({ question }) => question !== own.question),
    asked.length,
    seed,
  );
  const near = different.filter(({ document }) => document === own.document);
  const far = different.filter(({ document }) => document !== own.document);
  return [...near, ...far].slice(0, OTHER_QUESTIONS).map(({ question }) => question);
}

async function readLines(path: string): Promise<readonly unknown[]> {
  const text = gunzipSync(await readFile(path)).toString('utf8');
  return text.split('\n').flatMap((line): unknown[] => (line === '' ? [] : [JSON.parse(line)]));
}
