import { and, eq, sql } from 'drizzle-orm';
import { noCorpus } from './corpora.ts';
import type { Database } from './database.ts';
import { corpora, corpusGrants } from './schema-documents.ts';

interface Grant {
  readonly corpusId: string;
  readonly tenant: string;
}

export interface GrantCheck {
  isGranted(corpusId: string, tenant: string): Promise<boolean>;
  /** What was known is asked for again: some of it has been taken back. */
  forget(): void;
}

/** How long a grant may still be honoured that another process has taken back, ms. */
const TRUSTED_MS = 1_000;
/** Beyond this all is asked for again: a bound, not a policy. */
const MOST_KNOWN = 10_000;

/** Every job that names a corpus asks; asked each time, a third fewer jobs a second are taken in. What is refused is asked for again. */
export function createGrantCheck(database: Database): GrantCheck {
  const until = new Map<string, number>();
  return {
    async isGranted(corpusId, tenant) {
      const name = `${tenant}\n${corpusId}`;
      if ((until.get(name) ?? 0) > performance.now()) return true;
      const isGranted = await findGrant(database, { corpusId, tenant });
      if (until.size >= MOST_KNOWN) until.clear();
      if (isGranted) until.set(name, performance.now() + TRUSTED_MS);
      return isGranted;
    },
    forget: () => until.clear(),
  };
}

async function findGrant(database: Database, { corpusId, tenant }: Grant): Promise<boolean> {
  const isThis = and(eq(corpusGrants.corpusId, corpusId), eq(corpusGrants.tenant, tenant));
  return (await database.select({ tenant: corpusGrants.tenant }).from(corpusGrants).where(isThis)).length > 0;
}

/** @throws IsthmusError `not-found` */
export async function grantCorpus(database: Database, { corpusId, tenant }: Grant): Promise<void> {
  const known = database
    .select({ tenant: sql<string>`${tenant}::text`.as('tenant'), corpusId: corpora.id })
    .from(corpora)
    .where(eq(corpora.id, corpusId));
  const granted = await database.insert(corpusGrants).select(known).onConflictDoNothing().returning();
  if (granted.length === 0 && !(await findGrant(database, { corpusId, tenant }))) throw noCorpus(corpusId);
}
