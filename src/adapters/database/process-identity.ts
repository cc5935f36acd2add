import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';

/**
 * Which process, so that another one can tell later whether it still lives. A pid alone is not enough: pids are reused
 * after a death or a reboot, and mean different processes in different containers.
 */
export const processIdentity = z.object({
  pid: z.number().int().positive(),
  /** When the process started, in the kernel's own ticks; absent where there is no /proc. */
  startedAt: z.string().optional(),
  host: z.string(),
  /** Which boot of the machine, and which pid namespace (container) in it. */
  boot: z.string().optional(),
  pidNamespace: z.string().optional(),
});
export type ProcessIdentity = z.infer<typeof processIdentity>;

export async function describeProcess(): Promise<ProcessIdentity> {
  const [startedAt, boot, pidNamespace] = await Promise.all([
    startOf(process.pid),
    orAbsent(readFile('/proc/sys/kernel/random/boot_id', 'utf8').then((text) => text.trim())),
    orAbsent(readlink('/proc/self/ns/pid')),
  ]);
  return {
    pid: process.pid,
    host: hostname(),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(boot === undefined ? {} : { boot }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
  };
}

/** Whether `other` lives, as far as this process can see. `unknown`: it runs, or ran, where our process table does not reach. */
export async function isAlive(other: ProcessIdentity, self: ProcessIdentity): Promise<boolean | 'unknown'> {
  const sharesTable = other.host === self.host && other.boot === self.boot && other.pidNamespace === self.pidNamespace;
  if (!sharesTable) return 'unknown';
  if (!pidExists(other.pid)) return false;
  const startedAt = await startOf(other.pid);
  return startedAt === undefined || other.startedAt === undefined || startedAt === other.startedAt;
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat. The second field holds the program's name, which may contain anything but ends at the last `)`. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await orAbsent(readFile(`/proc/${pid}/stat`, 'utf8'));
  return stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .at(19);
}

async function orAbsent<Value>(value: Promise<Value>): Promise<Value | undefined> {
  try {
    return await value;
  } catch {
    return undefined;
  }
}
