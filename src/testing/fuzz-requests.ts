import type { JsonSchema, OpenApiDocument, OpenApiOperation } from '../api/openapi.ts';

export interface FuzzRequest {
  /** The operation that it was made from; its path or method may be another one. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

type Random = () => number;

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operation: OpenApiOperation;
}

export interface FuzzOptions {
  readonly document: OpenApiDocument;
  readonly random: Random;
  /** Ids of runs that exist; asked anew for each request. */
  readonly ids: () => readonly string[];
  /** Values that mean something to this server, by the member that holds them; most samples of it are among them. */
  readonly values?: Readonly<Record<string, readonly unknown[]>>;
  readonly key: string;
  /** Bodies go a little over this. */
  readonly maxBytes: number;
}

/** Values that have broken programs before. */
const JUNK: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  -0.5,
  9_007_199_254_740_992,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '𝕴𝖘𝖙𝖍𝖒𝖚𝖘 🏝️ \u202e',
  'x'.repeat(3_000),
  '../../etc/passwd',
  '/etc/passwd.gguf',
  "'; DROP TABLE runs; --",
  '<script>alert(1)</script>',
  '$\u007bjndi:ldap://x}',
  '__proto__',
  'constructor',
  [],
  {},
  [[[[]]]],
  { $ref: '#' },
  { toString: 1, __proto__: null },
  'NaN',
  '1e999',
  '%00%ff',
];

const SEGMENTS = [
  '%00',
  '..',
  '%2e%2e%2f',
  '%ff%fe',
  '%',
  '%zz',
  '\u00e9\u00ff',
  'a'.repeat(3_000),
  'run_1%20',
  '{id}',
  ':id',
  '*',
  '%F0%9F%8F%9D',
  '~',
  ';a=b',
];

const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['content-type', ['text/plain', 'application/json; charset=latin1', 'application/xml', 'application/json;;;', 'APPLICATION/JSON', '']],
  ['accept', ['text/markdown', 'application/pdf', '*/*;q=0', ',,,', 'x'.repeat(2_000)]],
  ['authorization', ['', 'Bearer', 'Bearer isk_', `Bearer isk_${'a'.repeat(43)}`, 'Basic YTpi', 'Bearer \u00ff', 'x'.repeat(4_000)]],
  ['idempotency-key', ['', ' ', 'a', 'a'.repeat(300), '\u00e9']],
  ['last-event-id', ['', '-1', '1', '1e9', '999999999999999999999', 'null', '\u00ff']],
  ['x-request-id', ['a', '<b>', 'x'.repeat(500), '\u00fc']],
  ['origin', ['null', 'https://evil.example']],
  ['host', ['evil.example', 'localhost:99999', '[::1]', 'a b', '']],
  ['expect', ['100-continue']],
  ['range', ['bytes=0-']],
  ['if-none-match', ['*']],
  ['x-http-method-override', ['DELETE']],
  ['cookie', ['a=b; '.repeat(200)]],
  ['accept-encoding', ['gzip, br', 'identity;q=0']],
];

/** Requests from the API's own description, most of them wrong somewhere; a seed gives the same ones again. */
export function createFuzzer(options: FuzzOptions): () => FuzzRequest {
  const { document, random } = options;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => Array<Operation>(weightOf(operation)).fill({ path, method, operation })),
  );
  return () => {
    const chosen = pick(random, operations);
    const method = random() < 0.03 ? pick(random, ['PUT', 'PATCH', 'OPTIONS', 'HEAD', 'DELETE', 'TRACE']) : chosen.method.toUpperCase();
    const headers = headersFor(options);
    const path = pathFor(chosen, options) + queryFor(chosen.operation, options);
    const schema = chosen.operation.requestBody?.content['application/json']?.schema;
    const hasBody = schema !== undefined && method !== 'GET' && method !== 'HEAD' && method !== 'TRACE';
    return { operation: chosen.operation.operationId, method, path, headers, ...(hasBody ? { body: bodyFor(schema, options) } : {}) };
  };
}

/** A body has the most that can be wrong: it is drawn twice as often, and twice again where it starts what the other requests ask for. */
function weightOf({ requestBody, responses }: OpenApiOperation): number {
  if (requestBody === undefined) return 1;
  return responses['202'] === undefined ? 2 : 4;
}

function pathFor({ path }: Operation, { random, ids, values = {} }: FuzzOptions): string {
  if (random() < 0.04) return `/${Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(random, SEGMENTS)).join('/')}`;
  const filled = path.replace('{id}', () => (random() < 0.7 ? pick(random, ids()) : pick(random, SEGMENTS)));
  return filled.replace(/\{(\w+)\}/g, (_, name: string) =>
    random() < 0.7 ? String(known(name, { random, values }) ?? 'a') : pick(random, SEGMENTS),
  );
}

function queryFor({ parameters }: OpenApiOperation, options: FuzzOptions): string {
  const { random } = options;
  const parts = parameters
    .filter((parameter) => parameter.in === 'query' && random() < 0.5)
    .map(({ name, schema }) => {
      const value = random() < 0.5 ? sample(schema, { ...options, depth: 0 }) : pick(random, JUNK);
      return `${name}=${encode(typeof value === 'string' ? value : JSON.stringify(value))}`;
    });
  if (random() < 0.05) parts.push(pick(random, ['=', '&&&', 'a=%ff', 'limit=1&limit=2', '__proto__=1', 'x'.repeat(2_000)]));
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Halves of surrogate pairs have no address. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''));
}

function headersFor({ random, key }: FuzzOptions): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  while (random() < 0.3) {
    const [name, values] = pick(random, HEADERS);
    headers[name] = pick(random, values);
  }
  return headers;
}

function bodyFor(schema: JsonSchema, options: FuzzOptions): Buffer {
  const { random, maxBytes } = options;
  const value = sample(schema, { ...options, depth: 0 });
  const kind = random();
  if (kind < 0.25) return toBytes(value);
  if (kind < 0.75) return toBytes(mutate(value, random));
  if (kind < 0.8) return toBytes(value).subarray(0, Math.floor(random() * 200));
  if (kind < 0.86) return spoil(toBytes(value), random);
  if (kind < 0.9) return Buffer.from('['.repeat(20_000) + (random() < 0.5 ? ']'.repeat(20_000) : ''));
  if (kind < 0.93) return Buffer.from('{"question":'.repeat(5_000));
  if (kind < 0.96) return Buffer.alloc(maxBytes + 1 + Math.floor(random() * 1_000), 'a');
  if (kind < 0.98) return Buffer.from(`{"__proto__": {"a": 1}, "question": "x", "question": "y", "corpus_id": "corpus"}`);
  return Buffer.from(pick(random, ['', 'null', '""', '\ufeff{}', 'NaN', '{"a":1}}', "{'a':1}", '[1,]', '-']));
}

function toBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value) ?? '');
}

function spoil(bytes: Buffer, random: Random): Buffer {
  const spoilt = Buffer.from(bytes);
  for (let i = 0; i < 3; i += 1) spoilt[Math.floor(random() * spoilt.length)] = 0x80 + Math.floor(random() * 0x80);
  return spoilt;
}

interface Sampling extends Pick<FuzzOptions, 'document' | 'random' | 'values'> {
  readonly depth: number;
}

/** A value that the schema allows, as far as JSON Schema says it. */
function sample(schema: JsonSchema, sampling: Sampling): unknown {
  const { document, random, depth } = sampling;
  const { $ref, anyOf, const: constant, enum: values, type } = schema as { [key: string]: unknown };
  if (typeof $ref === 'string') return sample(document.components.schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {}, sampling);
  if (Array.isArray(anyOf)) return sample(pick(random, anyOf) as JsonSchema, sampling);
  if (constant !== undefined) return constant;
  if (Array.isArray(values)) return pick(random, values);
  const deeper = { ...sampling, depth: depth + 1 };
  if (type === 'object') return sampleObject(schema, deeper);
  if (type === 'array')
    return Array.from({ length: Math.max(Number(schema['minItems'] ?? 0), Math.floor(random() * 3)) }, () =>
      sample((schema['items'] ?? {}) as JsonSchema, deeper),
    );
  return samplePlain(schema, random);
}

function sampleObject(schema: JsonSchema, sampling: Sampling): Record<string, unknown> {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const members = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const chosen = members.filter(([name]) => required.includes(name) || sampling.random() < 0.4);
  return Object.fromEntries(chosen.map(([name, member]) => [name, known(name, sampling) ?? sample(member, sampling)]));
}

function known(name: string, { random, values = {} }: Pick<FuzzOptions, 'random' | 'values'>): unknown {
  const own = Object.hasOwn(values, name) ? values[name] : undefined;
  return own === undefined || random() < 0.1 ? undefined : pick(random, own);
}

const WORDS = 'Why?|How tall is it?|corpus|run_1|nano|abstractive|abstractive@nano|a.md|Die Höhe beträgt zwölf Meter. 🏝️'.split('|');

function samplePlain({ type, minimum, maximum }: JsonSchema, random: Random): unknown {
  if (type === 'string') return pick(random, WORDS);
  if (type === 'boolean') return random() < 0.5;
  if (type === 'integer') return pick(random, [Number(minimum ?? 0), 1, 7, Math.min(Number(maximum ?? 100), 100)]);
  if (type === 'number') return pick(random, [0.5, 1, 1e-6, 42.42]);
  return type === 'null' ? null : pick(random, JUNK);
}

/** The value with one member, somewhere, replaced, removed, added or buried. */
function mutate(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.1) return pick(random, JUNK);
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as unknown as Record<string, unknown>) : { ...value };
  const names = Object.keys(copy);
  const name = names.length === 0 ? '0' : pick(random, names);
  const kind = random();
  if (kind < 0.45) copy[name] = mutate(copy[name], random);
  else if (kind < 0.6) delete copy[name];
  else if (kind < 0.75) copy[String(pick(random, ['extra', '', 'toString', 'a'.repeat(500)]))] = pick(random, JUNK);
  else if (kind < 0.85) copy[name] = bury(copy[name], 500);
  else copy[name] = [copy[name]];
  return copy;
}

function bury(value: unknown, depth: number): unknown {
  return depth === 0 ? value : [bury(value, depth - 1)];
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}
