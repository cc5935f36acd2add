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
  ...{ scorer: model, scoring: ledger, seed: 1 },
};

it('a ranking has no figure where there is none, and says why', () => {
  const text = renderRanking(report, createColors(false));
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
