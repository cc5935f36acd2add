import { expect, it } from 'vitest';
import { head } from '../agents/compressors/head.ts';
import { createModelPool } from '../src/compose/model-pool.ts';
import { parseConfig } from '../src/config.ts';
import type { ModelPool } from '../src/pipeline/models.ts';
import { createRegistry } from '../src/pipeline/registry.ts';
import type { JobPayload } from '../src/pipeline/work.ts';
import type { ModelHandle } from '../src/ports/plugin.ts';
import { writeTinyLlama } from '../src/testing/llama-fixtures.ts';
import { createMemoryJobQueue } from '../src/testing/memory-job-queue.ts';
import { waitFor } from '../src/testing/wait-for.ts';
import { startWorkers } from './start-workers.ts';

const JOBS = 40;
const MOST = 32;

/** Counts the calls of the model that are under way at the same time. */
function watched(pool: ModelPool): { readonly pool: ModelPool; most(): number } {
  let underWay = 0;
  let most = 0;
  const slow = ({ model, profile }: ModelHandle): ModelHandle => ({
    profile,
    model: Object.assign(Object.create(model), {
      identity: model.identity,
      countTokens: async (texts: readonly string[]) => {
        underWay += 1;
        most = Math.max(most, underWay);
        const counts = await model.countTokens(texts);
        await new Promise((resolve) => setTimeout(resolve, 30));
        underWay -= 1;
        return counts;
      },
    }),
  });
  return { most: () => most, pool: { ...pool, require: async (identity) => slow(await pool.require(identity)) } };
}

async function atOnce(memory: { readonly contextMiB?: number; readonly sequences?: number }) {
  await using file = await writeTinyLlama({ seed: 1, deviation: 0.2, contextTokens: 256 });
  const entry = {
    provider: 'llama' as const,
    path: file.path,
    profile: 'nano' as const,
    contextTokens: 256,
    threads: 1,
    gpu: false as const,
    ...memory,
  };
  await using pool = createModelPool(parseConfig({ models: { tiny: entry } }, 'The configuration').models);
  const { model } = await pool.open('tiny');
  const { most, pool: models } = watched(pool);
  await using queue = createMemoryJobQueue();
  const plugin = { id: head.id, version: head.version, options: {}, model: model.identity };
  const payload = (id: string): JobPayload => ({
    version: 1,
    runId: 'run',
    works: [{ stepKey: id, work: { kind: 'compress', plugin, text: 'A canal was dug. It rained.', query: 'q', seed: 1 } }],
  });
  const ids = Array.from({ length: JOBS }, (_, i) => `job-${i}`);
  await startWorkers(queue, { registry: createRegistry([head]), models }, { compress: MOST });
  await queue.add(
    'compress',
    ids.map((id) => ({ id, payload: payload(id) })),
  );
  const states = await waitFor(
    'all jobs',
    async () => {
      const seen = [...(await queue.states('compress', ids)).values()];
      return seen.every(({ state }) => state === 'completed' || state === 'failed') ? seen : undefined;
    },
    100_000,
  );
  expect(states.filter(({ state }) => state === 'failed')).toEqual([]);
  return { most: most(), sequences: (await pool.sequences?.('tiny')) ?? 0 };
}

it('a worker takes no more jobs than the memory of its model’s contexts serves', { timeout: 150_000 }, async () => {
  const { most, sequences } = await atOnce({ contextMiB: 2 });
  expect(sequences).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(2 * sequences);
  expect(most).toBeLessThan(MOST);
});

it('two for a model of one sequence, before it is loaded too', { timeout: 150_000 }, async () => {
  expect(await atOnce({ sequences: 1 })).toEqual({ most: 2, sequences: 1 });
});
