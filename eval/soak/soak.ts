import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '../../src/domain/random.ts';
import { openInstallation } from '../chaos/installation.ts';
import { end, hasEnded, startMember } from '../chaos/members.ts';
import { closeWhenInterrupted } from '../chaos/when-interrupted.ts';
import { SHOWS_WHAT_IT_KEEPS } from './collect.ts';
import { keepAsking, type Served } from './load.ts';
import { collectAll, type Sample, sample, type Watched } from './memory.ts';
import { type Trend, trendsOf } from './trend.ts';

export interface SoakOptions {
  readonly durationMs: number;
  readonly everyMs: number;
  /** Between the end of a run and the next of the same client. */
  readonly pauseMs: number;
  readonly onProgress?: (line: string) => void;
}

export interface SoakResult {
  readonly durationMs: number;
  readonly samples: readonly Sample[];
  readonly trends: readonly Trend[];
  /** Runs by where they were made. */
  readonly served: Readonly<Record<string, number>>;
  readonly troubles: readonly string[];
}

/**
 * Real processes under even load, nothing broken: `isthmus serve` as it comes (its own store, its own queue, the bundled model), and beside it
 * two servers and two workers on a Redis and a Postgres with a remote model. What each holds is looked at all the time.
 */
export async function soak({ durationMs, everyMs, pauseMs, onProgress = () => {} }: SoakOptions): Promise<SoakResult> {
  await using installation = await openInstallation(createRandom(1), { nodeOptions: SHOWS_WHAT_IT_KEEPS });
  await installation.restore();
  await using embedded = await openEmbedded();
  const [alone, shared]: [Served, Served] = [
    { runs: 0, troubles: [] },
    { runs: 0, troubles: [] },
  ];
  const urls = installation.members.flatMap(({ url }) => (url === '' ? [] : [url]));
  const watched: readonly Watched[] = [
    embedded.watched,
    ...installation.members.map((member, i) => ({ name: `${member.role} ${1 + (i % 2)}`, member, mark: installation.place.mark })),
  ];
  const stop = new AbortController();
  const clients = [
    keepAsking({ urls: [embedded.watched.member.url], pauseMs, hasOwnDocuments: true }, alone, stop.signal),
    keepAsking({ urls, pauseMs, hasOwnDocuments: false }, shared, stop.signal),
  ];
  const samples = await watch(watched, { durationMs, everyMs, tell: () => onProgress(`${alone.runs} + ${shared.runs} runs`) });
  stop.abort();
  await Promise.all(clients);
  const dead = watched.filter(({ member }) => hasEnded(member)).map(({ name }) => `${name} has ended by itself.`);
  return {
    durationMs,
    samples,
    trends: trendsOf(samples, durationMs),
    served: { 'by itself': alone.runs, 'on Redis and Postgres': shared.runs },
    troubles: [...alone.troubles, ...shared.troubles, ...dead],
  };
}

interface Watching {
  readonly durationMs: number;
  readonly everyMs: number;
  tell(): void;
}

const TELL_EVERY_MS = 60_000;
const COLLECT_EVERY_MS = 60_000;
/** Between telling the processes to collect their garbage and looking: two collections take a tenth of a second. */
const COLLECTING_MS = 2_000;

async function watch(watched: readonly Watched[], { durationMs, everyMs, tell }: Watching): Promise<readonly Sample[]> {
  const begun = performance.now();
  const samples: Sample[] = [];
  let told = 0;
  let collected = 0;
  for (let atMs = 0; atMs < durationMs; atMs = performance.now() - begun) {
    samples.push(...sample(watched, atMs));
    if (atMs - collected >= COLLECT_EVERY_MS) {
      collected = atMs;
      collectAll(watched);
      await delay(COLLECTING_MS);
      samples.push(...sample(watched, performance.now() - begun, { isCollected: true }));
    }
    if (atMs - told >= TELL_EVERY_MS) {
      told = atMs;
      tell();
    }
    await delay(everyMs);
  }
  return samples;
}

/** `isthmus serve` with nothing configured, in a folder of its own. */
async function openEmbedded(): Promise<AsyncDisposable & { readonly watched: Watched }> {
  const home = await mkdtemp(join(tmpdir(), 'isthmus-soak-'));
  await mkdir(join(home, 'tmp'));
  const mark = basename(home);
  const member = await startMember('solo', { home, mark, redisUrl: '', databaseUrl: '', nodeOptions: SHOWS_WHAT_IT_KEEPS });
  const close = async (): Promise<void> => {
    await end(member, 'SIGTERM');
    await rm(home, { recursive: true, force: true });
  };
  const forget = closeWhenInterrupted(close);
  return {
    watched: { name: 'serve', member, mark },
    [Symbol.asyncDispose]: async () => {
      forget();
      await close();
    },
  };
}
