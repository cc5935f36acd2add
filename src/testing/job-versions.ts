import { expect } from 'vitest';
import { identity } from '../../agents/compressors/identity.ts';
import { startWorkers } from '../../workers/start-workers.ts';
import type { ModelPool } from '../pipeline/models.ts';
import { createRegistry } from '../pipeline/registry.ts';
import { type JobPayload, parseJobResult } from '../pipeline/work.ts';
import type { Job, JobQueue } from '../ports/job-queue.ts';
import { plainProfile } from './builders.ts';
import { createScriptedModel } from './scripted-model.ts';
import { waitFor } from './wait-for.ts';

const COUNT = 30;
const model = createScriptedModel();

function payloadOf(id: string): JobPayload {
  const plugin = { id: identity.id, version: identity.version, options: {}, model: model.identity };
  return { version: 1, runId: 'run', works: [{ stepKey: id, work: { kind: 'compress', plugin, text: id, query: 'q', seed: 1 } }] };
}

function jobsOf(version: number): Job[] {
  return Array.from({ length: COUNT }, (_, i) => ({ id: `v${version}-${i}`, payload: { ...payloadOf(`v${version}-${i}`), version } }));
}

/**
 * Today's workers beside a fixture of tomorrow's, which alone knows version 2, on one queue: all jobs end, those of version 2 are done by
 * the newer one, once, and the older one says once that there are some.
 */
export async function oldAndNewSideBySide(open: () => Promise<JobQueue>): Promise<void> {
  await using adding = await open();
  await using older = await open();
  await using newer = await open();
  const said: unknown[] = [];
  const models = { require: async () => ({ model, profile: plainProfile }) } as unknown as ModelPool;
  const registry = createRegistry([identity]);
  await startWorkers(older, { registry, models, onError: (error) => said.push(error) }, { compress: 4 });
  const [first, second] = [jobsOf(1), jobsOf(2)];
  await adding.add(
    'compress',
    first.flatMap((job, i) => [job, second[i] as Job]),
  );
  await waitFor('a word of the older worker', async () => (said.length > 0 ? true : undefined), 30_000);
  const byNewer: string[] = [];
  await newer.consume('compress', { concurrency: 4 }, async (payload, { jobId, attempt }) => {
    const { version } = payload as { version: number };
    byNewer.push(`${jobId} ${attempt}`);
    return { version, steps: [] };
  });
  const ids = [...first, ...second].map(({ id }) => id);
  const states = await waitFor(
    'all jobs',
    async () => {
      const seen = await adding.states('compress', ids);
      return [...seen.values()].every(({ state }) => state === 'completed' || state === 'failed') ? seen : undefined;
    },
    100_000,
  );
  for (const { id } of second) expect(states.get(id)).toEqual({ state: 'completed', result: { version: 2, steps: [] } });
  for (const { id } of first) expect(states.get(id)).toMatchObject({ state: 'completed', result: { version: 1 } });
  const done = states.get('v1-0');
  if (done?.state === 'completed' && !byNewer.includes('v1-0 1')) expect(parseJobResult(done.result).steps[0]?.stepKey).toBe('v1-0');
  expect(byNewer.filter((name) => name.startsWith('v2-')).sort()).toEqual(second.map(({ id }) => `${id} 1`).sort());
  expect(said).toEqual([
    expect.objectContaining({ code: 'conflict', message: expect.stringMatching(/jobs of version 1.*version 2.*newer/) }),
  ]);
}
