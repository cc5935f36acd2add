import type { CapsuleRow, RunOverview } from '../../domain/run-overview.ts';
import { count, plural } from '../../report/figures.ts';
import type { Colors } from '../io.ts';
import { printable } from './format.ts';

/** What was said of the plan in every prompt, and what its shortness saved. Empty for runs without such a thing. */
export function renderCapsules({ capsules = [] }: Pick<RunOverview, 'capsules'>, colors: Colors): string {
  if (capsules.length === 0) return '';
  const note = colors.dim('a short text that stands for the plan in every prompt (textual; R-Capsule)');
  return [`${colors.bold('Capsule')} ${note}`, ...capsules.flatMap((row) => lines(row, colors))].join('\n');
}

function lines({ round, guidance, planTokens, guidanceTokens, prompts, savedTokens, reason }: CapsuleRow, colors: Colors): string[] {
  const which = round === 0 ? 'plan' : `plan made anew (${round})`;
  const head = `  ${which}, ${plural(planTokens, 'token')}: ${printable(reason)}`;
  if (guidance === undefined) return [head];
  const said = `  ${colors.italic(printable(guidance.replaceAll('\n', ' ')))}`;
  const saving = `${plural(guidanceTokens, 'token')} in ${plural(prompts, 'prompt')}, ${count(savedTokens)} saved against the plan`;
  return [head, said, colors.dim(`  ${saving}`)];
}
