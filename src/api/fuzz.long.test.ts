import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../domain/random.ts';
import { createFuzzer, type FuzzRequest } from '../testing/fuzz-requests.ts';
import { type LiveKit, openLiveKit } from '../testing/live-kit.ts';
import { DOCUMENTS } from '../testing/service-bench.ts';
import { waitFor } from '../testing/wait-for.ts';
import { createOpenApi } from './openapi.ts';
import { ROUTES } from './route-table.ts';

/** Requests made from the API's own description; with the seed they are the same every time, but for the ids of runs. */
const REQUESTS = 17_000;
/** So many of them at least start a run, or there is little that the others could ask for. */
const STARTED = 50;
const SEED = 20_512;
/** Requests on their way at a time. */
const AT_ONCE = 16;
/** Small, so that bodies over it cost little. */
const BODY_BYTES = 64 * 1024;
/** The latest runs, whose ids requests are made with. */
const RECENT = 12;
/** What the server has of each kind, so that many requests are right. */
const CHOICES = {
  strategy: ['map-reduce'],
  planner: ['single@reader', 'decompose@reader'],
  compressor: ['abstractive@reader', 'extractive', 'head@reader', 'identity'],
  gate: ['allocate', 'information', 'cascade'],
  grow: [[3, 6]],
  cascade: [[], [], ['identity']],
  predictor: ['openai@reader', 'local@reader'],
  estimator: ['panel', 'monte-carlo'],
  scorer: ['reader'],
  documents: [DOCUMENTS, DOCUMENTS.slice(0, 2)],
  urls: [['https://a.test/one'], ['http://b.test/', 'https://a.test/one']],
  web: [{ results: 3 }],
};
/** What lies in the data directory, and a named corpus, which is deleted and made again all the time. */
const NAMES = { name: ['tower'], corpus: ['river'], query: ['canal', 'lock uri:*.md "the lock"'] };
const FINDINGS = { suite: {}, from: 'a', to: 'b', rows: 1, tasks: 1, arms: [], primary: 'contains' };
const JOB = { question: 'When was the canal at Brackwater opened?', documents: DOCUMENTS };

let kit: LiveKit;
let key: string;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

beforeAll(async () => {
  kit = await openLiveKit({ limits: { bodyBytes: BODY_BYTES, streamsAtOnce: 1_000 } });
  const folder = join(kit.isthmus.config.dataDir, 'eval', 'tower');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'findings.json'), JSON.stringify(FINDINGS));
  key = await kit.key('local', { requestsPerMinute: 1e9, concurrentRuns: 1e9, scopes: ['admin'] });
});
afterAll(async () => {
  agent.destroy();
  await kit[Symbol.asyncDispose]();
});

interface Got {
  readonly status: number;
  /** The id of the run that was started. */
  readonly location?: string;
  readonly text: string;
}

/** The answer; of an event stream only its beginning, since it may have no end. */
function send(url: URL, { method, path, headers, body }: FuzzRequest): Promise<Got> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, host: url.hostname, port: url.port, method, path, headers }, (incoming: IncomingMessage) => {
      // The one place where a key is given back to whoever has brought it.
      const { 'set-cookie': _, ...shown } = incoming.headers;
      const head = JSON.stringify(shown);
      const isStream = incoming.headers['content-type']?.startsWith('text/event-stream') === true;
      const parts: Buffer[] = [];
      const location = incoming.headers.location?.split('/').at(-1);
      const done = () => {
        const text = head + Buffer.concat(parts).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, text, ...(location === undefined ? {} : { location }) });
      };
      incoming.on('data', (part: Buffer) => {
        parts.push(part);
        if (!isStream) return;
        done();
        outgoing.destroy();
      });
      incoming.on('end', done);
      incoming.on('error', isStream ? done : reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

interface SubmittedRun {
  readonly id: string;
  readonly corpus_id: string;
  readonly report: { readonly citations: readonly { readonly document_id: string }[] };
}

/** A run that has ended, as its owner is shown it. */
async function submit(owner: string): Promise<SubmittedRun> {
  const { status, json } = await kit.call('/v1/research', { key: owner, body: JOB });
  expect(status).toBe(202);
  const run = await waitFor('the end of the run', async () => {
    const { json: now } = await kit.call(`/v1/research/${json.id}`, { key: owner });
    return now.status === 'queued' || now.status === 'in_progress' ? undefined : now;
  });
  expect(run).toMatchObject({ status: 'completed', error: null });
  return run;
}

/** The ids of what is kept under the name; texts that are sent again have them again. */
async function fillCorpus(): Promise<readonly string[]> {
  const { status, json } = await kit.call('/v1/corpora/river/documents', { key, body: { documents: DOCUMENTS } });
  expect(status).toBe(200);
  return json.documents.map(({ document_id: id }: { document_id: string }) => id);
}

/** What must be in no answer: places on this disk, keys, stacks, names of our files. */
function leaksOf(text: string): string[] {
  const forbidden = [process.cwd(), homedir(), 'node_modules', key];
  const found = forbidden.filter((secret) => text.includes(secret));
  const stack = /\n? {4}at |\.ts:\d+|node:internal|file:\/\//.exec(text)?.[0];
  return stack === undefined ? found : [...found, stack];
}

function describeRequest({ method, path, headers, body }: FuzzRequest): string {
  return `${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 300)} ${body?.toString('latin1').slice(0, 300) ?? ''}`;
}

function wrongsOf(asked: FuzzRequest, { status, text }: Got): string[] {
  const leaks = leaksOf(text);
  return status < 500 && leaks.length === 0 ? [] : [`${status} ${leaks.join(' ')} ${describeRequest(asked)} → ${text.slice(0, 300)}`];
}

describe('whatever is asked', () => {
  it(`in ${REQUESTS} requests from the OpenAPI document: no 5xx, no crash, nothing of our insides`, async () => {
    const first = await submit(key);
    const foreign = await submit(await kit.key('other'));
    const kept = await fillCorpus();
    const recent: string[] = [];
    const next = createFuzzer({
      document: createOpenApi('1'),
      random: createRandom(SEED),
      ids: () => [first.id, foreign.id, ...recent],
      values: {
        ...CHOICES,
        ...NAMES,
        corpus_id: [first.corpus_id, 'river'],
        document: kept,
        documentId: [first.report.citations[0]?.document_id],
        key: [key],
      },
      key,
      maxBytes: BODY_BYTES,
    });
    const statuses = new Map<number, number>();
    const served = new Set<string>();
    const wrong: string[] = [];
    let left = REQUESTS;
    const remember = ({ location }: Got): void => {
      if (location !== undefined) recent.splice(0, Math.max(0, recent.push(location) - RECENT));
    };
    async function work(url: URL): Promise<void> {
      while (left > 0) {
        left -= 1;
        const asked = next();
        const got = await send(url, asked).catch((error: Error): Got => ({ status: 599, text: error.message }));
        remember(got);
        if (got.status < 300) served.add(asked.operation);
        statuses.set(got.status, (statuses.get(got.status) ?? 0) + 1);
        wrong.push(...wrongsOf(asked, got));
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, () => work(new URL(kit.url))));
    expect({ wrong: wrong.slice(0, 5), errors: kit.errors }).toEqual({ wrong: [], errors: [] });
    // The requests reach every part: those that are right are served, and the wrong ones are told apart.
    for (const status of [200, 202, 204, 400, 401, 404, 405, 409, 413, 415]) expect(statuses.get(status), `${status}`).toBeGreaterThan(0);
    expect(ROUTES.filter(({ id }) => !served.has(id))).toEqual([]);
    expect(statuses.get(202)).toBeGreaterThan(STARTED);
    expect((await kit.call('/readyz')).status).toBe(200);
  }, 300_000);

  it.each([
    'GARBAGE\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /v1/research HTTP/1.1\r\n\r\n',
    'GET /v1/research HTTP/1.1\r\nHost: a\r\nX: \u0000\r\n\r\n',
    'GET /v1/research HTTP/1.1\r\nHost: bad host\r\n\r\n',
    'GET \\v1\\research HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET http://[bad HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'POST /v1/research HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /v1/research HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzz\r\n',
    `GET /v1/research HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
    'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
    'HEAD /\xe9 HTTP/1.1\r\nHost: localhost\r\n\r\n',
  ])('that is hardly HTTP: %j', async (text) => {
    const { port } = new URL(kit.url);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(text, 'latin1'));
      let got = '';
      socket.setTimeout(1_000, () => socket.destroy());
      socket.on('data', (data) => {
        got += data.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(got));
    });
    expect(answer).not.toMatch(/^HTTP\/1\.1 5/);
    expect(leaksOf(answer)).toEqual([]);
    // What is left over after an answer would be taken for the next one.
    if (text.startsWith('HEAD ')) expect(answer).toMatch(/^HTTP\/1\.1 400 .*\r\n\r\n$/s);
    expect((await kit.call('/healthz')).status).toBe(200);
  });
});
