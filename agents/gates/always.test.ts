import { expect, it } from 'vitest';
import { buildStatistics, buildSummary } from '../../src/testing/builders.ts';
import { conformGate } from '../../src/testing/conform-gate.ts';
import { always } from './always.ts';

conformGate({ plugin: always });

it('keeps all, whatever they say, in the order given', () => {
  const texts = ['It rained.', 'The canal was opened in 1869.', '', 'It rained.'];
  const statistics = buildStatistics('When was the canal opened?', texts);
  const candidates = texts.map((text, i) => ({
    id: `s${i}`,
    query: 'When was the canal opened?',
    summary: buildSummary(text),
    statistics,
  }));
  const decisions = [...always.create({}, undefined).decide(candidates)];
  expect(decisions.map(([id, { kept }]) => [id, kept])).toEqual([
    ['s0', true],
    ['s1', true],
    ['s2', false],
    ['s3', true],
  ]);
  expect(new Set(decisions.map(([, { relevance }]) => relevance)).size).toBe(1);
});
