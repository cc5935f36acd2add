import { PLUGINS } from '../compose/plugins.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { createRegistry } from '../pipeline/registry.ts';
import { createWatch, type WatchDeps } from '../pipeline/watch.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Watch } from '../ports/watch.ts';

const FINDINGS: JsonObject = {
  suite: { name: 'tower', description: 'How tall things are' },
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-02T00:00:00.000Z',
  rows: 12,
  tasks: 6,
  arms: [{ name: 'a' }, { name: 'b' }],
  primary: 'contains',
};
const SUMMARY = {
  name: 'tower',
  description: 'How tall things are',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-02T00:00:00.000Z',
  rows: 12,
  tasks: 6,
  arms: 2,
  primary: 'contains',
} as const;

/** The real watch over a store, a queue that holds nothing, one model, and one evaluation, named `tower`. */
export function createTestWatch(runs: RunStore, change: Partial<WatchDeps> = {}): Watch {
  const plugin = (use: string) => ({ use, options: {} });
  return createWatch({
    runs,
    queue: { counts: async () => ({ waiting: 0, active: 0, delayed: 0, failed: 0 }), backlog: async () => ({ waiting: 0 }) },
    models: { states: async () => [{ name: 'nano', provider: 'llama', isOpen: false }] },
    registry: createRegistry(PLUGINS),
    clock: { now: () => Date.now() },
    evaluations: {
      list: async () => [SUMMARY],
      read: async (name) => {
        if (name === 'tower') return FINDINGS;
        throw new IsthmusError('not-found', `There is no evaluation ${name}.`);
      },
    },
    prices: { source: 'bundled prices of 2026-11', date: '2026-11' },
    engines: { store: 'embedded', queue: 'embedded' },
    concurrency: { compress: 4, score: 4, predict: 4 },
    modelNames: ['nano'],
    defaults: {
      plugins: {
        strategy: plugin('map-reduce'),
        planner: plugin('single'),
        retriever: plugin('bm25'),
        compressor: { use: 'select', model: 'nano', options: {} },
        estimator: plugin('panel'),
        gate: plugin('relevant'),
        predictor: { use: 'local', model: 'nano', options: {} },
      },
      scorer: 'nano',
    },
    ...change,
  });
}
