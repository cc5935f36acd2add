import type { CheckRequest, CheckRow, ListedEstimator, TrapsOfWorld } from '../../compose/estimator-tools.ts';
import { NATS_PER_BIT } from '../../domain/information.ts';
import { fixed } from '../../report/figures.ts';
import { coverageOf, isWithin, summaryOf } from './estimators-view.ts';

export interface CalibrationPage {
  readonly listed: readonly ListedEstimator[];
  readonly rows: readonly CheckRow[];
  readonly traps: TrapsOfWorld;
  readonly request: CheckRequest;
}

const bits = (nats: number): string => fixed(nats / NATS_PER_BIT, Math.abs(nats) > 100 ? 0 : 3);

/** `docs/estimators.md`: every figure in it comes from the run that wrote it. */
export function writeCalibration({ listed, rows, traps, request }: CalibrationPage): string {
  const { runs, contexts, seed } = request;
  const chance = (share: number) => fixed(196 * Math.sqrt((share * (1 - share)) / runs), 1);
  return `# The estimators, calibrated

Written by \`isthmus estimators check --runs ${runs} --contexts ${contexts} --seed ${seed} --out docs\`; do not edit it by hand.

A bit here says from which of N contexts a summary was made. It is identification, not relevance, and no figure can exceed log₂ N.
Figures of different N are not comparable, since what N contexts can show grows with N.

![Expectations and coverage](estimators.svg)

## What each one estimates

${markdownTable(
  ['estimator', 'unit', 'estimates', 'side of the truth', 'limit', 'scorings', 'in runs'],
  listed.map((one) => [`\`${one.id}\``, one.unit, one.estimand, one.side, one.saturation, one.cost, one.inRuns ? 'yes' : 'no']),
)}

N contexts, M summaries each, K other contexts in a panel. Formulas, conditions and sources stand in \`estimators/<id>.ts\`.

## Against known information

Channels: **symmetric** (a value of many, sometimes a wrong one), **erasure** (the value or nothing; both so wide that half of their
summaries say it all), **gaussian** (a number through noise), **facts** (a synthetic world of documents that state facts, summaries that get some of
them wrong). The scorer is the channel's own law. Strengths: 0.1 nats, then 0.3, 0.6, 1, 2 and 3 × ln N. Each run draws ${contexts} documents with a
context and a summary each (and as many contexts less one as a panel). *Expectation* is the exact one at N, by integration and not by sampling,
but for \`unigram\` (simulated by a plain implementation of its formula). *Coverage* is the share of ${runs} runs whose 95% interval held it. For \`tempered\` that is
the expectation at the temperatures it chose. A row is *wide* above 97% and *narrow* below 93% where that is more than 1.96 standard errors of a share
of ${runs} runs (${chance(0.93)} and ${chance(0.97)} points); where it is not, *by chance*.

${summaryOf(rows)}.

${markdownTable(
  ['estimator', 'channel', 'truth', 'expectation', 'expectation − truth', 'mean of runs', '± s.e.', 'coverage', ''],
  rows.map((row) => [
    `\`${row.estimator}\``,
    row.channel,
    bits(row.truth),
    bits(row.expectation),
    bits(row.expectation - row.truth),
    Number.isNaN(row.error) ? '–' : bits(row.expectation + row.error),
    bits(row.standardError),
    coverageOf(row),
    remarkOf(row),
  ]),
)}

In bits, or in bits per answer token, per character, per token and doubling of FLOPs where that is the unit.

## Where an interval cannot hold what it says

Intervals follow the skewness of the documents' values, half way in the middle of a scale and wholly where three quarters crowd at one of its
ends; there they also allow for exceptions that were not seen (\`src/domain/scale-interval.ts\`). No draw is made, so the same values give the same interval.

- **Wide, since a sample may show nothing.** Where nearly every set of ${contexts} has no exception at all, all intervals are the same and cover all or
  none: 100% or 2% (gaussian channel, 3 ln N), nothing between. Where some of the sets show none, or none of the large ones, an interval that allows for
  them covers 97 to 100% and one that does not 81 to 90% (facts: 3 ln N, \`tempered\` at 2 ln N, \`answer-gain\` at 0.1 nats). Discreteness allows no 95.
- **Wide, by the jackknife.** Over all N × N pairs it counts what two documents have in common twice: on the gaussian channel at ln N the variance is 1.5 times
  too large, at 3 ln N twice. \`panel\` takes it out, since a table of documents and contexts shows it; for N × N that needs all pairs left out, N³ terms.
- **Narrow, \`leave-one-out\`.** Its values have no upper end: on the gaussian channel a rare context far from all others carries the mean, and
  on the erasure channel a summary is impossible under every other context, so the expectation is infinite. It is a bracket's upper end, not a figure.
- **Narrow, \`unigram\`.** Its values have no lower end: a rare summary whose words fit a foreign context carries the mean. A set without one gives
  too high a figure with too short an interval, and does not show it.

## By how much the mistakes of the published code move a figure

The same estimate in a world where the information given the question is known: ${bits(traps.information)} bits. Without a trap the estimate is ${bits(traps.nats)} of at most
${bits(traps.ceilingNats)} bits, from ${traps.samples} summaries; 1% of the scorings are taken to fail. On summaries of your own: \`isthmus estimators traps --jsonl FILE\`.

${markdownTable(
  ['trap', 'bits with it', 'moved by', 'what goes wrong'],
  traps.traps.map(({ trap, nats, inflation, what }) => [trap, bits(nats), `${inflation > 0 ? '+' : ''}${bits(inflation)}`, what]),
)}
`;
}

function remarkOf(row: CheckRow): string {
  if (!row.isUnbiased) return '**mean is off**';
  const { verdict } = row;
  if (verdict === 'ok') return isWithin(row) ? '' : 'by chance';
  return { wide: 'wide', narrow: '**narrow**', none: 'infinite' }[verdict];
}

function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}
