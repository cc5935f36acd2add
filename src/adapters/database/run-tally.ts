import { type SQL, sql } from 'drizzle-orm';
import type { StoredEvent } from '../../domain/run.ts';
import { choicesOf, type RunChoices, spendingOf } from '../../domain/run-figures.ts';
import { entriesOf } from './run-rows.ts';
import { runs } from './schema.ts';

/** How events change the counts of a run's steps. */
export interface StepTally {
  readonly planned: number;
  readonly done: number;
  readonly failed: number;
  /** A resumption among them has forgotten the steps that had failed before. */
  readonly forgets: boolean;
}

/** The counts are those that the fold of the events gives (`run-reducer.ts`), without the fold's steps. */
export function tallySteps(events: readonly Pick<StoredEvent, 'event'>[]): StepTally {
  let tally: StepTally = { planned: 0, done: 0, failed: 0, forgets: false };
  for (const { event } of events) {
    if (event.type === 'steps-planned') tally = { ...tally, planned: tally.planned + event.steps.length };
    if (event.type === 'steps-withdrawn') tally = { ...tally, planned: tally.planned - event.stepIds.length };
    if (event.type === 'run-resumed') tally = { ...tally, planned: tally.planned - tally.failed, failed: 0, forgets: true };
    if (event.type !== 'steps-finished') continue;
    const done = event.steps.filter(({ outcome }) => outcome.status === 'done').length;
    tally = { ...tally, done: tally.done + done, failed: tally.failed + event.steps.length - done };
  }
  return tally;
}

/** What the events of a commit make of the run's sums. */
export function tallyColumns(events: readonly StoredEvent[]): Readonly<Record<string, SQL>> {
  const { planned, done, failed, forgets } = tallySteps(events);
  const corpusId = gatheredCorpus(events);
  const spent = spendingOf(events.flatMap(({ event }) => entriesOf(event)));
  return {
    stepsPlanned: sql`${runs.stepsPlanned} + ${planned}::bigint ${forgets ? sql`- ${runs.stepsFailed}` : sql``}`,
    stepsDone: sql`${runs.stepsDone} + ${done}::bigint`,
    stepsFailed: forgets ? sql`${failed}::bigint` : sql`${runs.stepsFailed} + ${failed}::bigint`,
    pricedMicroUsd: sql`${runs.pricedMicroUsd} + ${spent.pricedMicroUsd}::bigint`,
    unpricedCalls: sql`${runs.unpricedCalls} + ${spent.unpricedCalls}::bigint`,
    readTokens: sql`${runs.readTokens} + ${spent.readTokens}::bigint`,
    predictorTokens: sql`${runs.predictorTokens} + ${spent.predictorTokens}::bigint`,
    ...(corpusId === undefined ? {} : { corpusId: sql`${corpusId}::text` }),
  };
}

/** The corpus of a run that has just gathered it. */
function gatheredCorpus(events: readonly StoredEvent[]): string | undefined {
  const outcomes = events.flatMap(({ event }) => (event.type === 'steps-finished' ? event.steps.map(({ outcome }) => outcome) : []));
  return outcomes.flatMap((outcome) => (outcome.status === 'done' && outcome.result.kind === 'gather' ? [outcome.result.corpusId] : []))[0];
}

/** What lists show of a new run's specification; its log begins with it. */
export function choiceColumns(events: readonly StoredEvent[]): RunChoices & { readonly corpusId: string } {
  const first = events[0]?.event;
  if (first?.type !== 'run-created') return { corpusId: '', strategy: '', compressor: '', predictor: '' };
  return { corpusId: first.spec.corpusId, ...choicesOf(first.spec) };
}
