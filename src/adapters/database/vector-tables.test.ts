import { describe, expect, it } from 'vitest';
import type { SqlPool } from './database.ts';
import { openVectorTable } from './vector-tables.ts';

interface Server {
  /** Of the extension, once it is created; absent: it is not installed. */
  readonly available?: string;
  readonly isCreated?: boolean;
  readonly refusal?: { readonly code: string };
}

/** A Postgres 16 as far as its extension goes. */
function serverWith({ available, isCreated = false, refusal }: Server) {
  const statements: string[] = [];
  let created = isCreated;
  const create = (): readonly object[] => {
    if (refusal !== undefined) throw Object.assign(new Error('refused'), refusal);
    created = true;
    return [];
  };
  const answers: readonly (readonly [string, () => readonly object[]])[] = [
    ['CREATE EXTENSION', create],
    ['FROM pg_extension', () => (created ? [{ extension: 'public', version: available }] : [])],
    ['pg_available_extensions', () => (available === undefined ? [] : [{}])],
    ['server_version_num', () => [{ version: '160004' }]],
  ];
  const answer = (sql: string): readonly object[] => {
    statements.push(sql);
    return answers.find(([words]) => sql.includes(words))?.[1]() ?? [];
  };
  const client = { query: async (sql: string) => ({ rows: answer(sql) }), release: () => undefined };
  return { pool: { connect: async () => client } as unknown as SqlPool, statements };
}

const open = (pool: SqlPool, dimensions = 384) => openVectorTable(pool, { embeddingId: 'ab'.repeat(32), dimensions });

describe('the table of vectors', () => {
  it('names the package where the server has no pgvector', async () => {
    const { pool, statements } = serverWith({});
    await expect(open(pool)).rejects.toMatchObject({
      code: 'provider-unavailable',
      isRetryable: false,
      message: expect.stringMatching(/Postgres 16 .*postgresql-16-pgvector/),
    });
    expect(statements.at(-1)).toBe('ROLLBACK');
  });

  it('asks for an administrator where its user may not create the extension', async () => {
    const { pool } = serverWith({ available: '0.8.0', refusal: { code: '42501' } });
    await expect(open(pool)).rejects.toMatchObject({
      code: 'provider-unavailable',
      isRetryable: false,
      message: expect.stringContaining('CREATE EXTENSION vector'),
    });
  });

  it('leaves an extension that is there alone', async () => {
    const { pool, statements } = serverWith({ available: '0.8.0', isCreated: true });
    expect(await open(pool)).toEqual({ name: 'isthmus.vectors_384', extension: 'public', isIndexed: true });
    expect(statements.filter((sql) => sql.includes('CREATE EXTENSION'))).toEqual([]);
  });

  it.each([
    ['an extension whose graph cannot filter', '0.6.2', 384],
    ['more dimensions than a graph takes', '0.8.0', 2_001],
  ])('has no graph with %s', async (_what, available, dimensions) => {
    const { pool, statements } = serverWith({ available });
    expect(await open(pool, dimensions)).toMatchObject({ isIndexed: false });
    expect(statements.join()).not.toContain('hnsw');
  });
});
