import { z } from 'zod';
import type { Format, FormatInput } from './formats/format.ts';

/** One source for the reading process. It has one at a time. */
export interface ReadJob {
  readonly format: Format;
  readonly input: FormatInput;
}

const markSchema = z.strictObject({
  start: z.number(),
  kind: z.enum(['page', 'heading', 'row', 'record', 'part', 'line']),
  label: z.string(),
  level: z.number().optional(),
});

/** What the reading process says; not believed before it is looked at, since it has touched the bytes. */
export const fromChildSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('unreadable'), reason: z.string() }),
  z.strictObject({ type: z.literal('extracted'), text: z.string(), marks: z.array(markSchema), title: z.string().optional() }),
]);

export type FromChild = z.infer<typeof fromChildSchema>;
