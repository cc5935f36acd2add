import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type ServerProcess, startPostgres, startRedis } from '../../src/testing/server-processes.ts';
import { mountSmallDisk, type SmallDisk } from '../../src/testing/small-disk.ts';
import { openWay, type Way } from '../../src/testing/way.ts';
import { end, hasEnded, type Member, type Place, type Role, startMember } from './members.ts';
import { MODEL, PRICE, type Provider, startProvider } from './provider.ts';
import { closeWhenInterrupted } from './when-interrupted.ts';

/** How many processes of each kind an installation has. */
const SET = { api: 2, worker: 2 } as const;
/** Of a remote call with its repetitions; the silent ones take so long. */
const CALL_TIMEOUT_MS = 10_000;
/** Faults last for seconds. */
const START_ATTEMPTS = 10;

/** Two APIs and two workers of the product, a Redis, a Postgres, ways to both that can be cut, and a predictor that bills. */
export interface Installation extends AsyncDisposable {
  readonly place: Place;
  readonly redis: ServerProcess;
  readonly postgres: ServerProcess;
  readonly redisWay: Way;
  readonly postgresWay: Way;
  readonly provider: Provider;
  /** Under Postgres; undefined where none may be mounted. */
  readonly disk: SmallDisk | undefined;
  /** Those that live, or should. */
  readonly members: readonly Member[];
  start(role: Role, skewMs?: number): Promise<Member>;
  /** Ends a member and forgets it. */
  remove(member: Member, signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts what is missing and replaces what has a wrong clock. */
  restore(): Promise<void>;
  query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>;
}

/** @throws Error where Redis or Postgres is not installed */
export async function openInstallation(random: () => number, options: Pick<Place, 'nodeOptions'> = {}): Promise<Installation> {
  const disk = await mountSmallDisk();
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres(disk === undefined ? {} : { parent: disk.path })]);
  if (redis === null || postgres === null) throw new Error('Expected redis-server and postgres, but they are not installed.');
  const home = await mkdtemp(join(tmpdir(), 'isthmus-chaos-'));
  await mkdir(join(home, 'tmp'));
  const provider = await startProvider({ file: join(home, 'journal.jsonl'), random });
  await writeConfig(home, provider.baseUrl);
  const [redisWay, postgresWay] = await Promise.all([openWay(redis.url), openWay(postgres.url)]);
  const place: Place = { home, mark: basename(home), redisUrl: redisWay.url, databaseUrl: postgresWay.url, ...options };
  const members: Member[] = [];
  const start = async (role: Role, skewMs = 0): Promise<Member> => {
    const member = await startPatiently(() => startMember(role, place, skewMs));
    members.push(member);
    return member;
  };
  const remove = async (member: Member, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    const place = members.indexOf(member);
    if (place >= 0) members.splice(place, 1);
    await end(member, signal);
  };
  const restore = async (): Promise<void> => {
    const unfit = members.filter((member) => member.skewMs !== 0 || hasEnded(member));
    await Promise.all(unfit.map((member) => remove(member, 'SIGTERM')));
    const missing = (['api', 'worker'] as const).flatMap((role) => {
      return Array.from({ length: SET[role] - members.filter((member) => member.role === role).length }, () => role);
    });
    await Promise.all(missing.map((role) => start(role)));
  };
  const parts = { place, redis, postgres, redisWay, postgresWay, provider, disk, members, start, remove, restore };
  const forget = closeWhenInterrupted(() => close(parts));
  return {
    ...parts,
    query: (text) => query(postgres.url, text),
    [Symbol.asyncDispose]: async () => {
      forget();
      await close(parts);
    },
  };
}

/** A process that finds no server when it starts says so and ends; whoever supervises it starts it again. */
async function startPatiently(startOnce: () => Promise<Member>): Promise<Member> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce();
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
      await delay(500);
    }
  }
}

export async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The larger model compresses and answers, so that most calls are paid for; the bundled one scores, in a process of its own. */
export async function writeConfig(home: string, baseUrl: string): Promise<void> {
  const prices = {
    [MODEL]: { mode: 'chat', input_cost_per_token: PRICE.inputUsdPerToken, output_cost_per_token: PRICE.outputUsdPerToken },
  };
  const config = {
    models: { large: { provider: 'openai', model: MODEL, baseUrl, timeoutMs: CALL_TIMEOUT_MS } },
    compressor: { use: 'abstractive', model: 'large' },
    predictor: { use: 'openai', model: 'large' },
    prices: 'prices.json',
    localUsdPerSecond: 0,
  };
  await writeFile(join(home, 'prices.json'), JSON.stringify(prices));
  // JSON is YAML too.
  await writeFile(join(home, 'isthmus.config.yaml'), JSON.stringify(config));
}

type Parts = Pick<Installation, 'place' | 'redis' | 'postgres' | 'redisWay' | 'postgresWay' | 'provider' | 'disk' | 'members' | 'remove'>;

async function close({ place, redis, postgres, redisWay, postgresWay, provider, disk, members, remove }: Parts): Promise<void> {
  disk?.empty();
  await Promise.all([...members].map((member) => remove(member, 'SIGKILL')));
  await Promise.all([redisWay, postgresWay, provider].map((part) => part[Symbol.asyncDispose]()));
  await Promise.all([redis.stop(), postgres.stop()]);
  await disk?.[Symbol.asyncDispose]();
  await rm(place.home, { recursive: true, force: true });
}
