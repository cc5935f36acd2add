import { describe, expect, inject, it } from 'vitest';
import { conformDocumentStore } from '../../testing/conform-document-store.ts';
import { conformKeyStore } from '../../testing/conform-key-store.ts';
import { conformRunService } from '../../testing/conform-run-service.ts';
import { conformRunStore } from '../../testing/conform-run-store.ts';
import { openWay } from '../../testing/way.ts';
import { createKeyStore } from './key-store.ts';
import { openPostgresStore } from './open-store.ts';

const { databaseUrl } = inject('servers');
const url = databaseUrl ?? '';

describe.skipIf(databaseUrl === null)('with postgres', () => {
  conformRunStore('Drizzle on Postgres', {
    create: async () => {
      const { runStore, close } = await openPostgresStore({ url });
      return { store: runStore, close };
    },
  });
  conformDocumentStore('Drizzle on Postgres', {
    create: async () => {
      const { documentStore, close } = await openPostgresStore({ url });
      return { store: documentStore, close };
    },
  });

  conformRunService('Drizzle on Postgres', {
    create: async () => {
      const { runStore, close } = await openPostgresStore({ url });
      return { store: runStore, close };
    },
  });
  conformKeyStore('Drizzle on Postgres', {
    create: async (now) => {
      const { database, pool, close } = await openPostgresStore({ url });
      return {
        store: createKeyStore(database, { pepper: 'pepper', now }),
        other: createKeyStore(database, { pepper: 'salt', now }),
        dump: async () =>
          JSON.stringify([await pool.query('SELECT * FROM isthmus.api_keys'), await pool.query('SELECT * FROM isthmus.api_secrets')]),
        close,
      };
    },
  });

  it('a connection that breaks in the middle of a statement fails that statement and nothing else', async () => {
    await using way = await openWay(url);
    const store = await openPostgresStore({ url: way.url });
    const client = await store.pool.connect();
    const broken = expect(client.query('SELECT pg_sleep(30)')).rejects.toThrow(/terminated|ECONNRESET/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    way.cut();
    await broken;
    client.release();
    way.mend();
    expect(await store.runStore.listRuns({ tenant: 'nobody', limit: 1 })).toEqual([]);
    await store.close();
  });

  it('lets several processes start on an empty database at once', async () => {
    const admin = await openPostgresStore({ url });
    const name = `fresh_${process.pid}_${Date.now()}`;
    await admin.pool.query(`CREATE DATABASE ${name}`);
    const fresh = new URL(url);
    fresh.pathname = `/${name}`;
    const stores = await Promise.all(Array.from({ length: 5 }, () => openPostgresStore({ url: fresh.href })));
    for (const store of stores) {
      expect(await store.runStore.listRuns({ tenant: 'nobody', limit: 1 })).toEqual([]);
      await store.close();
    }
    await admin.pool.query(`DROP DATABASE ${name}`);
    await admin.close();
  });
});
