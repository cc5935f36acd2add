import { describe, expect, it } from 'vitest';
import { toInformationScore } from '../../src/domain/information.ts';
import type { GateCandidate } from '../../src/ports/gate.ts';
import { buildStatistics, buildSummary } from '../../src/testing/builders.ts';
import { conformGate } from '../../src/testing/conform-gate.ts';
import { relevant } from './relevant.ts';

conformGate({ plugin: relevant });

const QUERY = 'When was the canal opened?';
const CORPUS = ['The canal was opened in 1869.', 'The railway was opened in 1862.', 'Salt was cargo.', 'It rained.'];

function decide(texts: readonly string[], options: unknown = {}, change: (index: number) => Partial<GateCandidate> = () => ({})) {
  const statistics = buildStatistics(QUERY, CORPUS);
  const candidates = texts.map((text, index) => ({
    id: `s${index + 1}`,
    query: QUERY,
    summary: buildSummary(text),
    statistics,
    ...change(index),
  }));
  return relevant.create(relevant.options.parse(options), undefined).decide(candidates);
}

describe('relevant', () => {
  it('drops a repeat, and names the kept summary that it supports', () => {
    const decisions = decide(['The canal was opened in 1869.', 'the canal was  opened, in 1869']);
    expect(decisions.get('s1')).toMatchObject({ kept: true });
    expect(decisions.get('s1')?.repeats).toBeUndefined();
    expect(decisions.get('s2')).toMatchObject({ kept: false, reason: 'repeats s1', repeats: 's1' });
  });

  it('keeps no more than the limit, the most relevant ones', () => {
    const decisions = decide(['Salt was cargo.', 'The canal was opened in 1869.', 'A canal.'], { limit: 1, minimum: 0 });
    expect([...decisions].filter(([, { kept }]) => kept).map(([id]) => id)).toEqual(['s2']);
    expect(decisions.get('s3')?.reason).toContain('more relevant');
  });

  it('drops what shares no word, and what is far under the best', () => {
    const decisions = decide(['The canal was opened in 1869.', 'Rain fell.', 'Salt was cargo.'], { minimum: 0.5 });
    expect(decisions.get('s2')).toMatchObject({ kept: false, relevance: 0 });
    expect(decisions.get('s3')).toMatchObject({ kept: false, reason: expect.stringContaining('of the best') });
  });

  it('measures by the share of what the question can give, whatever the question', () => {
    for (const { relevance } of decide([...CORPUS, `${QUERY} `.repeat(500)], { minimum: 0 }).values()) {
      expect(relevance).toBeGreaterThanOrEqual(0);
      expect(relevance).toBeLessThan(1);
    }
    expect(decide(['A canal.'], {}, () => ({ query: '?' })).get('s1')).toMatchObject({ kept: false, relevance: 0 });
  });

  it('flags few bits, or few of those possible, and what was cut', () => {
    const scored = (bits: number, contexts: number) => toInformationScore(bits * Math.LN2, contexts, { tokens: 5, bytes: 20 });
    const scores = [scored(0.9, 16), scored(1.1, 64), scored(1.1, 16), scored(-2, 16)];
    const texts = ['The canal was opened in 1869.', 'The canal opened 1869.', 'Canal opened.', 'The canal was opened.'];
    const decisions = decide(texts, {}, (index) => (scores[index] === undefined ? {} : { score: scores[index] }));
    expect([...decisions].sort(([a], [b]) => a.localeCompare(b)).map(([, { flags }]) => flags)).toEqual([
      ['generic'],
      ['generic'],
      [],
      ['generic'],
    ]);
    for (const { kept } of decisions.values()) expect(kept).toBe(true);
    const cut = decide(['The canal was'], {}, () => ({ summary: buildSummary('The canal was', { finishReason: 'length', ended: false }) }));
    expect(cut.get('s1')?.flags).toEqual(['truncated']);
  });

  it('breaks ties by the order given', () => {
    const decisions = decide(['Canal opened.', 'Opened canal.'], { limit: 1 });
    expect(decisions.get('s1')?.kept).toBe(true);
  });
});
