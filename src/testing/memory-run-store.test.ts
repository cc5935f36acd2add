import { conformRunStore } from './conform-run-store.ts';
import { createMemoryRunStore } from './memory-run-store.ts';

conformRunStore('memory', { create: async () => ({ store: createMemoryRunStore(), close: async () => {} }) });
