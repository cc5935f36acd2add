import { readFileSync } from 'node:fs';
import type { Member } from '../chaos/members.ts';
import { modelChildrenOf } from '../chaos/processes.ts';
import { tellToCollect } from './collect.ts';

/** What one process, or one kind of process, held at one time. */
export interface Sample {
  /** Since the load began. */
  readonly atMs: number;
  readonly process: string;
  /** Resident memory. */
  readonly mib: number;
  /** Whether the process has just collected its garbage, so that this is what it keeps. */
  readonly isCollected: boolean;
}

/** A process of an installation under a name of its own. */
export interface Watched {
  readonly name: string;
  readonly member: Member;
  /** That of its installation's environment. */
  readonly mark: string;
}

/** One sample of each process and one of the model processes below it, together; what has ended has none. */
export function sample(watched: readonly Watched[], atMs: number, { isCollected = false } = {}): readonly Sample[] {
  return watched.flatMap(({ name, member, mark }) => {
    const pid = member.process.child.pid ?? -1;
    const children = modelChildrenOf(mark, pid).flatMap((child) => residentMiB(child.pid) ?? []);
    const own = residentMiB(pid);
    return [
      ...(own === undefined ? [] : [{ atMs, process: name, mib: own, isCollected }]),
      ...(children.length === 0 ? [] : [{ atMs, process: `${name}: models`, mib: sum(children), isCollected }]),
    ];
  });
}

/** Has every process, and its model processes, collect its garbage. */
export function collectAll(watched: readonly Watched[]): void {
  for (const { member, mark } of watched) {
    const pid = member.process.child.pid ?? -1;
    for (const each of [pid, ...modelChildrenOf(mark, pid).map((child) => child.pid)]) tellToCollect(each);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function residentMiB(pid: number): number | undefined {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    return undefined;
  }
}
