import { IsthmusError } from '../domain/errors.ts';
import type { RunStore } from '../ports/run-store.ts';

/** How far back an abbreviated id is looked for. */
const RECENT_RUNS = 1000;

/** The id that a beginning stands for. @throws IsthmusError `not-found`, or `invalid-input` when several begin so */
export async function findRunId(runs: RunStore, beginning: string): Promise<string> {
  if ((await runs.findRun(beginning)) !== undefined) return beginning;
  const recent = await runs.listRuns({ tenant: 'local', limit: RECENT_RUNS });
  const matches = recent.filter((run) => run.id.startsWith(beginning)).map((run) => run.id);
  const [only, ...others] = matches;
  if (only === undefined) throw new IsthmusError('not-found', `There is no run ${beginning}. \`isthmus runs\` lists those there are.`);
  if (others.length > 0)
    throw new IsthmusError('invalid-input', `Expected the beginning of one run's id, but ${matches.length} runs begin with ${beginning}.`);
  return only;
}
