import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from './installation.ts';
import type { Member, Role } from './members.ts';
import { modelChildrenOf } from './processes.ts';
import type { Misdeed } from './provider.ts';

/** Longer than a worker's lock on its job (10 s) and a round of the check for stalled ones. */
const PAST_LOCK_MS = 14_000;
const AWAY_MS = 1_500;
const CUT_MS = 2_500;
const FULL_MS = 4_000;
const MISDEED_MS = 4_000;
/** Of the calls while the provider misbehaves. */
const MISDEED_SHARE = 0.5;
/** By how much a clock may be wrong: more than leases and locks, and by an hour, both ways. */
const SKEWS_MS = [-3_600_000, -30_000, 30_000, 3_600_000] as const;

/** Does its harm, waits as long as it lasts, and undoes it. Returns what it hit, or undefined where there was nothing to hit. */
type Fault = (installation: Installation, random: () => number) => Promise<string | undefined>;

/** Every fault by its name. */
export const FAULTS = {
  'worker-kill': replaceMember('worker'),
  'worker-stop': stopWorker,
  'model-kill': killModel,
  'api-kill': replaceMember('api'),
  'redis-kill': ({ redis }) => restartServer('redis', redis),
  'postgres-kill': ({ postgres }) => restartServer('postgres', postgres),
  'redis-cut': ({ redisWay }) => cutWay('redis', redisWay),
  'postgres-cut': ({ postgresWay }) => cutWay('postgres', postgresWay),
  'provider-429': misbehave('429'),
  'provider-429-wait': misbehave('429-wait'),
  'provider-500': misbehave('500'),
  'provider-half': misbehave('half'),
  'provider-garbage': misbehave('garbage'),
  'provider-silence': misbehave('silence'),
  'disk-full': fillDisk,
  'clock-skew': skewMember,
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** Faults that end a call under way, or keep its result from being journaled; the provider's own are told by its journal. */
export function disrupts(name: FaultName): boolean {
  return !name.startsWith('provider-');
}

/** Faults of one of these wait for each other: a server that is away can be neither killed nor started. */
export function victimOf(name: FaultName): string {
  return name === 'disk-full' ? 'postgres' : (name.split('-')[0] ?? name);
}

function pick(installation: Installation, role: Role, random: () => number): Member | undefined {
  const candidates = installation.members.filter((member) => member.role === role);
  return candidates[Math.floor(random() * candidates.length)];
}

function replaceMember(role: Role): Fault {
  return async (installation, random) => {
    const member = pick(installation, role, random);
    if (member === undefined) return undefined;
    await installation.remove(member, 'SIGKILL');
    await installation.start(role);
    return `pid ${member.process.child.pid}`;
  };
}

async function stopWorker(installation: Installation, random: () => number): Promise<string | undefined> {
  const child = pick(installation, 'worker', random)?.process.child;
  if (child === undefined) return undefined;
  child.kill('SIGSTOP');
  await delay(PAST_LOCK_MS);
  child.kill('SIGCONT');
  return `pid ${child.pid}`;
}

/** Of a worker; the model is loaded at its first use, so there may be none yet. */
async function killModel({ members, place }: Installation, random: () => number): Promise<string | undefined> {
  const workers = members.filter(({ role }) => role === 'worker');
  const models = workers.flatMap(({ process }) => modelChildrenOf(place.mark, process.child.pid ?? 0));
  const victim = models[Math.floor(random() * models.length)];
  if (victim === undefined) return undefined;
  process.kill(victim.pid, 'SIGKILL');
  return `pid ${victim.pid}`;
}

async function restartServer(name: string, server: Installation['redis']): Promise<string> {
  await server.kill();
  await delay(AWAY_MS);
  await server.restart();
  return name;
}

async function cutWay(name: string, way: Installation['redisWay']): Promise<string> {
  way.cut();
  await delay(CUT_MS);
  way.mend();
  return name;
}

function misbehave(misdeed: Misdeed): Fault {
  return async ({ provider }) => {
    const behave = provider.misbehave(misdeed, MISDEED_SHARE);
    await delay(MISDEED_MS);
    behave();
    return misdeed;
  };
}

/** Postgres' disk. It ends itself where it cannot write its log, and is started again once there is room. */
async function fillDisk({ disk, postgres }: Installation): Promise<string | undefined> {
  if (disk === undefined) return undefined;
  disk.fill();
  await delay(FULL_MS);
  disk.empty();
  await postgres.kill();
  await postgres.restart();
  return disk.path;
}

/** One process is replaced by one whose clock is wrong; `restore` replaces that one. */
async function skewMember(installation: Installation, random: () => number): Promise<string | undefined> {
  const role: Role = random() < 0.5 ? 'api' : 'worker';
  const skewMs = SKEWS_MS[Math.floor(random() * SKEWS_MS.length)] ?? 0;
  const member = pick(installation, role, random);
  if (member === undefined) return undefined;
  await installation.remove(member, 'SIGTERM');
  await installation.start(role, skewMs);
  return `${role} by ${skewMs / 1000} s`;
}
