import type { RankedArm, RankReport } from '../../compose/rank-tools.ts';
import type { Figure } from '../../domain/ranking.ts';
import type { Colors } from '../io.ts';
import { count, fixed, flops, percent, plural, printable, usd } from './format.ts';
import { renderTable } from './table.ts';

/** The ranking as two tables, who is best and what it costs, and what may be said of it in words. */
export function renderRanking(report: RankReport, colors: Colors): string {
  const { arms } = report;
  const quality = renderTable(
    [
      { title: '' },
      { title: 'compressor', maxWidth: 36 },
      { title: 'sentences', align: 'right' },
      { title: 'bits' },
      { title: 'of ceiling', align: 'right' },
      { title: 'P(best)', align: 'right' },
      { title: 'behind' },
      { title: 'bits/token' },
      { title: 'bits/byte' },
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
      { title: 'read', align: 'right' },
      { title: 'written', align: 'right' },
      { title: 'FLOPs', align: 'right' },
      { title: 'cost', align: 'right' },
      { title: 'failed', align: 'right' },
    ],
    arms.map((arm, i) => [`${i + 1}`, arm.compressor, lengthOf(arm), ...costCells(arm)]),
  );
  return [quality, '', price, '', ...remarks(report).map((line) => colors.dim(line))].join('\n');
}

function lengthOf({ sentences }: RankedArm): string {
  return sentences === null ? 'as it is' : `${sentences}`;
}

function costCells({ tokens, noneShare, relevance, faithfulness, ledger, failed }: RankedArm): string[] {
  return [
    figure(tokens, 0),
    share(noneShare),
    share(relevance),
    share(faithfulness),
    count(ledger.promptTokens),
    count(ledger.outputTokens),
    ledger.flopsFull === undefined ? 'unknown' : flops(ledger.flopsFull),
    usd(ledger.microUsd),
    failed === 0 ? '' : count(failed),
  ];
}

function figure({ value, interval }: Figure, digits: number): string {
  if (interval === undefined) return fixed(value, digits);
  return `${fixed(value, digits)} [${fixed(interval.low, digits)}, ${fixed(interval.high, digits)}]`;
}

function share({ value, interval }: Figure): string {
  return interval === undefined ? percent(value) : `${percent(value)} [${percent(interval.low)}, ${percent(interval.high)}]`;
}

/** At and over this the ceiling decides the order. */
const NEAR_CEILING = 0.95;

function remarks(report: RankReport): string[] {
  const { compressors, questions, documents, contexts, ceilingBits, areQuestionsMade, unplaced, scorer, arms, seed, scoring } = report;
  const asked = plural(questions.length, 'question');
  const first = compressors[0];
  return [
    ...(first === undefined
      ? []
      : [`best at one of its lengths: ${compressors.map((one) => `${one.compressor} ${percent(one.best)}`).join(', ')}`]),
    `${asked}${areQuestionsMade ? ' made from headings and first sentences' : ''}, ${plural(documents.length, 'document')}; ` +
      `ceiling log2 ${contexts} = ${fixed(ceilingBits, 2)} bits; scorer ${scorer.name}, ${count(scoring.scoredTokens)} tokens scored; seed ${seed}`,
    'Brackets: 95%, over documents. A bit says which chunk a summary came from, not whether it answers.',
    ...((arms[0]?.saturation ?? 0) >= NEAR_CEILING
      ? [
          'The first is at the ceiling, where lengths and compressors cannot be told apart: give more documents, raise --contexts, or order --by relevance.',
        ]
      : []),
    ...(documents.length < 5 ? ['Under five documents intervals say little.'] : []),
    ...(unplaced.length === 0
      ? []
      : [
          `${plural(unplaced.length, 'question')} left out, sharing no word with any document: ${unplaced
            .slice(0, 3)
            .map((one) => JSON.stringify(printable(one)))
            .join(', ')}`,
        ]),
    ...arms.flatMap(({ compressor, problem }) => (problem === undefined ? [] : [`${compressor} failed: ${printable(problem)}`])),
  ];
}
