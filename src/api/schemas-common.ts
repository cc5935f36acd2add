import { z } from 'zod';

/** Schemas that the OpenAPI document names; one registry for what comes in and one for what goes out, since defaults differ. */
export const requestSchemas = z.registry<{ id: string }>();
export const answerSchemas = z.registry<{ id: string }>();

export function asRequest<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  requestSchemas.add(schema, { id });
  return schema;
}

export function asAnswer<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  answerSchemas.add(schema, { id });
  return schema;
}

/** NUL, or half of a surrogate pair: Postgres and UTF-8 know neither. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for.
const UNSTORABLE = /\u0000|\p{Surrogate}/u;

/** Text that every store can keep. */
export function text(maxLength: number) {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => !UNSTORABLE.test(value), { error: 'expected text without NUL characters and halves of surrogate pairs' });
}

const ID = /^[\w.-]{1,128}$/;
export const id = z.string().regex(ID, { error: 'expected an id: letters, digits, and the characters _ . -' });

export const STATUSES = ['queued', 'in_progress', 'completed', 'failed', 'cancelled', 'incomplete'] as const;
export const status = z.enum(STATUSES);

/** Integers that survive JSON, so that no client reads another number than was written. */
export const count = z.int().min(0);
export const seed = z.int().min(0).max(2_147_483_647).describe('Decides panels and any sampling.');

export const span = z.strictObject({ start: count, end: count }).describe('A half-open range of UTF-16 code units in the document.');

/** A figure that may be unknown: null is never 0. */
export const maybe = z.number().nullable();

export const errorAnswer = asAnswer(
  'Error',
  z.strictObject({
    error: z.strictObject({
      message: z.string().describe('What was expected, what came, how to mend it.'),
      type: z.string(),
      param: z.string().nullable().describe('The member or parameter that is meant.'),
      code: z.string(),
    }),
  }),
);
