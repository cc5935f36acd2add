import { join } from 'node:path';
import { type CliProcess, startCli } from '../../src/testing/run-cli.ts';
import { MARK } from './processes.ts';

/** `solo` serves and does its own work, with its queue in the database. */
export type Role = 'api' | 'worker' | 'solo';

const ARGS: Readonly<Record<Role, readonly string[]>> = {
  api: ['serve', '--port', '0', '--no-work', '--drain-seconds', '5'],
  worker: ['worker', '--drain-seconds', '5'],
  solo: ['serve', '--port', '0'],
};

export interface Member {
  readonly role: Role;
  readonly process: CliProcess;
  /** Empty for a worker. */
  readonly url: string;
  /** By how much its clock is wrong. */
  readonly skewMs: number;
}

export interface Place {
  /** The folder with the configuration; members keep their data and temporary files in it. */
  readonly home: string;
  readonly mark: string;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** What each process of Node, and every one that it starts, is told by `NODE_OPTIONS`. */
  readonly nodeOptions?: readonly string[];
}

/** Starts one process of the product by its command line, and waits until it says that it is ready. */
export async function startMember(role: Role, place: Place, skewMs = 0): Promise<Member> {
  const env = {
    [MARK]: place.mark,
    TMPDIR: join(place.home, 'tmp'),
    REDIS_URL: role === 'solo' ? '' : place.redisUrl,
    // Workers have no database.
    DATABASE_URL: role === 'worker' ? '' : place.databaseUrl,
    OPENAI_API_KEY: 'chaos',
    NODE_OPTIONS: [...(place.nodeOptions ?? []), ...(skewMs === 0 ? [] : [`--import=${skewedClock(skewMs)}`])].join(' '),
  };
  const process = startCli(ARGS[role], { cwd: place.home, env });
  const [, url = ''] = await process.saw(role === 'worker' ? /working on \d/ : /listening on (http:\S+)/);
  return { role, process, url, skewMs };
}

/** A module that shifts `Date` for a whole process tree; monotonic time stays as it is. */
function skewedClock(offsetMs: number): string {
  const code = `const Real=Date;globalThis.Date=class extends Real{constructor(...a){a.length===0?super(Real.now()+${offsetMs}):super(...a)}static now(){return Real.now()+${offsetMs}}};`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

export function hasEnded({ process: { child } }: Member): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

export async function end(member: Member, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  member.process.child.kill(signal);
  await member.process.ended;
}
