import { describe, expect, inject, it } from 'vitest';
import { runChaos } from './chaos.ts';
import { drawSchedule } from './schedule.ts';

const { redisUrl, databaseUrl } = inject('servers');
const SEED = 20_261_121;

describe.skipIf(redisUrl === null || databaseUrl === null || process.platform !== 'linux')('a short chaos', { timeout: 300_000 }, () => {
  it('leaves every run over and every bill in order: kills, a cut, a provider that answers by half', async () => {
    const { checks, evidence } = await runChaos({
      runs: 12,
      seed: SEED,
      batchSize: 12,
      faults: ['worker-kill', 'postgres-kill', 'provider-half'],
      onProgress: (line) => void process.stdout.write(`${line}\n`),
    });
    expect(checks.filter(({ broken }) => broken.length > 0)).toEqual([]);
    expect(new Set(evidence.injections.map(({ name }) => name))).toEqual(new Set(['worker-kill', 'postgres-kill', 'provider-half']));
    expect(evidence.runs).toHaveLength(12);
    expect(evidence.calls.length).toBeGreaterThan(12);
  });
});

describe('the schedule', () => {
  it('is a function of the seed, and brings every fault before any comes twice', () => {
    const draw = (seed: number) => drawSchedule({ runs: 60, seed, batchSize: 10 });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const names = draw(1).flatMap(({ faults }) => faults.map(({ name }) => name));
    expect(new Set(names.slice(0, 16)).size).toBe(16);
  });
});
