import type { ComparedArm } from '../../compose/compare-tools.ts';
import { count, plural, seconds, usd } from '../../report/figures.ts';
import type { Colors } from '../io.ts';
import { printable } from './format.ts';
import { renderTable } from './table.ts';

const COLUMNS = [
  { title: 'way' },
  { title: 'answer', maxWidth: 60 },
  { title: 'citations', align: 'right' },
  { title: 'predictor tokens', align: 'right' },
  { title: 'all tokens', align: 'right' },
  { title: 'cost', align: 'right' },
  { title: 'time', align: 'right' },
] as const;

/** Ways to answer side by side, in the order they were named. */
export function renderComparison(arms: readonly ComparedArm[], budget: number, colors: Colors): string {
  const table = renderTable(
    COLUMNS,
    arms.map((arm) => cells(arm, colors)),
  );
  const problems = arms.flatMap(({ name, problem }) => (problem === undefined ? [] : [`  ${name}: ${printable(problem)}`]));
  const notes = [
    `each way alone, nothing shared; the predictor was shown at most ${plural(budget, 'token')} of evidence, beside question and template`,
    'all tokens are those moved through every model, scoring included; time is by the clock, models already loaded',
  ];
  return [table, ...problems.map((line) => colors.yellow(line)), ...notes.map((line) => colors.dim(line))].join('\n');
}

function cells({ name, status, answer, citations, predictorTokens, total, durationMs }: ComparedArm, colors: Colors): string[] {
  const said = answer === undefined ? colors.yellow(status) : printable(answer.replaceAll(/\s+/g, ' '));
  const tokens = total.promptTokens + total.outputTokens + total.scoredTokens;
  return [name, said, count(citations), count(predictorTokens), count(tokens), usd(total.microUsd), seconds(durationMs)];
}
