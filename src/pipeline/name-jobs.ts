import { groupBy } from '../domain/group.ts';
import { sha256 } from '../domain/json.ts';
import type { PlannedStep } from '../domain/run.ts';
import type { JobQueue, JobState } from '../ports/job-queue.ts';
import { createColumns } from './columns.ts';
import { type ReservedStep, toNamed } from './plan-steps.ts';
import { newerVersion, parseJobResult, type QueueName, queueOf } from './work.ts';

export interface NamedJobs {
  readonly planned: readonly PlannedStep[];
  /** Jobs that are there already, of this run or another: their end may have been announced before anybody listened. */
  readonly present: readonly string[];
}

interface Group {
  readonly steps: readonly ReservedStep[];
  readonly digest: string;
  readonly queue: QueueName | undefined;
}

/**
 * Groups steps into jobs and names them: scorings of one context and query share some, everything else goes alone. A name is the digest of
 * its keys and the first number under which the queue knows no failure. So all runs that ask for the same at the same time wait for one job,
 * and each can have another try of what has failed. With a number of the run's own instead (its epoch, the calls it has lost), two runs of
 * which one had lost a call sent the same call under two names, and both were billed.
 */
export async function nameJobs(queue: Pick<JobQueue, 'states'>, steps: readonly ReservedStep[]): Promise<NamedJobs> {
  const groups = await Promise.all([...toColumns(steps)].map(toGroup));
  const names = new Map<Group, string>();
  const present: string[] = [];
  let open = groups.filter((group) => group.queue !== undefined);
  for (let number = 0; open.length > 0; number++) {
    const nameOf = ({ digest }: Group): string => `job-${digest}-${number}`;
    const states = await statesOf(queue, open, nameOf);
    const spent = open.filter((group) => isSpent(states.get(nameOf(group))));
    for (const group of open.filter((each) => !spent.includes(each))) {
      const jobId = nameOf(group);
      names.set(group, jobId);
      if ((states.get(jobId)?.state ?? 'missing') !== 'missing') present.push(jobId);
    }
    open = spent;
  }
  return { planned: groups.flatMap((group) => group.steps.map((step) => toPlanned(step, names.get(group)))), present };
}

/** Whether nothing can come of a job any more: it has failed, or what it ended with is no result. */
function isSpent(state: JobState | undefined): boolean {
  if (state?.state !== 'completed' || newerVersion(state.result) !== undefined) return state?.state === 'failed';
  try {
    parseJobResult(state.result);
    return false;
  } catch {
    return true;
  }
}

async function statesOf(
  queue: Pick<JobQueue, 'states'>,
  groups: readonly Group[],
  nameOf: (group: Group) => string,
): Promise<ReadonlyMap<string, JobState>> {
  const states = new Map<string, JobState>();
  for (const [name, members] of groupBy(groups, (group) => group.queue)) {
    if (name === undefined) continue;
    for (const [jobId, state] of await queue.states(name, members.map(nameOf))) states.set(jobId, state);
  }
  return states;
}

async function toGroup(steps: readonly ReservedStep[]): Promise<Group> {
  const digest = (await sha256(steps.map((step) => step.stepKey).join())).slice(0, 40);
  const work = steps[0]?.work;
  return { steps, digest, queue: work === undefined ? undefined : queueOf(work) };
}

function toColumns(steps: readonly ReservedStep[]): Iterable<ReservedStep[]> {
  const columns = createColumns();
  return groupBy(steps, ({ id, step, bytes }) => (step.kind === 'score' ? columns.place({ ...step, bytes }).name : `\n${id}`)).values();
}

function toPlanned({ stepKey, reserved, ...wanted }: ReservedStep, jobId?: string): PlannedStep {
  return {
    ...toNamed(wanted),
    stepKey,
    ...(jobId === undefined ? {} : { jobId }),
    ...(reserved === undefined ? {} : { reserved }),
  };
}
