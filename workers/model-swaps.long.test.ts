import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { extractive } from '../agents/compressors/extractive.ts';
import { BUNDLED_MODELS, bundledModelPath } from '../src/bundled-model.ts';
import { createModelPool } from '../src/compose/model-pool.ts';
import { parseConfig } from '../src/config.ts';
import type { ModelIdentity } from '../src/domain/model.ts';
import { SWAP_RULES } from '../src/pipeline/model-swaps.ts';
import { createRegistry } from '../src/pipeline/registry.ts';
import { JOB_VERSION, type JobPayload, queueOf, type Work } from '../src/pipeline/work.ts';
import { createMemoryJobQueue } from '../src/testing/memory-job-queue.ts';
import { waitFor } from '../src/testing/wait-for.ts';
import { startWorkers } from './start-workers.ts';

/** The product's times (60 s and 30 s), a tenth of them. */
const RULES = { ...SWAP_RULES, keepMs: SWAP_RULES.keepMs / 10, patienceMs: SWAP_RULES.patienceMs / 10 };
/** Long enough for a model to be given up for the other and to be loaded again. */
const FEED_MS = 2 * (RULES.keepMs + RULES.patienceMs);
const PAIR_EVERY_MS = 100;

/** Every process that this one starts, from its start to its exit: nothing is sampled, so no overlap is missed. */
function watchProcesses(): Disposable & { readonly started: () => number; readonly most: () => number } {
  let started = 0;
  let alive = 0;
  let most = 0;
  const note = (message: unknown): void => {
    started += 1;
    alive += 1;
    most = Math.max(most, alive);
    (message as { readonly process: ChildProcess }).process.once('exit', () => {
      alive -= 1;
    });
  };
  subscribe('child_process', note);
  return { started: () => started, most: () => most, [Symbol.dispose]: () => void unsubscribe('child_process', note) };
}

/** Both bundled models, and memory for one. */
function openPool() {
  const models = Object.fromEntries(
    (['nano', 'nano-1m'] as const).map((name) => [
      name,
      { provider: 'llama', path: bundledModelPath(name), profile: BUNDLED_MODELS[name].profile, gpu: false, threads: 1, memoryMiB: 300 },
    ]),
  );
  const config = parseConfig({ models, memoryMiB: 400 }, 'The configuration');
  return createModelPool(config.models, { ...config, swapRules: RULES });
}

function worksOf(id: string, model: ModelIdentity): readonly Work[] {
  const plugin = { id: extractive.id, version: extractive.version, options: {}, model };
  const asked = { text: `The canal at Brackwater was opened in 1869. Boat ${id} came by. It rained.`, query: 'When was it opened?' };
  const continuation = { text: 'It was opened in 1869.', ended: true };
  return [
    { kind: 'compress', plugin, ...asked, seed: 1 },
    { kind: 'score', scorer: model, ...asked, continuation },
  ];
}

it('two real models that jobs ask for in turn share memory for one: never both, and seldom swapped', { timeout: 600_000 }, async () => {
  using processes = watchProcesses();
  await using pool = openPool();
  const identities = await Promise.all(['nano', 'nano-1m'].map(async (name) => (await pool.open(name)).model.identity));
  await using queue = createMemoryJobQueue();
  // Two queues: the one's second job may come while a model is leaving for the other's first.
  await startWorkers(queue, { registry: createRegistry([extractive]), models: pool }, { compress: 4, score: 4 });
  const startedAt = performance.now();
  const ids: string[] = [];
  while (performance.now() - startedAt < FEED_MS) {
    for (const [i, identity] of identities.entries()) {
      const id = `${ids.length}-${i}`;
      ids.push(id);
      for (const work of worksOf(id, identity)) {
        const payload: JobPayload = { version: JOB_VERSION, runId: 'run', works: [{ stepKey: `${id}-${work.kind}`, work }] };
        await queue.add(queueOf(work), [{ id, payload }]);
      }
    }
    await delay(PAIR_EVERY_MS);
  }
  const ends = await waitFor(
    'all jobs',
    async () => {
      const found = await Promise.all([queue.states('compress', ids), queue.states('score', ids)]);
      const states = found.flatMap((byId) => [...byId.values()]);
      return states.every(({ state }) => state === 'completed' || state === 'failed') ? states : undefined;
    },
    400_000,
  );
  const elapsedMs = performance.now() - startedAt;
  expect(ends.filter(({ state }) => state === 'failed')).toEqual([]);
  expect(processes.most()).toBe(1);
  expect(processes.started()).toBeGreaterThanOrEqual(2);
  expect(processes.started()).toBeLessThanOrEqual(1 + Math.floor(elapsedMs / RULES.keepMs));
  expect(ids.length).toBeGreaterThan(20 * processes.started());
});
