import { describe, expect, it } from 'vitest';
import { toInformationScore } from '../domain/information.ts';
import type { GateCandidate } from '../ports/gate.ts';
import type { Plugin } from '../ports/plugin.ts';
import { buildStatistics, buildSummary } from './builders.ts';

const QUERY = 'When was the canal at Brackwater opened?';
const TEXTS = [
  'The canal at Brackwater was opened in 1869.',
  '',
  'The canal at Brackwater was opened in 1869!',
  'Salt was the main cargo of the canal.',
  'It rained.',
  'Work on the canal near Brackwater began in 1858.',
];

function buildCandidates(bits?: number): GateCandidate[] {
  const statistics = buildStatistics(QUERY, TEXTS);
  return TEXTS.map((text, index) => {
    const candidate = { id: `summary-${index + 1}`, query: QUERY, summary: buildSummary(text), source: text, statistics };
    return bits === undefined ? candidate : { ...candidate, score: toInformationScore(bits * Math.LN2, 16, { tokens: 10, bytes: 40 }) };
  });
}

/** What every gate promises. Call it in the test file of each implementation. */
export function conformGate({ plugin, options = {} }: { readonly plugin: Plugin<'gate'>; readonly options?: unknown }): void {
  const gate = plugin.create(plugin.options.parse(options), undefined);

  describe(`${plugin.id} is a gate`, () => {
    it('decides about every candidate, with a reason', () => {
      const candidates = buildCandidates();
      const decisions = gate.decide(candidates);
      expect([...decisions.keys()].sort()).toEqual(candidates.map(({ id }) => id).sort());
      for (const { reason, relevance } of decisions.values()) {
        expect(reason).not.toBe('');
        expect(Number.isFinite(relevance)).toBe(true);
      }
    });

    it('decides nothing about nothing', () => {
      expect(gate.decide([]).size).toBe(0);
    });

    it('never keeps what the compressor called none', () => {
      expect(gate.decide(buildCandidates(4)).get('summary-2')?.kept).toBe(false);
    });

    it('keeps an answer', () => {
      expect(gate.decide(buildCandidates()).get('summary-1')?.kept).toBe(true);
    });

    it('is pure: the same candidates get the same decisions, and stay as they were', () => {
      const candidates = buildCandidates(2);
      const before = structuredClone(candidates);
      expect(gate.decide(candidates)).toEqual(gate.decide(candidates));
      expect(candidates).toEqual(before);
    });

    it('never keeps or drops by bits alone', () => {
      const kept = (bits?: number) => [...gate.decide(buildCandidates(bits))].map(([id, decision]) => [id, decision.kept]);
      expect(kept(-3)).toEqual(kept(4));
      expect(kept()).toEqual(kept(4));
    });

    it('decides without sources or scores, and looks up no candidate by its place', () => {
      const candidates = buildCandidates().map(({ source: _source, ...rest }) => rest);
      const decisions = gate.decide(candidates);
      expect(decisions.size).toBe(candidates.length);
      expect(decisions.get('summary-1')?.kept).toBe(true);
      const kept = (of: ReturnType<typeof gate.decide>) => [...of.values()].filter((decision) => decision.kept).length;
      expect(kept(gate.decide([...candidates].reverse()))).toBe(kept(decisions));
    });

    it('puts in the place of a summary a part of it or its source, if anything, and only of what it keeps', () => {
      const candidates = buildCandidates().map((candidate) => ({ ...candidate, source: 'The canal at Brackwater is old.' }));
      const decisions = gate.decide(candidates);
      for (const { id, summary, source } of candidates) {
        const { kept, text } = decisions.get(id) ?? { kept: false };
        if (text === undefined) continue;
        expect(kept).toBe(true);
        expect(text.trim()).not.toBe('');
        expect(text === source || text.length < summary.text.length).toBe(true);
      }
    });

    it('names the kept candidate that a dropped repeat supports', () => {
      const decisions = gate.decide(buildCandidates());
      for (const { kept, repeats } of decisions.values()) {
        if (repeats === undefined) continue;
        expect(kept).toBe(false);
        expect(decisions.get(repeats)?.kept).toBe(true);
      }
    });
  });
}
