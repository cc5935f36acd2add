import { expect, it } from 'vitest';
import { compareArms, judge } from './compare.ts';
import type { StrategyRow } from './measure.ts';

/** A question of each of so many documents; of every tenth one only `against` is right. */
function rowsOf(documents: number): StrategyRow[] {
  const common = { budget: 64, answer: '', f1: 0, isInEvidence: true, shownTokens: 0, predictorTokens: 0, chunksRead: 1 };
  return Array.from({ length: documents }, (_, i) => [
    { ...common, question: 'q', document: `d${i}`, arm: 'forage', isRight: i % 10 > 0, tokensRead: 40 },
    { ...common, question: 'q', document: `d${i}`, arm: 'map-reduce', isRight: true, tokensRead: 100 },
  ]).flat();
}

it('pairs by question, and judges each measure by the lower limit of the difference', () => {
  const rows = rowsOf(400).reverse();
  const [right, f1, inEvidence] = compareArms(rows, 'forage', 'map-reduce');
  expect(right).toMatchObject({ measure: 'isRight', documents: 400, difference: { value: -0.1 }, verdict: 'inferior' });
  expect(right?.readRatio.value).toBeCloseTo(0.4, 12);
  expect([f1?.verdict, inEvidence?.verdict]).toEqual(['non-inferior', 'non-inferior']);
});

it('leaves out questions that only one arm was asked', () => {
  const rows = rowsOf(30).filter(({ arm, document }) => arm === 'forage' || document !== 'd0');
  expect(compareArms(rows, 'forage', 'map-reduce')[0]).toMatchObject({ documents: 29, verdict: 'not shown' });
  expect(compareArms(rows, 'forage', 'raw')).toEqual([]);
});

it('says how many documents it would take, which falls with the spread', () => {
  const wide = judge({ value: 0, low: -0.04, high: 0.04 }, 100);
  expect(wide).toEqual({ verdict: 'not shown', documentsNeeded: Math.ceil(100 * ((2 * 2.8) / 1.96) ** 2) });
  expect(judge({ value: 0, low: -0.03, high: 0.03 }, 100).documentsNeeded).toBeLessThan(wide.documentsNeeded ?? 0);
  expect(judge({ value: 0, low: -0.019, high: 0.03 }, 100)).toEqual({ verdict: 'non-inferior' });
});

it('shows nothing where there is no interval', () => {
  expect(judge({ value: 0.5 }, 9)).toEqual({ verdict: 'not shown' });
});
