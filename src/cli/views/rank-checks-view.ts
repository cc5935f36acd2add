import type { RankedArm, RankReport } from '../../compose/rank-tools.ts';
import type { Figure } from '../../domain/ranking.ts';
import { LEAST_ARMS } from '../../pipeline/rank-proxy.ts';
import { fixed, percent, plural } from '../../report/figures.ts';
import { renderTable } from './table.ts';

export function figure({ value, interval }: Figure, digits: number): string {
  if (interval === undefined) return signed(value, digits);
  return `${signed(value, digits)} [${signed(interval.low, digits)}, ${signed(interval.high, digits)}]`;
}

/** Rounded to nothing, a value has no sign. */
function signed(value: number, digits: number): string {
  return fixed(value, digits).replace(/^-(0\.0+)$/, '$1');
}

export function share({ value, interval }: Figure): string {
  return interval === undefined ? percent(value) : `${percent(value)} [${percent(interval.low)}, ${percent(interval.high)}]`;
}

/** Over this mean share of the ceiling, an order is one of what little was left to tell apart. */
const NEAR_CEILING = 0.95;

/** Whether further scorers keep the order: a line an arm, a line a scorer, and an empty line; nothing where there is one scorer only. */
export function renderProxies({ proxies, arms, scorer }: RankReport): string[] {
  if (proxies.length === 0) return [];
  const table = renderTable(
    [
      { title: '' },
      { title: 'compressor', maxWidth: 36 },
      { title: 'sentences', align: 'right' },
      ...proxies.map((one) => ({ title: `${one.scorer} − ${scorer.name}` })),
    ],
    arms.map((arm, i) => [
      `${i + 1}`,
      arm.compressor,
      arm.sentences === null ? 'as it is' : `${arm.sentences}`,
      ...proxies.map((one) => differenceOf(arm, one.scorer)),
    ]),
  );
  return [table, '', ...proxies.flatMap((one) => sentencesOf(one, scorer.name)), ''];
}

/** An arm without a figure says what an earlier one says, or has no scores. */
function differenceOf({ differences }: RankedArm, scorer: string): string {
  const difference = differences?.[scorer];
  return difference === undefined ? 'as another line' : figure(difference, 2);
}

function sentencesOf(check: RankReport['proxies'][number], first: string): string[] {
  const { scorer, arms, pairs, offset, spread, spreadOfBits = Number.NaN, deviating = 0, tau, saturations } = check;
  const head = `Scored by ${scorer} instead of ${first}:`;
  const [own, other] = saturations;
  const ceiling = `${percent(own)} and ${percent(other)} of the ceiling, on ${plural(pairs, 'question')} that all wrote for`;
  if (!check.isIdentified || offset === undefined || spread === undefined || tau === undefined)
    return [
      `${head} not identified (${plural(arms, 'line')} that differ; a constant offset and a kept order need ${LEAST_ARMS}); ${ceiling}.`,
    ];
  return [
    `${head} offset ${figure(offset, 3)} bits, its spread over ${plural(arms, 'line')} ${figure(spread, 3)} (the bits themselves: ${fixed(spreadOfBits, 3)}); ` +
      `${deviating} of ${arms} off the common offset; order: tau ${figure(tau, 2)}; ${ceiling}.`,
    ...(Math.min(own, other) >= NEAR_CEILING
      ? ['  Both are at the ceiling, where hardly an order is left to keep: this says nothing of scorers.']
      : []),
  ];
}

/** What the first choices are worth by labels, and an empty line; nothing without labels. */
export function renderLabels({ labels, score }: RankReport): string[] {
  if (labels === undefined) return [];
  const { choices, chance, questions, documents, arms, inChunk, bestGold } = labels;
  const rows = choices.map(({ by, gold, behind, isBest, probability, tau }) => [
    by === 'bits' ? score : by,
    percent(gold),
    points(behind),
    isBest === 1 ? 'yes' : isBest === 0 ? 'no' : `${percent(isBest)} of ties`,
    percent(probability),
    figure(tau, 2),
  ]);
  const table = renderTable(
    [
      { title: 'first choice by' },
      { title: 'gold', align: 'right' },
      { title: 'behind the best', align: 'right' },
      { title: 'within 2 points' },
      { title: 'in resamples', align: 'right' },
      { title: 'tau with gold' },
    ],
    [...rows, ['lot', percent(chance.gold), points(bestGold - chance.gold), percent(chance.isBest), percent(chance.probability), '']],
  );
  const of = `${plural(questions, 'labelled question')}, ${plural(documents, 'document')}, ${plural(arms, 'line')}; highest share of gold ${percent(bestGold)}; in the chunk itself ${share(inChunk)}`;
  return [table, '', `By labels: ${of}.`, ''];
}

function points(difference: number): string {
  return Number.isNaN(difference) ? '–' : `${fixed(difference * 100, 1)} points`;
}
