import { readFileSync } from 'node:fs';

const CODE = `import v8 from 'node:v8';
import vm from 'node:vm';
v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');
process.on('SIGUSR2', () => { collect(); collect(); });`;

/** For `NODE_OPTIONS`: a process of Node, and every one that it starts, collects its garbage when it is told to. */
export const COLLECTS_WHEN_TOLD = `--import=data:text/javascript,${encodeURIComponent(CODE)}`;

const SIGUSR2 = 12n;

/** Has the process collect its garbage, if it was started so that it listens; another would end by the signal. */
export function tellToCollect(pid: number): void {
  try {
    const [, caught = '0'] = /^SigCgt:\s+([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    if (((BigInt(`0x${caught}`) >> (SIGUSR2 - 1n)) & 1n) === 1n) process.kill(pid, 'SIGUSR2');
  } catch {
    // It has ended.
  }
}
