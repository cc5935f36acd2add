import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';

type Schema = Readonly<Record<string, unknown>>;

/**
 * A JSON schema as `response_format`. `strict` (decoding is constrained, not just asked for) is set wherever the schema allows
 * it: every object closed and every property required. OpenAI refuses length limits in strict schemas, other servers need
 * them as much as a local model does, so they are dropped for OpenAI only.
 */
export function toResponseFormat(
  schema: Schema,
  { isOpenAi }: { readonly isOpenAi: boolean },
): NonNullable<ChatCompletionCreateParamsStreaming['response_format']> {
  const strict = isStrict(schema);
  const sent = strict && isOpenAi ? withoutLengths(schema) : schema;
  return { type: 'json_schema', json_schema: { name: 'output', schema: sent as Record<string, unknown>, strict } };
}

function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (!isObject(schema)) return true;
  const properties = schema['properties'];
  if (isObject(properties)) {
    const required = Array.isArray(schema['required']) ? schema['required'] : [];
    const isClosed = schema['additionalProperties'] === false && Object.keys(properties).every((name) => required.includes(name));
    return isClosed && Object.values(properties).every(isStrict);
  }
  return schema['type'] !== 'object' && Object.values(schema).every(isStrict);
}

function withoutLengths(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutLengths);
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([key, value]) => !(/^(min|max)Length$/.test(key) && typeof value === 'number'));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutLengths(value)]));
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
