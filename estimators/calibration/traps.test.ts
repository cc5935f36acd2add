import { describe, expect, it } from 'vitest';
import { buildSample } from '../../src/testing/builders.ts';
import { drawTrapWorld } from './trap-world.ts';
import { compareTraps, planTraps, TRAPS, type TrapId } from './traps.ts';

const SEEDS = [1, 2, 3, 4, 5];
const reports = SEEDS.map((seed) => {
  const { samples, logProb } = drawTrapWorld({ contexts: 48, seed });
  return compareTraps({ samples, failureRate: 0.02, seed }, logProb);
});
const inflation = (id: TrapId) => reports.map(({ traps }) => traps.find(({ trap }) => trap === id)?.inflation ?? Number.NaN);

describe('the traps of the published code', () => {
  it.each(TRAPS)('%s moves the figure where it says, in every world', (id) => {
    const moves = reports[0]?.traps.find(({ trap }) => trap === id)?.moves;
    for (const amount of inflation(id)) {
      if (moves === 'up') expect(amount).toBeGreaterThan(0.05);
      else expect(amount).toBeLessThan(-0.05);
    }
  });

  it('without a trap the figure is the information but for what 48 contexts cannot show', () => {
    const honest = Array.from({ length: 40 }, (_item, seed) => {
      const { samples, logProb } = drawTrapWorld({ contexts: 48, seed });
      return compareTraps({ samples, failureRate: 0, seed }, logProb).nats;
    });
    const { information } = drawTrapWorld({ contexts: 2, seed: 1 });
    const mean = honest.reduce((sum, nats) => sum + nats, 0) / honest.length;
    // The standard error of the mean is 0.025.
    expect(mean).toBeLessThan(information + 0.05);
    expect(mean).toBeGreaterThan(information - 0.15);
  });

  it('the two that break the bound break it: above the information, and above the ceiling', () => {
    const { information } = drawTrapWorld({ contexts: 2, seed: 1 });
    for (const { traps } of reports) {
      expect(traps.find(({ trap }) => trap === 'paired-questions')?.nats).toBeGreaterThan(information);
    }
    const certain = [0, 1, 2].map((i) => buildSample({ id: `${i}`, contextId: `${i}`, documentId: `${i}` }));
    const { traps } = compareTraps({ samples: certain, failureRate: 0, seed: 1 }, ({ sampleId, contextId, target }) => {
      if (target === 'source') return -100;
      return sampleId === contextId ? -1 : -40;
    });
    expect(traps.find(({ trap }) => trap === 'no-ceiling')?.nats).toBeCloseTo(39, 6);
  });

  it('a failed numerator adds the whole log-probability of the summary', () => {
    const samples = [0, 1].map((i) => buildSample({ id: `${i}`, contextId: `${i}`, documentId: `${i}` }));
    const { traps } = compareTraps({ samples, failureRate: 1, seed: 1 }, ({ target }) => (target === 'source' ? -100 : -30));
    expect(traps.find(({ trap }) => trap === 'failed-numerators')?.inflation).toBeCloseTo(30, 9);
    expect(traps.find(({ trap }) => trap === 'failed-denominators')?.inflation).toBeCloseTo(-30 + Math.log(2), 9);
  });

  it('whole prompts reward short sources: the figure is the spread of their log-probabilities', () => {
    const samples = [0, 1].map((i) => buildSample({ id: `${i}`, contextId: `${i}`, documentId: `${i}` }));
    const { traps } = compareTraps({ samples, failureRate: 0, seed: 1 }, ({ target, contextId }) =>
      target === 'source' ? -100 * (1 + Number(contextId)) : -30,
    );
    // ln 2 for the short one, ln 2 − 100 for the long one.
    expect(traps.find(({ trap }) => trap === 'whole-prompts')?.nats).toBeCloseTo(Math.log(2) - 50, 9);
  });

  it('asks for what it reads, each cell once', () => {
    const { samples, logProb } = drawTrapWorld({ contexts: 5, seed: 1 });
    const nameOf = (cell: object) => JSON.stringify(Object.entries(cell).sort());
    const planned = planTraps(samples).map(nameOf);
    const asked = new Set<string>();
    compareTraps({ samples, failureRate: 0.1, seed: 1 }, (cell) => {
      asked.add(nameOf(cell));
      return logProb(cell);
    });
    expect(new Set(planned).size).toBe(planned.length);
    expect([...asked].sort()).toEqual([...planned].sort());
  });
});
