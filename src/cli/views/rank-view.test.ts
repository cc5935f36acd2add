import { createColors } from 'picocolors';
import { expect, it } from 'vitest';
import type { RankedArm, RankReport } from '../../compose/rank-tools.ts';
import { summariseLedger } from '../../domain/ledger-summary.ts';
import { drawRanking } from './rank-chart.ts';
import { renderRanking } from './rank-view.ts';

const NOTHING = { value: Number.NaN };
const ledger = summariseLedger([]).total;
const model = { provider: 'llama', name: 'a<b', settings: {} } as const;

const dead: RankedArm = {
  ...{ compressor: 'abstractive@a<b', model, options: {}, sentences: null, ledger, problem: 'no JSON\u001b[2J' },
  ...{ bits: NOTHING, saturation: Number.NaN, bitsPerToken: NOTHING, bitsPerByte: NOTHING, tokens: NOTHING, noneShare: NOTHING },
  ...{ relevance: NOTHING, faithfulness: NOTHING, claims: 0, summaries: 0, failed: 2 },
};
const alive: RankedArm = {
  ...dead,
  ...{ compressor: 'head@nano', sentences: 3, bits: { value: 2, interval: { low: 1.5, high: 2 } }, saturation: 1, best: 1 },
  ...{ behind: { value: 0 }, tokens: { value: 31 }, faithfulness: { value: 0.5 }, claims: 4, summaries: 2, failed: 0 },
};
const { problem: _none, ...well } = alive;
const report: RankReport = {
  ...{
    by: 'bits',
    arms: [well, dead],
    compressors: [{ compressor: 'head@nano', best: 1 }],
    unplaced: ['Zyzzyva?'],
    contexts: 4,
    ceilingBits: 2,
  },
  ...{
    questions: [{ query: 'q', documentId: 'd', chunkId: 'c' }],
    areQuestionsMade: false,
    documents: [{ id: 'd', uri: 'd.md' }],
    skipped: [],
  },
  ...{ scorer: model, scoring: ledger, seed: 1, negatives: 'random', score: 'bits', proxies: [] },
};

const plain = (changed: RankReport) => renderRanking(changed, createColors(false));

it('a ranking has no figure where there is none, and says why', () => {
  const text = plain(report);
  expect(text).toMatch(/1 +head@nano +3 +2\.00 \[1\.50, 2\.00\] +100% +100%/);
  expect(text).toMatch(/2 +abstractive@a<b +as it is +– +– +–/);
  for (const words of ['at the ceiling', 'Under five documents', '"Zyzzyva?"', 'failed: no JSON']) expect(text).toContain(words);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not come through
  expect(text).not.toMatch(/NaN|\u001b/);
});

it('its drawing holds names of any kind and no figure that is none', () => {
  const svg = drawRanking(report);
  expect(svg).toContain('abstractive@a&lt;b, as it is');
  expect(svg).not.toMatch(/NaN|undefined|a<b/);
  expect(svg.match(/<circle/g)).toHaveLength(1);
});

it('with hard negatives speaks of a contrast score, in table and drawing', () => {
  const hard: RankReport = { ...report, negatives: 'same-document', score: 'contrast score' };
  expect(plain(hard)).toMatch(/contrast score .*of ceiling/);
  expect(plain(hard)).toContain('no bound on information');
  expect(plain(hard)).not.toMatch(/ bits {2,}|bits\/token/);
  expect(drawRanking(hard)).toContain('Contrast score per question, in bits (same-document)');
  expect(drawRanking(hard)).toMatch(/of ceiling.*100%/s);
  expect(drawRanking(report)).not.toContain('ontrast');
});

const check = {
  scorer: 'other',
  arms: 9,
  pairs: 40,
  isIdentified: true,
  saturations: [0.5, 0.6],
  spreadOfBits: 0.4,
  deviating: 2,
} as const;

it('says what further scorers make of the order, or that it is not identified', () => {
  const differs: RankedArm = { ...well, differences: { other: { value: -0.25, interval: { low: -0.5, high: 0 } } } };
  const full = { ...check, offset: { value: 0.1 }, spread: { value: 0.2 }, tau: { value: 0.8, interval: { low: 0.5, high: 1 } } };
  const text = plain({ ...report, arms: [differs, dead], proxies: [full] });
  expect(text).toContain('other − a<b');
  expect(text).toMatch(/head@nano +3 +-0\.25 \[-0\.50, 0\.00\]/);
  expect(text).toContain('2 of 9 off the common offset; order: tau 0.80 [0.50, 1.00]; 50% and 60% of the ceiling, on 40 questions');
  expect(plain({ ...report, proxies: [{ ...full, saturations: [0.99, 0.97] }] })).toContain('says nothing of scorers');
  expect(plain({ ...report, proxies: [{ ...check, arms: 7, isIdentified: false }] })).toContain('not identified (7 lines');
});

it('says what first choices are worth by labels, beside a choice by lot', () => {
  const choice = { gold: 0.4, behind: 0.1, isBest: 0, probability: 0.25, tau: { value: 0.3 } };
  const labels = {
    ...{ questions: 30, documents: 10, arms: 8, inChunk: { value: 0.7 }, bestGold: 0.5, within: 0.02 },
    ...{ chance: { isBest: 0.125, probability: 0.2, gold: 0.3 }, choices: [{ by: 'bits', ...choice } as const] },
  };
  const text = plain({ ...report, labels, arms: [{ ...well, gold: { value: 0.4 } }, dead] });
  expect(text).toMatch(/bits +40% +10\.0 points +no +25% +0\.30/);
  expect(text).toMatch(/lot +30% +20\.0 points +13% +20%/);
  expect(text).toContain('30 labelled questions, 10 documents, 8 lines');
  expect(drawRanking({ ...report, labels, arms: [{ ...well, gold: { value: 0.4 } }, dead] })).toMatch(/gold.*40%/s);
});
