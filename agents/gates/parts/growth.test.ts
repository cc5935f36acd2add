import { describe, expect, it } from 'vitest';
import { toInformationScore } from '../../../src/domain/information.ts';
import type { GateCandidate, GateContext } from '../../../src/ports/gate.ts';
import { buildStatistics, buildSummary } from '../../../src/testing/builders.ts';
import { information } from '../information.ts';

const QUERY = 'When was the canal opened?';
const TEXT = 'The canal was opened in 1869.';

interface Length {
  readonly tokens: number;
  readonly bits?: number;
}

/** Attempts at one chunk; the last of them can be followed by a longer one. */
function decide(lengths: readonly Length[], options: unknown = {}, context?: GateContext) {
  const statistics = buildStatistics(QUERY, [TEXT, 'It rained.']);
  const candidates = lengths.map(({ tokens, bits }, tier): GateCandidate => {
    const isLast = tier === lengths.length - 1;
    const attempt = { chunkId: 'x', tier, ...(isLast ? { next: 'longer' as const } : {}) };
    const known = { id: `${tier}`, query: QUERY, summary: { ...buildSummary(TEXT), tokenCount: tokens }, statistics, attempt };
    return bits === undefined ? known : { ...known, score: toInformationScore(bits * Math.LN2, 16, { tokens, bytes: 40 }) };
  });
  const decisions = information.create(information.options.parse(options), undefined).decide(candidates, context);
  return candidates.map(({ id }) => decisions.get(id));
}

const kept = (decisions: ReturnType<typeof decide>) => decisions.map((decision) => decision?.kept);

describe('growth by marginal bits', () => {
  it('asks for a longer summary while the bits of its tokens pay', () => {
    expect(decide([{ tokens: 40, bits: 2 }])[0]).toMatchObject({
      kept: true,
      escalates: true,
      reason: expect.stringContaining('0.050 bits a token'),
    });
    expect(decide([{ tokens: 200, bits: 2 }])[0]).not.toHaveProperty('escalates');
    const grown = decide([
      { tokens: 40, bits: 2 },
      { tokens: 60, bits: 3 },
    ]);
    expect(kept(grown)).toEqual([false, true]);
    expect(grown[0]?.reason).toContain('replaced by a longer one, which adds 0.050 bits a token');
    expect(grown[1]?.escalates).toBe(true);
  });

  it('goes back to the shorter one when the longer does not pay, and asks for nothing more', () => {
    const decisions = decide([
      { tokens: 40, bits: 2 },
      { tokens: 90, bits: 2.5 },
    ]);
    expect(kept(decisions)).toEqual([true, false]);
    expect(decisions[1]?.reason).toContain('longer, but adds 0.010 bits a token; 0.020 would pay');
    for (const decision of decisions) expect(decision).not.toHaveProperty('escalates');
  });

  it('stops where the chunk has no more to say: no more words, the ceiling, no score', () => {
    expect(
      decide([
        { tokens: 40, bits: 2 },
        { tokens: 40, bits: 2 },
      ])[1]?.reason,
    ).toContain('adds no words');
    expect(decide([{ tokens: 40, bits: 4 }])[0]).not.toHaveProperty('escalates');
    expect(decide([{ tokens: 40 }])[0]).toMatchObject({ kept: true });
    expect(decide([{ tokens: 40 }])[0]).not.toHaveProperty('escalates');
  });

  it('takes the predictor’s price for the threshold, where a bit has a worth and the predictor a price', () => {
    const first = [{ tokens: 40, bits: 2 }];
    const worth = { usdPerBit: 0.0001 };
    expect(decide(first, worth, { predictorTokenUsd: 0.00001 })[0]).not.toHaveProperty('escalates');
    expect(decide(first, worth, { predictorTokenUsd: 0.000001 })[0]).toHaveProperty('escalates');
    expect(decide(first, worth)[0]).toHaveProperty('escalates');
  });

  it('grows nothing that is not kept', () => {
    expect(decide([{ tokens: 40, bits: 2 }], { limit: 1, minimum: 1, flaggedMinimum: 1, genericBits: 4 })[0]?.kept).toBe(true);
    const statistics = buildStatistics(QUERY, [TEXT]);
    const score = toInformationScore(2, 16, { tokens: 10, bytes: 40 });
    const far: GateCandidate = {
      id: 'far',
      query: QUERY,
      summary: buildSummary('It rained.'),
      score,
      statistics,
      attempt: { chunkId: 'y', tier: 0, next: 'longer' },
    };
    const decision = information.create(information.options.parse({}), undefined).decide([far]).get('far');
    expect(decision).toMatchObject({ kept: false });
    expect(decision).not.toHaveProperty('escalates');
  });
});
