import { IsthmusError } from '../../domain/errors.ts';
import { flowOf, placesOf } from '../../domain/fair-share.ts';
import { groupBy } from '../../domain/group.ts';
import type { Job } from '../../ports/job-queue.ts';
import type { BulkEntry, BullDriver } from './driver.ts';

const MAX_PAYLOAD_BYTES = 256 * 1024;

/**
 * Jobs as BullMQ adds them. A place in the line is a priority, since groups are no part of the open package; two processes that add for
 * one tenant in the same millisecond may be given the same places, which costs a turn.
 */
export async function toEntries(driver: BullDriver, queue: string, jobs: readonly Job[]): Promise<BulkEntry[]> {
  const entries: BulkEntry[] = [];
  for (const [flow, members] of groupBy(jobs, flowOf)) {
    const line = await driver.readLine(queue, { flow, jobIds: members.map(({ id }) => id) });
    const { priority } = members[0] ?? {};
    const places = placesOf(line, { count: members.length, ...(priority === undefined ? {} : { priority }) });
    members.forEach(({ id, payload }, i) => {
      entries.push({ name: flow, data: { payload: JSON.stringify(payload ?? null) }, opts: { jobId: id, priority: places[i] ?? 1 } });
    });
  }
  return entries;
}

/** @throws IsthmusError `invalid-input` */
export function checkJob({ id, payload }: Job): void {
  if (id === '' || id.includes(':') || /^\d+$/.test(id)) {
    throw new IsthmusError('invalid-input', `A job id must not be empty, contain ":" or be all digits, but ${JSON.stringify(id)} is.`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(payload ?? null));
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new IsthmusError('invalid-input', `The payload of job ${id} has ${bytes} bytes of JSON; ${MAX_PAYLOAD_BYTES} are allowed.`);
  }
}
