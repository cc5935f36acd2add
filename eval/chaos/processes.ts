import { readdirSync, readFileSync } from 'node:fs';

/** In the environment of every process that the installation starts, and of what those start. */
export const MARK = 'ISTHMUS_CHAOS';

export interface FoundProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every living process with this mark, found in Linux's /proc, so that orphans are found too. */
export function processesOf(mark: string): readonly FoundProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARK}=${mark}`)) return [];
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (/^State:\s+Z/m.test(status)) return [];
      const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return [{ pid: Number(pid), parent, command }];
    } catch {
      // It ended while it was looked at.
      return [];
    }
  });
}

/** The model processes below a process, at any depth. */
export function modelChildrenOf(mark: string, pid: number): readonly FoundProcess[] {
  const all = processesOf(mark);
  const below = (root: number): FoundProcess[] =>
    all.filter(({ parent }) => parent === root).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid).filter(({ command }) => command.includes('adapters/llama/child'));
}
