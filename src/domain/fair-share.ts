export const JOB_PRIORITIES = ['low', 'normal', 'high'] as const;
export type JobPriority = (typeof JOB_PRIORITIES)[number];

/**
 * How far apart the jobs of one flow are put: while all three wait, sixteen high ones are taken for four normal and one low. A share, and
 * no strict order: what is low is slow, and never starves.
 */
const DISTANCE: Readonly<Record<JobPriority, number>> = { high: 1, normal: 4, low: 16 };

/** Places are the priorities of the queue, which BullMQ bounds: 1 is taken first. What would come after the last place shares it, in order. */
export const LAST_PLACE = 2 ** 21 - 1;
/** From here on the places of a queue that was never empty are counted from its head again. */
export const SHIFT_FROM = 2 ** 20;

/** What is known of a queue when jobs join it. */
export interface Line {
  /** Of the job that is taken next; absent where none waits. */
  readonly head?: number;
  /** Of the flow's last job that waits; absent where none does. */
  readonly last?: number;
}

/** One tenant's jobs of one priority; they are done in the order in which they came. */
export function flowOf({ tenant = '', priority = 'normal' }: { readonly tenant?: string; readonly priority?: JobPriority }): string {
  return `${priority} ${tenant}`;
}

/**
 * The places of `count` jobs that a flow adds: behind its own, and otherwise as if it had waited since the head came to be the head. So
 * flows take turns however many jobs each has, a newcomer's first job is among the next, and who was idle has no credit. Self-clocked fair
 * queueing (Golestani, INFOCOM 1994, equations 2 and 3), with the head's tag as the time.
 */
export function placesOf(
  { head, last }: Line,
  { priority = 'normal', count }: { readonly priority?: JobPriority; readonly count: number },
): number[] {
  const start = Math.max(head === undefined ? 0 : head - 1, last ?? 0);
  return Array.from({ length: count }, (_, i) => Math.min(LAST_PLACE, start + (i + 1) * DISTANCE[priority]));
}
