import { z } from 'zod';
import { IsthmusError } from '../domain/errors.ts';

const rowSchema = z.object({
  id: z.string().optional(),
  x: z.string().min(1),
  q: z.string().default(''),
  z: z.string().min(1),
  y: z.string().min(1).optional(),
});

/** A summary z of a source x for a question q, as made by any model anywhere. */
export interface ScoreRow {
  readonly id: string;
  readonly x: string;
  readonly q: string;
  readonly z: string;
  /** The reference answer to q, for estimators that need one. */
  readonly y?: string | undefined;
}

/** @throws IsthmusError `invalid-input` naming file, line, what was expected, and what came */
export function parseScoreRows(text: string, source: string): ScoreRow[] {
  const lines = text.split('\n').map((line, i) => ({ line: line.trim(), number: i + 1 }));
  const rows = lines.filter(({ line }) => line !== '').map(({ line, number }) => parseRow(line, `${source}:${number}`, `${number}`));
  if (rows.length === 0) throw new IsthmusError('invalid-input', `Expected rows {"x", "q", "z"} in ${source}, but it is empty.`);
  return rows;
}

function parseRow(line: string, place: string, fallbackId: string): ScoreRow {
  const parsed = rowSchema.safeParse(parseJson(line, place));
  if (!parsed.success)
    throw new IsthmusError(
      'invalid-input',
      `${place}: expected {"x": source, "q": question, "z": summary}, but ${z.prettifyError(parsed.error)}`,
    );
  const { id = fallbackId, x, q, z: summary, y } = parsed.data;
  return { id, x, q, z: summary, ...(y === undefined ? {} : { y }) };
}

function parseJson(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new IsthmusError('invalid-input', `${place}: expected one JSON object a line, but got ${JSON.stringify(line.slice(0, 80))}.`, {
      cause,
    });
  }
}
