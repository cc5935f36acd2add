import { conformRunService } from './conform-run-service.ts';
import { conformRunStore } from './conform-run-store.ts';
import { createMemoryRunStore } from './memory-run-store.ts';

conformRunStore('memory', { create: async () => ({ store: createMemoryRunStore(), close: async () => {} }) });
conformRunService('memory', { create: async () => ({ store: createMemoryRunStore(), close: async () => {} }) });
