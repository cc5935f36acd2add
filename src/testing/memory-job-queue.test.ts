import { conformJobQueue } from './conform-job-queue.ts';
import { createJobStorage, createMemoryJobQueue } from './memory-job-queue.ts';

conformJobQueue('memory', {
  create: async () => {
    const storage = createJobStorage();
    return { open: async () => createMemoryJobQueue({ storage }), close: async () => {} };
  },
});
