import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbeddedStore } from '../adapters/database/open-store.ts';
import { conformForget } from '../testing/conform-forget.ts';
import { dumpDatabase } from '../testing/dump-database.ts';

conformForget('the embedded store', {
  open: async (home) => ({
    config: {},
    isExclusive: true,
    dump: async () => {
      const store = await openEmbeddedStore({ dataDir: join(home, 'data') });
      const dump = await dumpDatabase(store.pool);
      await store.close();
      return dump;
    },
    // The write-ahead log is another folder, `pg_wal`: Postgres writes it over as it goes on, and nothing can be taken out of it.
    dataFiles: async () => {
      const base = join(home, 'data', 'postgres', 'base');
      const found = (await readdir(base, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
      const read = found.map(async ({ parentPath, name }) => [name, await readFile(join(parentPath, name), 'latin1')] as const);
      return new Map(await Promise.all(read));
    },
    close: async () => {},
  }),
});
