import { conformJobQueue } from '../../testing/conform-job-queue.ts';
import { openEmbeddedStore } from '../database/open-store.ts';
import { createBullJobQueue } from './job-queue.ts';

conformJobQueue('BullMQ on PGlite', {
  create: async () => {
    const store = await openEmbeddedStore();
    return {
      open: () => createBullJobQueue({ backend: 'postgres', pool: store.pool, retryDelayMs: 20 }),
      close: () => store.close(),
    };
  },
});
