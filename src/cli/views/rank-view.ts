import type { RankedArm, RankReport } from '../../compose/rank-tools.ts';
import { count, fixed, flops, percent, plural, usd } from '../../report/figures.ts';
import type { Colors } from '../io.ts';
import { printable } from './format.ts';
import { figure, renderLabels, renderProxies, share } from './rank-checks-view.ts';
import { renderTable } from './table.ts';

/** The ranking as two tables, who is best and what it costs, and what may be said of it in words. */
export function renderRanking(report: RankReport, colors: Colors): string {
  const { arms, labels } = report;
  const unit = report.score === 'bits' ? 'bits' : 'score';
  const quality = renderTable(
    [
      { title: '' },
      { title: 'compressor', maxWidth: 36 },
      { title: 'sentences', align: 'right' },
      { title: report.score },
      { title: 'of ceiling', align: 'right' },
      { title: 'P(best)', align: 'right' },
      { title: 'behind' },
      { title: `${unit}/token` },
      { title: `${unit}/byte` },
    ],
    arms.map((arm, i) => [
      `${i + 1}`,
      arm.compressor,
      lengthOf(arm),
      figure(arm.bits, 2),
      percent(arm.saturation),
      arm.best === undefined ? '–' : percent(arm.best),
      arm.behind === undefined || i === 0 ? '' : figure(arm.behind, 2),
      figure(arm.bitsPerToken, 3),
      figure(arm.bitsPerByte, 3),
    ]),
  );
  const price = renderTable(
    [
      { title: '' },
      { title: 'compressor', maxWidth: 36 },
      { title: 'sentences', align: 'right' },
      { title: 'tokens' },
      { title: 'NONE' },
      { title: 'relevance' },
      { title: 'faithful' },
      ...(labels === undefined ? [] : [{ title: 'gold' }]),
      { title: 'read', align: 'right' },
      { title: 'written', align: 'right' },
      { title: 'FLOPs', align: 'right' },
      { title: 'cost', align: 'right' },
      { title: 'failed', align: 'right' },
    ],
    arms.map((arm, i) => [`${i + 1}`, arm.compressor, lengthOf(arm), ...costCells(arm, labels !== undefined)]),
  );
  const checks = [...renderProxies(report), ...renderLabels(report)];
  return [quality, '', price, '', ...checks, ...remarks(report).map((line) => colors.dim(line))].join('\n');
}

export function lengthOf({ sentences }: RankedArm): string {
  return sentences === null ? 'as it is' : `${sentences}`;
}

function costCells({ tokens, noneShare, relevance, faithfulness, gold, ledger, failed }: RankedArm, isLabelled: boolean): string[] {
  return [
    figure(tokens, 0),
    share(noneShare),
    share(relevance),
    share(faithfulness),
    ...(isLabelled ? [gold === undefined ? '–' : share(gold)] : []),
    count(ledger.promptTokens),
    count(ledger.outputTokens),
    ledger.flopsFull === undefined ? 'unknown' : flops(ledger.flopsFull),
    usd(ledger.microUsd),
    failed === 0 ? '' : count(failed),
  ];
}

/** At and over this the ceiling decides the order. */
const NEAR_CEILING = 0.95;

function remarks(report: RankReport): string[] {
  const { compressors, questions, documents, contexts, ceilingBits, areQuestionsMade, unplaced, scorer, arms, seed, scoring } = report;
  const { score, negatives } = report;
  const asked = plural(questions.length, 'question');
  const first = compressors[0];
  return [
    ...(first === undefined
      ? []
      : [`best at one of its lengths: ${compressors.map((one) => `${one.compressor} ${percent(one.best)}`).join(', ')}`]),
    `${asked}${areQuestionsMade ? ' made from headings and first sentences' : ''}, ${plural(documents.length, 'document')}; ` +
      `ceiling log2 ${contexts} = ${fixed(ceilingBits, 2)} bits; scorer ${scorer.name}, ${count(scoring.scoredTokens)} tokens scored; seed ${seed}`,
    'Brackets: 95%, over documents. A bit says which chunk a summary came from, not whether it answers.',
    ...(score === 'bits'
      ? []
      : [
          `Contrast score: the other chunks are hard ones (${negatives}), picked for each chunk. It compares these compressors on these chunks, and is no bound on information.`,
        ]),
    ...((arms[0]?.saturation ?? 0) >= NEAR_CEILING
      ? [
          `The first is at the ceiling, where lengths and compressors cannot be told apart: ${score === 'bits' ? 'give more documents, raise --contexts, take harder --negatives' : 'raise --contexts'}, or order --by relevance.`,
        ]
      : []),
    ...(documents.length < 5 ? ['Under five documents intervals say little.'] : []),
    ...(unplaced.length === 0
      ? []
      : [
          `${plural(unplaced.length, 'question')} left out, sharing no word with any document or with the one named: ${unplaced
            .slice(0, 3)
            .map((one) => JSON.stringify(printable(one)))
            .join(', ')}`,
        ]),
    ...arms.flatMap(({ compressor, problem }) => (problem === undefined ? [] : [`${compressor} failed: ${printable(problem)}`])),
  ];
}
