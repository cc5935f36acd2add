import { type ErrorRecord, IsthmusError } from '../domain/errors.ts';
import { flowOf, placesOf } from '../domain/fair-share.ts';
import { groupBy } from '../domain/group.ts';
import type { Job, JobState } from '../ports/job-queue.ts';

const MAX_PAYLOAD_BYTES = 256 * 1024;

export interface MemoryJob {
  readonly id: string;
  readonly payload: string;
  readonly flow: string;
  /** As in the other queues, the priority by which it is taken. */
  readonly place: number;
  readonly addedAt: number;
  state: JobState['state'];
  attempts: number;
  /** Handed back before they ended. */
  lostAttempts: number;
  declined: number;
  /** The consumer that has declined it last, which lets the others have the first look. */
  declinedBy?: object;
  /** Not before this time is it taken again, after a failure that may pass. */
  notBefore: number;
  result?: string;
  error?: ErrorRecord;
  running?: { readonly controller: AbortController; stoppedBy?: 'cancelled' | 'handed-back' | 'declined' };
}

export function toMemoryJobs(jobs: readonly Job[], known: ReadonlyMap<string, MemoryJob>): MemoryJob[] {
  const waiting = [...known.values()].filter(({ state }) => state === 'waiting');
  return [...groupBy(jobs, flowOf)].flatMap(([flow, members]) => {
    const own = waiting.filter((job) => job.flow === flow);
    const line = {
      ...(waiting.length === 0 ? {} : { head: Math.min(...waiting.map(({ place }) => place)) }),
      ...(own.length === 0 ? {} : { last: Math.max(...own.map(({ place }) => place)) }),
    };
    const { priority } = members[0] ?? {};
    const places = placesOf(line, { count: members.length, ...(priority === undefined ? {} : { priority }) });
    return members.map((job, i) => toMemoryJob(job, { flow, place: places[i] ?? 1 }));
  });
}

function toMemoryJob({ id, payload }: Job, { flow, place }: Pick<MemoryJob, 'flow' | 'place'>): MemoryJob {
  if (id === '' || id.includes(':') || /^\d+$/.test(id)) {
    throw new IsthmusError('invalid-input', `A job id must not be empty, contain ":" or be all digits, but ${JSON.stringify(id)} is.`);
  }
  const json = JSON.stringify(payload ?? null);
  const bytes = new TextEncoder().encode(json).length;
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new IsthmusError('invalid-input', `The payload of job ${id} has ${bytes} bytes of JSON; ${MAX_PAYLOAD_BYTES} are allowed.`);
  }
  return { id, payload: json, flow, place, addedAt: Date.now(), state: 'waiting', attempts: 0, lostAttempts: 0, declined: 0, notBefore: 0 };
}

export function isDue({ state, notBefore }: MemoryJob): boolean {
  return state === 'waiting' && notBefore <= Date.now();
}

/** Of equal places the one that was added first. */
export function nextOf(jobs: ReadonlyMap<string, MemoryJob>, by: object): MemoryJob | undefined {
  let next: MemoryJob | undefined;
  const isMine = ({ declinedBy, notBefore }: MemoryJob) => declinedBy !== by || notBefore + 100 <= Date.now();
  for (const job of jobs.values()) if (isDue(job) && isMine(job) && (next === undefined || job.place < next.place)) next = job;
  return next;
}
