import { type ChildProcess, fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { environment } from '../../src/config.ts';
import type { BenchAnswer, BenchPlaces, BenchQuestion } from '../../src/testing/api-bench-child.ts';
import { startPostgres, startRedis } from '../../src/testing/server-processes.ts';
import type { BenchRow } from './row.ts';

const CHILD = fileURLToPath(new URL('../../src/testing/api-bench-child.ts', import.meta.url));
/** Requests on their way at a time. */
const AT_ONCE = 32;
const LISTENERS = 200;
/** Runs that are followed, each by ten. */
const FOLLOWED = 20;
const WARM_UP_MS = 2_000;
const ROUND_MS = 4_000;
/** The two are measured in turn, so that both meet the same neighbours. */
const ROUNDS = 3;
const DOCUMENT = { uri: 'canal.md', text: 'The canal at Brackwater was opened in 1869. It was closed in 1932.' };

interface Target {
  readonly url: string;
  readonly key?: string;
  readonly body: object;
}

interface Load {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

/**
 * Submissions a second against a bare handler that does one INSERT, on the same store in the same run, while 200 listeners follow runs.
 * Redis and Postgres are those of REDIS_URL and DATABASE_URL, or private ones where the programs are there, or else the embedded engines.
 */
export async function apiBench(): Promise<BenchRow[]> {
  const servers = [
    environment('DATABASE_URL') === undefined ? await startPostgres() : null,
    environment('REDIS_URL') === undefined ? await startRedis() : null,
  ] as const;
  const databaseUrl = environment('DATABASE_URL') ?? servers[0]?.url;
  const redisUrl = environment('REDIS_URL') ?? servers[1]?.url;
  const places: BenchPlaces = {
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(redisUrl === undefined ? {} : { redisUrl }),
  };
  try {
    return await measure(places);
  } finally {
    for (const server of servers) await server?.stop();
  }
}

async function measure(places: BenchPlaces): Promise<BenchRow[]> {
  const child = fork(CHILD, { execArgv: ['--import', import.meta.resolve('tsx')], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ready = await ask(child, places, 'ready');
  const { apiUrl, bareUrl, key } = ready;
  const corpusId = await ingest(apiUrl, key);
  const job = { question: 'When was the canal at Brackwater opened?', corpus_id: corpusId };
  const api: Target = { url: `${apiUrl}/v1/research`, key, body: job };
  const bare: Target = { url: bareUrl, body: job };
  const listeners = await follow(api, apiUrl, child);
  for (const target of [bare, api]) await load(target, WARM_UP_MS);
  const rounds = { bare: [] as Load[], api: [] as Load[] };
  let blockedMs = 0;
  for (let i = 0; i < ROUNDS; i += 1) {
    rounds.bare.push(await load(bare, ROUND_MS));
    await ask(child, { type: 'delay' }, 'delay');
    rounds.api.push(await load(api, ROUND_MS));
    blockedMs = Math.max(blockedMs, (await ask(child, { type: 'delay' }, 'delay')).maxMs);
  }
  const heard = listeners.close();
  await ask(child, { type: 'close' }, 'closed');
  return toRows(rounds, { blockedMs, heard, places });
}

function toRows(
  rounds: { readonly bare: readonly Load[]; readonly api: readonly Load[] },
  { blockedMs, heard, places }: { readonly blockedMs: number; readonly heard: number; readonly places: BenchPlaces },
): BenchRow[] {
  const where = `${places.databaseUrl === undefined ? 'PGlite' : 'Postgres'}, ${places.redisUrl === undefined ? 'queue in the database' : 'Redis'}`;
  const rate = (loads: readonly Load[]) => loads.reduce((sum, { perSecond }) => sum + perSecond, 0) / loads.length;
  const latencies = rounds.api.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const percentile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  const [submissions, inserts] = [rate(rounds.api), rate(rounds.bare)];
  return [
    {
      name: `api: submissions (${where}; ${LISTENERS} SSE listeners)`,
      value: submissions,
      unit: 'runs/s',
      target: 'reported',
      holds: null,
    },
    { name: 'api: bare Hono handler with one INSERT, same run', value: inserts, unit: 'requests/s', target: 'reported', holds: null },
    {
      name: 'api: submissions over bare inserts',
      value: submissions / inserts,
      unit: 'share',
      target: 'at least 0.5',
      holds: submissions / inserts >= 0.5,
    },
    {
      name: `api: latency of a submission, p50 of ${AT_ONCE} at once`,
      value: percentile(0.5),
      unit: 'ms',
      target: 'reported',
      holds: null,
    },
    {
      name: `api: latency of a submission, p99 of ${AT_ONCE} at once`,
      value: percentile(0.99),
      unit: 'ms',
      target: 'reported',
      holds: null,
    },
    { name: 'api: longest block of the event loop', value: blockedMs, unit: 'ms', target: 'at most 50', holds: blockedMs <= 50 },
    { name: 'api: events heard by the listeners', value: heard, unit: 'events', target: 'more than 0', holds: heard > 0 },
  ];
}

async function ask<Type extends BenchAnswer['type']>(
  child: ChildProcess,
  question: BenchPlaces | BenchQuestion,
  type: Type,
): Promise<Extract<BenchAnswer, { type: Type }>> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null) => reject(new Error(`The bench's server ended with ${code}.`));
    child.once('exit', fail);
    child.once('message', (answer: BenchAnswer) => {
      child.off('exit', fail);
      if (answer.type === type) resolve(answer as Extract<BenchAnswer, { type: Type }>);
      else reject(new Error(`Expected the answer ${type}, but got ${answer.type}.`));
    });
    child.send(question);
  });
}

/** Sends the document once; the run that this starts tells its corpus. */
async function ingest(apiUrl: string, key: string): Promise<string> {
  const { text } = await post(agentOf(1), { url: `${apiUrl}/v1/research`, key, body: { question: 'Why?', documents: [DOCUMENT] } });
  return (JSON.parse(text) as { corpus_id: string }).corpus_id;
}

async function load(target: Target, durationMs: number): Promise<Load> {
  const agent = agentOf(AT_ONCE);
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  async function work(): Promise<void> {
    while (performance.now() - startedAt < durationMs) {
      const sentAt = performance.now();
      const { status, text } = await post(agent, target);
      if (status !== 202) throw new Error(`Expected 202, but got ${status}: ${text}`);
      latenciesMs.push(performance.now() - sentAt);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  agent.destroy();
  return { perSecond: (latenciesMs.length * 1000) / (performance.now() - startedAt), latenciesMs };
}

function agentOf(maxSockets: number): Agent {
  return new Agent({ keepAlive: true, maxSockets });
}

function post(agent: Agent, { url, key, body }: Target): Promise<{ readonly status: number; readonly text: string }> {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length, ...bearer(key) };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method: 'POST', headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (part: string) => {
        text += part;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(bytes);
  });
}

function bearer(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

async function follow(api: Target, apiUrl: string, child: ChildProcess): Promise<{ close(): number }> {
  const agent = agentOf(1);
  const runIds: string[] = [];
  for (let i = 0; i < FOLLOWED; i += 1) runIds.push((JSON.parse((await post(agent, api)).text) as { id: string }).id);
  let heard = 0;
  const streams = await Promise.all(
    Array.from({ length: LISTENERS }, (_, i) =>
      listenTo(`${apiUrl}/v1/research/${runIds[i % FOLLOWED]}/events`, api.key, (events) => {
        heard += events;
      }),
    ),
  );
  child.send({ type: 'stir', runIds } satisfies BenchQuestion);
  return {
    close: () => {
      for (const close of streams) close();
      return heard;
    },
  };
}

function listenTo(url: string, key: string | undefined, hear: (events: number) => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, headers: bearer(key) }, (incoming) => {
      incoming.setEncoding('utf8');
      incoming.on('data', (part: string) => hear(part.split('\nid: ').length - 1));
      incoming.on('error', () => undefined);
      resolve(() => outgoing.destroy());
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
