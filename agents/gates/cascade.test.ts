import { describe, expect, it } from 'vitest';
import type { Attempt, GateCandidate } from '../../src/ports/gate.ts';
import { buildStatistics, buildSummary } from '../../src/testing/builders.ts';
import { conformGate } from '../../src/testing/conform-gate.ts';
import { cascade } from './cascade.ts';

conformGate({ plugin: cascade });

const QUERY = 'When was the Carrow Canal opened?';
const NEAR = 'The Carrow Canal was opened on 17 September 1869.';
const FAR = 'Salt was sold in the market of the town.';
const SOURCES = [NEAR, FAR, `${NEAR} It is long.`, `${NEAR} It is old.`];

function candidate(text: string, source: string, { chunkId = source, tier = 0, next = 'raw' }: Partial<Attempt> = {}): GateCandidate {
  const statistics = buildStatistics(QUERY, SOURCES);
  return { id: `${chunkId}/${tier}`, query: QUERY, summary: buildSummary(text), source, statistics, attempt: { chunkId, tier, next } };
}

const last = ({ attempt, ...rest }: GateCandidate): GateCandidate => ({
  ...rest,
  attempt: { chunkId: attempt?.chunkId ?? '', tier: attempt?.tier ?? 0 },
});

function decide(candidates: readonly GateCandidate[], options: unknown = {}) {
  const decisions = cascade.create(cascade.options.parse(options), undefined).decide(candidates);
  return candidates.map(({ id }) => decisions.get(id));
}

describe('cascade', () => {
  it.each([
    ['nothing was found in a near chunk', ''],
    ['it shares little with the question', 'It rained.'],
    ['it is unfaithful', 'The Carrow Canal was opened in 1896.'],
  ])('reads a near chunk again, since %s', (doubt, text) => {
    const [near, far] = decide([candidate(text, NEAR), candidate('', FAR)]);
    expect(near).toMatchObject({ escalates: true, reason: expect.stringContaining(`read again, since ${doubt}`) });
    expect(far).not.toHaveProperty('escalates');
  });

  it('reads again what was cut', () => {
    const cut = candidate('The Carrow Canal was opened', NEAR);
    expect(decide([{ ...cut, summary: { ...cut.summary, finishReason: 'length' } }])[0]?.reason).toContain('it is truncated');
  });

  it('asks for nothing where the summary will do, nothing can follow, or the chunk is not at hand', () => {
    const { source: _source, ...blind } = candidate('', NEAR);
    for (const one of [candidate(NEAR, NEAR), last(candidate('', NEAR)), blind]) expect(decide([one])[0]).not.toHaveProperty('escalates');
  });

  it('lets the last attempt stand for its chunk, also when it found nothing', () => {
    const first = last(candidate('The Carrow Canal was opened in 1896.', NEAR));
    const [replaced, raw] = decide([first, last(candidate(NEAR, NEAR, { tier: 1 }))]);
    expect(replaced).toMatchObject({ kept: false, reason: `replaced by ${NEAR}/1` });
    expect(raw).toMatchObject({ kept: true });
    expect(decide([first, last(candidate('', NEAR, { tier: 1 }))]).map((one) => one?.kept)).toEqual([false, false]);
  });

  it('goes on along the cascade, and reads no more chunks again than it may', () => {
    const [, again] = decide([last(candidate('', NEAR)), candidate('', NEAR, { tier: 1 })], { escalations: 1 });
    expect(again?.escalates).toBe(true);
    const asked = (candidates: readonly GateCandidate[]) =>
      decide(candidates, { escalations: 2 }).filter((one) => one?.escalates === true).length;
    const fresh = SOURCES.filter((source) => source !== FAR).map((source) => candidate('', source));
    expect(asked(fresh)).toBe(2);
    expect(asked([...fresh.slice(1), last(candidate('', NEAR)), last(candidate(NEAR, NEAR, { tier: 1 }))])).toBe(1);
  });
});
