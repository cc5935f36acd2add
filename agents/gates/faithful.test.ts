import { describe, expect, it } from 'vitest';
import { buildStatistics, buildSummary } from '../../src/testing/builders.ts';
import { conformGate } from '../../src/testing/conform-gate.ts';
import { faithful } from './faithful.ts';

conformGate({ plugin: faithful });
conformGate({ plugin: faithful, options: { onUnfaithful: 'drop-sentence' } });
conformGate({ plugin: faithful, options: { onUnfaithful: 'raw-chunk' } });
conformGate({ plugin: faithful, options: { onUnfaithful: 'reject' } });

const QUERY = 'When was the Carrow Canal opened, and how long is it?';
const SOURCE = 'The Carrow Canal was opened on 17 September 1869. It is 13 kilometres long and cost 1,200,000 crowns.';
const RIGHT = 'The Carrow Canal is 13 km long.';
const WRONG = 'The Carrow Canal was opened in 1896.';

function decide(texts: readonly string[], options: unknown = {}, source: string | undefined = SOURCE) {
  const statistics = buildStatistics(QUERY, [SOURCE, 'It rained.']);
  const candidates = texts.map((text, i) => {
    const candidate = { id: `s${i + 1}`, query: QUERY, summary: buildSummary(text), statistics };
    return source === '' ? candidate : { ...candidate, source };
  });
  return faithful.create(faithful.options.parse(options), undefined).decide(candidates);
}

describe('faithful', () => {
  it('warns, naming what is not in the source', () => {
    const decisions = decide([RIGHT, `${RIGHT} ${WRONG}`]);
    expect(decisions.get('s1')).toMatchObject({ kept: true, flags: [] });
    expect(decisions.get('s2')).toMatchObject({ kept: true, flags: ['unfaithful'], reason: expect.stringContaining('number "1896"') });
  });

  it('leaves out the sentence, and keeps the rest', () => {
    const decision = decide([`${WRONG} ${RIGHT}`], { onUnfaithful: 'drop-sentence' }).get('s1');
    expect(decision).toMatchObject({ kept: true, text: RIGHT, flags: ['unfaithful'] });
    expect(decision?.reason).toContain('sentences left out, not in the source: number "1896"');
  });

  it('rejects the whole summary for one sentence, where that is asked', () => {
    const decision = decide([`${WRONG} ${RIGHT}`], { onUnfaithful: 'reject' }).get('s1');
    expect(decision).toMatchObject({ kept: false, reason: 'not in the source: number "1896"' });
    expect(decision).not.toHaveProperty('text');
  });

  it('puts the chunk in place of the summary', () => {
    const decision = decide([WRONG], { onUnfaithful: 'raw-chunk' }).get('s1');
    expect(decision).toMatchObject({ kept: true, text: SOURCE, flags: ['unfaithful'] });
    expect(decision?.reason).toContain('the chunk in its place, not in the source');
  });

  it('rejects what keeps no sentence, and rejected ones take no place', () => {
    for (const onUnfaithful of ['drop-sentence', 'reject']) {
      const decisions = decide([WRONG, RIGHT], { onUnfaithful, limit: 1 });
      expect(decisions.get('s1')).toMatchObject({ kept: false, reason: 'not in the source: number "1896"', flags: ['unfaithful'] });
      expect(decisions.get('s2')?.kept).toBe(true);
    }
  });

  it('says what it could not check', () => {
    expect(decide([WRONG], { onUnfaithful: 'reject' }, '').get('s1')).toMatchObject({ kept: true, flags: ['unchecked'] });
  });

  it('lists a few and counts the rest', () => {
    const decision = decide(['The canal had 71 locks, 72 gates, 73 boats and 74 men.']).get('s1');
    expect(decision?.reason).toMatch(/number "71", number "72", number "73" and 1 more$/);
  });
});
