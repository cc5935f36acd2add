import { describe, expect, it } from 'vitest';
import { toInformationScore } from '../../src/domain/information.ts';
import { buildStatistics, buildSummary } from '../../src/testing/builders.ts';
import { conformGate } from '../../src/testing/conform-gate.ts';
import { information } from './information.ts';

conformGate({ plugin: information });

const QUERY = 'When was the canal opened?';
const TEXTS = ['The canal was opened in 1869.', 'The railway was opened in 1862.', 'The canal.'];

function decide(bits: readonly (number | undefined)[], options: unknown = {}) {
  const statistics = buildStatistics(QUERY, [...TEXTS, 'It rained.']);
  const candidates = TEXTS.map((text, i) => {
    const value = bits[i];
    const candidate = { id: `s${i + 1}`, query: QUERY, summary: buildSummary(text), statistics };
    return value === undefined
      ? candidate
      : { ...candidate, score: toInformationScore(value * Math.LN2, 16, { tokens: 5, bytes: text.length }) };
  });
  return information.create(information.options.parse(options), undefined).decide(candidates);
}

describe('information', () => {
  it('calls invented what other contexts explain better, and generic what any would', () => {
    const decisions = decide([3.5, 0.4, -0.2]);
    expect(['s1', 's2', 's3'].map((id) => decisions.get(id)?.flags)).toEqual([[], ['generic'], ['invented']]);
    expect(decisions.get('s3')?.reason).toContain('-0.2 of 4.0 bits');
  });

  it('flags nothing that has no score', () => {
    for (const { flags } of decide([undefined, undefined, undefined]).values()) expect(flags).toEqual([]);
  });

  it('drops a flagged summary only with little relevance, if it is told to', () => {
    const options = { minimum: 0, flaggedMinimum: 0.9 };
    expect(decide([3.5, 0.4, 3.5], options).get('s2')).toMatchObject({ kept: false, flags: ['generic'] });
    expect(decide([3.5, 3, 3.5], options).get('s2')?.kept).toBe(true);
    // The most relevant one stays, however few its bits are.
    expect(decide([-4, 3, 3], options).get('s1')).toMatchObject({ kept: true, flags: ['invented'] });
  });
});
