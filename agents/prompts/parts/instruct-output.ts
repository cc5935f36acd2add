import { z } from 'zod';
import { type Draft, NOT_FOUND_TEXT, NOT_KNOWN_TEXT } from '../../../src/domain/answer.ts';
import { IsthmusError } from '../../../src/domain/errors.ts';
import type { Evidence } from '../../../src/domain/evidence.ts';
import type { ModelOutput, ParsedCompression } from '../../../src/ports/prompt-profile.ts';

/** Every string has a length: without one a weak model runs to its token limit and leaves the JSON unclosed. */
const text = (maxLength: number) => ({ type: 'string', maxLength }) as const;

function object(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

export const COMPRESS_SCHEMA = compressSchemaAt(3);

/** Room for sentences of 200 characters. */
export function compressSchemaAt(sentences: number): Readonly<Record<string, unknown>> {
  return object({
    relevant: { type: 'boolean' },
    summary: text(200 * sentences),
    quotes: { type: 'array', maxItems: 3, items: text(240) },
  });
}

const PREDICT_PROPERTIES = {
  found: { type: 'boolean' },
  answer: text(1_500),
  citations: { type: 'array', maxItems: 8, items: object({ evidence: { type: 'integer' }, quote: text(240) }) },
};

export const PREDICT_SCHEMA = object(PREDICT_PROPERTIES);

const EXPAND = { type: 'array', maxItems: 3, items: { type: 'integer' } };

export const EXPANDING_SCHEMA = object({ ...PREDICT_PROPERTIES, expand: EXPAND });

export const CLOSED_BOOK_SCHEMA = object({ found: { type: 'boolean' }, answer: text(1_500) });

/** No query is an answer too: nothing more is to be searched for. */
export const PLAN_SCHEMA = object({ queries: { type: 'array', maxItems: 12, items: text(160) } });

/** What is read back is looser than what was asked for: a model that was not held to the schema may still be understood. */
const compression = z.object({ relevant: z.boolean(), summary: z.string().default(''), quotes: z.array(z.string()).default([]) });
const prediction = z.object({
  found: z.boolean(),
  answer: z.string().default(''),
  citations: z.array(z.object({ evidence: z.number().int(), quote: z.string().optional() })).default([]),
});
const expansion = z.object({ expand: z.array(z.number().int()).default([]) });
const plan = z.object({ queries: z.array(z.string()) });

export function parseCompression({ text: output }: ModelOutput): ParsedCompression {
  const { relevant, summary, quotes } = parseJson(output, compression, '{"relevant": boolean, "summary": string, "quotes": string[]}');
  const words = summary.trim();
  if (!relevant || words === '') return { status: 'none', text: '', quotes: [] };
  return { status: 'text', text: words, quotes: quotes.filter((quote) => quote.trim() !== '') };
}

const MARK = /\[(\d+)\]/g;

/** An answer that holds all there is to say needs nothing in full. */
export function parseExpanding(output: ModelOutput, evidence: readonly Evidence[]): Draft {
  const draft = parseDraft(output, evidence);
  const { expand } = parseJson(output.text, expansion, '{"expand": number[]}');
  return expand.length === 0 ? draft : { ...draft, expand };
}

/** A mark without a citation entry gets one without a quote, so that nothing the reader sees escapes verification. */
export function parseDraft({ text: output }: ModelOutput, _evidence: readonly Evidence[]): Draft {
  const expected = '{"found": boolean, "answer": string, "citations": [{"evidence": number, "quote": string}]}';
  const { found, answer, citations } = parseJson(output, prediction, expected);
  if (!found || answer.trim() === '') return { status: 'not-found', text: NOT_FOUND_TEXT, citations: [], form: 'model' };
  const cited = citations.map(({ evidence, quote }) => (quote ? { evidence, quote } : { evidence }));
  const known = new Set(cited.map(({ evidence }) => evidence));
  const marked = new Set([...answer.matchAll(MARK)].map((match) => Number(match[1])));
  const unlisted = [...marked].filter((number) => !known.has(number)).map((evidence) => ({ evidence }));
  return { status: 'answered', text: answer.trim(), citations: [...cited, ...unlisted], form: 'model' };
}

/** What a model knows; whether it said so in these words or wrote evidence numbers of its own making, there is nothing to cite. */
export function parseMemory(output: ModelOutput): Draft {
  const { status, text: answer } = parseDraft(output, []);
  return { status, text: status === 'not-found' ? NOT_KNOWN_TEXT : answer, citations: [], form: 'memory' };
}

export function parsePlan(output: string): readonly string[] {
  const queries = parseJson(output, plan, '{"queries": string[]}').queries.map((query) => query.trim());
  return queries.filter((query) => query !== '');
}

/** Models that are not held to a schema like to wrap JSON in a code fence or a sentence; the outermost braces are the object. */
function parseJson<Output>(output: string, schema: z.ZodType<Output>, expected: string): Output {
  try {
    return schema.parse(JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)));
  } catch (cause) {
    const came = output.length > 200 ? `${output.slice(0, 200)}…` : output;
    throw new IsthmusError('output-unparseable', `Expected JSON ${expected}; the model wrote: ${JSON.stringify(came)}.`, { cause });
  }
}
