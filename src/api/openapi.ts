import { z } from 'zod';
import { ROUTES, type Route } from './route-table.ts';
import { answerSchemas, errorAnswer, id, requestSchemas } from './schemas-common.ts';

export type JsonSchema = { readonly [key: string]: unknown };

export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>> }>
  >;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
  };
}

const uri = (name: string): string => `#/components/schemas/${name}`;

/** Errors that any route with a key can answer. */
const COMMON_ERRORS = [400, 401, 403, 429, 500];

const ERROR_WORDS: Readonly<Record<number, string>> = {
  400: 'The request is not as expected.',
  401: 'There is no valid key.',
  403: 'The key does not allow it.',
  404: 'There is no such thing, or it belongs to another tenant.',
  406: 'None of the formats that the client accepts.',
  409: 'It contradicts what there is.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'It is well-formed and cannot be done.',
  429: 'Too many requests, or too much at work; the header Retry-After says when to come back.',
  500: 'Something unforeseen; the header X-Request-Id names it.',
  503: 'A model or the store is not to be had at the moment.',
};

/** The description of the whole API, made from the table of routes and the schemas that check it. */
export function createOpenApi(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const route of ROUTES) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Isthmus',
      version,
      description:
        'Small local models read, each summary is measured in bits, a larger model answers from what survived. Text in, a cited report and its bill out.',
    },
    paths,
    components: {
      schemas: { ...named(requestSchemas, 'input'), ...named(answerSchemas, 'output') },
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'A key of `isthmus keys create`. Without any key only this host can ask, and needs none.',
        },
      },
    },
  };
}

function named(registry: typeof requestSchemas, io: 'input' | 'output'): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(registry, { io, uri, unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)]));
}

/** A component says neither its dialect (OpenAPI does) nor an address of its own. */
function bare({ $schema: _, $id: __, id: ___, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function operationOf(route: Route): OpenApiOperation {
  const { id: operationId, summary, description, scope, body } = route;
  return {
    operationId,
    summary,
    description: scope === undefined ? description : `${description} Needs the scope \`${scope}\`.`,
    security: scope === undefined ? [] : [{ key: [] }, {}],
    parameters: parametersOf(route),
    ...(body === undefined ? {} : { requestBody: { required: body.isRequired, content: json(refOf(body.schema, requestSchemas)) } }),
    responses: { ...answersOf(route), ...errorsOf(route) },
  };
}

const PATH_WORDS: Readonly<Record<string, string>> = {
  id: 'The run.',
  documentId: 'The document.',
  name: 'The evaluation.',
  corpus: 'The name of the corpus: at most 64 letters, digits, `.`, `_` and `-`, the first a letter or digit.',
  document: 'The id of the document.',
};
/** Letters of a name are those of any script. */
const PATH_SCHEMAS: Readonly<Record<string, z.ZodType>> = { corpus: z.string().min(1).max(64) };

function parametersOf(route: Route): OpenApiOperation['parameters'] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const description = PATH_WORDS[name] ?? '';
    return { name, in: 'path', required: true, description, schema: bare(z.toJSONSchema(PATH_SCHEMAS[name] ?? id)) };
  });
  const inQuery = Object.entries(route.query?.shape ?? {}).map(([name, schema]) => {
    const { description = '', ...rest } = bare(z.toJSONSchema(schema, { io: 'output' }));
    return { name, in: 'query', required: false, description: String(description), schema: rest };
  });
  const inHeader = (route.headers ?? []).map((header) => ({ ...header, in: 'header', required: false, schema: { type: 'string' } }));
  return [...inPath, ...inQuery, ...inHeader];
}

function answersOf(route: Route): OpenApiOperation['responses'] {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, answers]) => {
      const contents = answers.map(({ schema, contentType }) => {
        if (schema !== undefined) return json(refOf(schema, answerSchemas));
        if (contentType === undefined) return {};
        return { [contentType]: { schema: contentType === 'application/json' ? { type: 'object' } : { type: 'string' } } };
      });
      const content = Object.assign({}, ...contents) as Record<string, { schema: JsonSchema }>;
      const description = answers.map((answer) => answer.description).join(' ');
      return [status, Object.keys(content).length === 0 ? { description } : { description, content }];
    }),
  );
}

function errorsOf(route: Route): OpenApiOperation['responses'] {
  const common =
    route.scope === undefined ? [] : [...COMMON_ERRORS, ...(route.path.includes('{') || route.body !== undefined ? [404] : [])];
  const statuses = [...new Set([...common, ...(route.errors ?? [])])].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: ERROR_WORDS[status] ?? 'It cannot be done.', content: json(refOf(errorAnswer, answerSchemas)) },
    ]),
  );
}

function json(schema: JsonSchema): Record<string, { schema: JsonSchema }> {
  return { 'application/json': { schema } };
}

function refOf(schema: z.ZodType, registry: typeof requestSchemas): JsonSchema {
  const name = registry.get(schema)?.id;
  return name === undefined ? bare(z.toJSONSchema(schema)) : { $ref: uri(name) };
}
