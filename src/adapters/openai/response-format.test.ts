import { describe, expect, test } from 'vitest';
import { toResponseFormat } from './response-format.ts';

const CLOSED = {
  type: 'object',
  properties: {
    quotes: { type: 'array', maxItems: 3, items: { type: 'string', maxLength: 200 } },
    maxLength: { type: 'string', minLength: 1 },
  },
  required: ['quotes', 'maxLength'],
  additionalProperties: false,
};

describe('a response format', () => {
  test('is strict for a closed schema with every property required, and kept as it is', () => {
    expect(toResponseFormat(CLOSED, { isOpenAi: false })).toEqual({
      type: 'json_schema',
      json_schema: { name: 'output', schema: CLOSED, strict: true },
    });
  });

  test('loses its length limits at OpenAI, and no property that is called like one', () => {
    const format = toResponseFormat(CLOSED, { isOpenAi: true });
    expect(format).toMatchObject({
      json_schema: {
        strict: true,
        schema: {
          ...CLOSED,
          properties: { quotes: { type: 'array', maxItems: 3, items: { type: 'string' } }, maxLength: { type: 'string' } },
        },
      },
    });
    expect(JSON.stringify(format)).not.toContain('200');
  });

  test.each([
    ['open', { ...CLOSED, additionalProperties: true }],
    ['with something optional', { ...CLOSED, required: ['quotes'] }],
    ['open further down', { ...CLOSED, properties: { ...CLOSED.properties, quotes: { type: 'object' } } }],
  ])('is not strict for a schema that is %s', (_what, schema) => {
    expect(toResponseFormat(schema, { isOpenAi: true })).toMatchObject({ json_schema: { schema, strict: false } });
  });
});
