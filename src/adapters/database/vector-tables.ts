import { IsthmusError } from '../../domain/errors.ts';
import type { SqlPool } from './database.ts';

/** Any number that nobody else locks: the letters of "vect". */
const ADVISORY_LOCK = 0x76656374;
/** pgvector's HNSW takes no more dimensions of its `vector` type; larger ones are always scanned. */
const MOST_INDEXED_DIMENSIONS = 2_000;

/** From then on a walk of the graph goes on until enough rows have passed a filter, and every search here has one: the corpus. */
const FILTERING_VERSION = [0, 8] as const;

/** Where the vectors of one embedding model lie. Names are SQL, quoted where need be. */
export interface VectorTable {
  readonly name: string;
  /** The schema that the extension was installed in. */
  readonly extension: string;
  readonly isIndexed: boolean;
}

/**
 * The table for vectors of a dimension and the index for those of one model, made when they are first wanted: the extension may be missing
 * where nobody embeds, so this is no migration. Processes that start together wait for each other.
 * @throws IsthmusError `provider-unavailable`, not retryable, where the database has no pgvector
 */
export async function openVectorTable(
  pool: SqlPool,
  { embeddingId, dimensions }: { readonly embeddingId: string; readonly dimensions: number },
): Promise<VectorTable> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    const { extension, version } = await requireExtension(client);
    const name = `isthmus.vectors_${dimensions}`;
    const isIndexed = dimensions <= MOST_INDEXED_DIMENSIONS && isAtLeast(version, FILTERING_VERSION);
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${name} (
         embedding_id text NOT NULL,
         chunk_id text NOT NULL REFERENCES isthmus.chunks ON DELETE CASCADE,
         vector ${extension}.vector(${dimensions}) NOT NULL,
         PRIMARY KEY (embedding_id, chunk_id)
       );
       CREATE INDEX IF NOT EXISTS vectors_${dimensions}_chunk_id ON ${name} (chunk_id);
       ${isIndexed ? modelIndex(name, { embeddingId, extension, dimensions }) : ''}`,
    );
    await client.query('COMMIT');
    return { name, extension, isIndexed };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** One graph for each model: a search would have to pass over the vectors of all others. */
function modelIndex(
  table: string,
  { embeddingId, extension, dimensions }: { readonly embeddingId: string; readonly extension: string; readonly dimensions: number },
): string {
  // An id is a SHA-256 in hex, so it needs no quoting; a name in Postgres has 63 bytes at most.
  return `CREATE INDEX IF NOT EXISTS vectors_${dimensions}_${embeddingId.slice(0, 32)} ON ${table}
          USING hnsw (vector ${extension}.vector_cosine_ops) WHERE embedding_id = '${embeddingId}'`;
}

type Statements = Pick<Awaited<ReturnType<SqlPool['connect']>>, 'query'>;

interface Extension {
  readonly extension: string;
  readonly version: string;
}

async function requireExtension(client: Statements): Promise<Extension> {
  const there = await findExtension(client);
  if (there !== undefined) return there;
  const available = await client.query("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'");
  if (available.rows.length === 0) throw await notInstalled(client);
  try {
    await client.query('CREATE EXTENSION vector SCHEMA public');
  } catch (cause) {
    if ((cause as { code?: string }).code !== '42501') throw cause;
    throw new IsthmusError(
      'provider-unavailable',
      'Dense retrieval needs the extension `vector` in the database, and its user may not create it. Let an administrator run `CREATE EXTENSION vector` there once.',
      { cause, isRetryable: false },
    );
  }
  const created = await findExtension(client);
  if (created === undefined) throw new IsthmusError('internal', 'The extension `vector` was created and is not there.');
  return created;
}

async function findExtension(client: Statements): Promise<Extension | undefined> {
  const { rows } = await client.query<Extension>(
    `SELECT quote_ident(nspname) AS extension, extversion AS version
     FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'vector'`,
  );
  return rows[0];
}

async function notInstalled(client: Statements): Promise<IsthmusError> {
  const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
  const major = Math.floor(Number(rows[0]?.version ?? 0) / 10_000);
  return new IsthmusError(
    'provider-unavailable',
    `Dense retrieval needs pgvector, which the Postgres ${major} at DATABASE_URL does not have. Install it where that server runs (Debian and Ubuntu: postgresql-${major}-pgvector; Docker: pgvector/pgvector:pg${major}), or take \`embedding\` out of the configuration.`,
    { isRetryable: false },
  );
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [here = 0, below = 0] = version.split('.').map(Number);
  return here > major || (here === major && below >= minor);
}
