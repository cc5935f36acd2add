import { describe, expect, it } from 'vitest';
import type { GateCandidate } from '../../src/ports/gate.ts';
import { buildStatistics, buildSummary } from '../../src/testing/builders.ts';
import { conformGate } from '../../src/testing/conform-gate.ts';
import { allocate } from './allocate.ts';

conformGate({ plugin: allocate });

const QUERY = 'When was the Carrow Canal opened, and who paid for it?';
const OPENED = 'The Carrow Canal was opened in 1869.';
const PAID = 'The town paid for the canal.';

interface Tried {
  readonly text: string;
  readonly tokens: number;
  readonly chunkId: string;
  readonly tier?: number;
  readonly isLast?: boolean;
}

function decide(tried: readonly Tried[], tokens: number) {
  const statistics = buildStatistics(QUERY, [OPENED, PAID, 'It rained.']);
  const candidates = tried.map(({ text, tokens: tokenCount, chunkId, tier = 0, isLast = false }): GateCandidate => {
    const attempt = { chunkId, tier, ...(isLast ? {} : { next: 'longer' as const }) };
    return { id: `${chunkId}/${tier}`, query: QUERY, summary: { ...buildSummary(text), tokenCount }, statistics, attempt };
  });
  return allocate.create(allocate.options.parse({ tokens }), undefined).decide(candidates);
}

describe('allocate', () => {
  it('spends no more tokens than it has, on what gains most by the token', () => {
    const tried = [
      { text: OPENED, tokens: 30, chunkId: 'a' },
      { text: PAID, tokens: 10, chunkId: 'b' },
    ];
    expect([...decide(tried, 40)].map(([, { kept }]) => kept)).toEqual([true, true]);
    const poor = decide(tried, 30);
    expect([...poor].filter(([, { kept }]) => kept)).toHaveLength(1);
    expect([...poor].find(([, { kept }]) => !kept)?.[1].reason).toBe('30 tokens buy more elsewhere');
  });

  it('asks for a longer one of what it holds, and takes it when its further tokens gain as much', () => {
    const short = { text: OPENED, tokens: 20, chunkId: 'a' };
    expect(decide([short], 100).get('a/0')).toMatchObject({ kept: true, escalates: true });
    expect(decide([{ ...short, isLast: true }], 100).get('a/0')).not.toHaveProperty('escalates');
    const longer = { text: `${OPENED} ${PAID}`, tokens: 30, chunkId: 'a', tier: 1, isLast: true };
    const kept = (tokens: number) => [...decide([{ ...short, isLast: true }, longer], tokens)].map(([, one]) => one.kept);
    expect(kept(100)).toEqual([false, true]);
    expect(kept(25)).toEqual([true, false]);
  });

  it('merges a summary into a better one that has all its words, but not one that differs in a number', () => {
    const better = { text: `${OPENED} ${PAID}`, tokens: 20, chunkId: 'a' };
    const decisions = decide(
      [
        better,
        { text: 'The canal was opened.', tokens: 5, chunkId: 'b' },
        { text: 'The Carrow Canal was opened in 1862.', tokens: 9, chunkId: 'c' },
      ],
      100,
    );
    expect(decisions.get('b/0')).toMatchObject({ kept: false, repeats: 'a/0' });
    expect(decisions.get('c/0')).toMatchObject({ kept: true });
  });
});
