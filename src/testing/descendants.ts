import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly isZombie: boolean;
}

async function listProcesses(): Promise<readonly Listed[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = '', parent = '', state = ''] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), isZombie: state.startsWith('Z') };
    });
}

/** Ids of the processes that a process has started, and of those that they have. */
export async function descendantsOf(pid: number): Promise<readonly number[]> {
  const all = await listProcesses();
  const below = (parent: number): number[] => all.filter((one) => one.parent === parent).flatMap((one) => [one.pid, ...below(one.pid)]);
  return below(pid);
}

/** Which of them still run; one that has ended and that nobody has asked about does not. */
export async function runningOf(pids: readonly number[]): Promise<readonly number[]> {
  const all = await listProcesses();
  return pids.filter((pid) => all.some((one) => one.pid === pid && !one.isZombie));
}
