import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { InlineDocument } from '../ports/research-service.ts';
import { type Curl, createCurl } from '../testing/curl.ts';
import { ANSWER, type Installation, openInstallation, type ServeProcess, sampleDocuments } from '../testing/installation.ts';
import { KEY } from '../testing/openai-fixture.ts';
import { listen, startBalancer } from '../testing/stream-clients.ts';
import { waitFor } from '../testing/wait-for.ts';

const QUESTION = 'When was the light of the Skerry Point Lighthouse first lit?';
const { redisUrl, databaseUrl } = inject('servers');

/** What the clients of real `isthmus serve` processes see: one that only answers, and one that works too, on one Redis and one Postgres. */
describe.skipIf(redisUrl === null || databaseUrl === null)('real clients of isthmus serve', { timeout: 120_000 }, () => {
  let installation: Installation;
  /** Answers, and leaves the work to the other. */
  let front: ServeProcess;
  let worker: ServeProcess;
  let key: string;
  let documents: readonly InlineDocument[];
  /** To the front, and to the other one. */
  let curl: Curl;
  let curlWorker: Curl;

  beforeAll(async () => {
    installation = await openInstallation();
    key = await installation.key('acme');
    [front, worker] = await Promise.all([installation.serve('--port', '0', '--no-work'), installation.serve('--port', '0')]);
    documents = await sampleDocuments();
    curl = createCurl(
      () => front.url,
      () => key,
    );
    curlWorker = createCurl(
      () => worker.url,
      () => key,
    );
  }, 120_000);
  afterAll(() => installation?.[Symbol.asyncDispose]());

  const job = (members: object = {}) => ({ question: QUESTION, documents, ...members });

  async function submit(body: object): Promise<string> {
    const { status, text } = await curl.post('/v1/research', body);
    expect(status, text).toBe(202);
    return JSON.parse(text).id;
  }

  /** Asks until the run is over, as a client without streams does. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer of the API, whose schema other tests check.
  async function ended(id: string): Promise<any> {
    return waitFor(
      `the end of ${id}`,
      async () => {
        const run = JSON.parse((await curlWorker(`/v1/research/${id}`)).text);
        return run.status === 'queued' || run.status === 'in_progress' ? undefined : run;
      },
      60_000,
    );
  }

  describe('curl', () => {
    it('submits, polls, and reads the report as Markdown and as JSON', async () => {
      const submitted = await curl.post('/v1/research', job({ compressor: 'extractive', predictor: 'openai@big' }));
      expect([submitted.status, submitted.headers.get('content-type')]).toEqual([202, 'application/json']);
      const location = submitted.headers.get('location') ?? '';
      const { id } = JSON.parse(submitted.text);
      expect(location).toBe(`/v1/research/${id}`);
      expect(await ended(id)).toMatchObject({ status: 'completed', question: QUESTION });
      const markdown = await curl(`${location}/report`, '-H', 'Accept: text/markdown');
      expect([markdown.status, markdown.headers.get('content-type')]).toEqual([200, 'text/markdown; charset=utf-8']);
      expect(markdown.text).toContain('## Sources');
      const report = JSON.parse((await curl(`${location}/report`)).text);
      expect(report.citations.length).toBeGreaterThan(0);
      for (const { uri, quote } of report.citations) expect(documents.find((document) => document.uri === uri)?.text).toContain(quote);
      expect((await curl('/v1/research?search=skerry')).text).toContain(id);
      expect((await curl('/v1/research', '-H', 'Authorization: Bearer nothing')).status).toBe(401);
    });

    it('submits once under an Idempotency-Key, to whichever process; another body is a conflict', async () => {
      const once = ['-H', 'Idempotency-Key: 9f0c-once'];
      const first = await curl.post('/v1/research', job({ seed: 3 }), ...once);
      const again = await curlWorker.post('/v1/research', job({ seed: 3 }), ...once);
      const other = await curl.post('/v1/research', job({ seed: 4 }), ...once);
      expect([first.status, again.status, JSON.parse(again.text).id]).toEqual([202, 202, JSON.parse(first.text).id]);
      expect([other.status, JSON.parse(other.text).error.code]).toEqual([409, 'conflict']);
      await curl(`/v1/research/${JSON.parse(first.text).id}/cancel`, '-X', 'POST');
    });

    it('cancels a run at work, and deletes it then', async () => {
      const id = await submit(job({ question: 'Who built the Harl Bridge?', seed: 5 }));
      const early = await curl(`/v1/research/${id}`, '-X', 'DELETE');
      const cancelled = await curl(`/v1/research/${id}/cancel`, '-X', 'POST');
      expect([early.status, cancelled.status, JSON.parse(cancelled.text).status]).toEqual([409, 200, 'cancelled']);
      const deleted = await curl(`/v1/research/${id}`, '-X', 'DELETE');
      expect([deleted.status, deleted.text, (await curl(`/v1/research/${id}`)).status]).toEqual([204, '', 404]);
    });

    it('follows a run line by line to its end; the run goes on when curl leaves', async () => {
      const id = await submit(job({ question: 'How long is the Carrow Canal?' }));
      const leaving = curl.follow(`/v1/research/${id}/events`);
      await waitFor('the first event', async () => leaving.text().includes('event: run-created') || undefined);
      leaving.child.kill();
      const staying = curl.follow(`/v1/research/${id}/events`);
      expect(await staying.ended).toBe(0);
      const { status, last_sequence: last } = await ended(id);
      expect(status).toBe('completed');
      expect(idsOf(staying.text())).toEqual(upTo(last));
      expect(staying.text()).toMatch(/event: run-completed\nid: \d+\ndata: .+\n\n$/);
    });
  });

  describe('openai', () => {
    it('is how the predictor asks its provider: streamed, again after a 429 as late as it says, every token in the ledger', async () => {
      const { provider } = installation;
      const { length } = provider.requests;
      provider.enqueue({ type: 'error', status: 429, message: 'Slow down.', headers: { 'retry-after': '1' } });
      const run = await ended(await submit(job({ predictor: 'openai@big', seed: 6 })));
      expect(run).toMatchObject({ status: 'completed', report: { text: expect.stringContaining('first lit in 1841'), form: 'model' } });
      const [refused, answered, ...others] = provider.requests.slice(length);
      expect([refused?.billed, others]).toEqual([undefined, []]);
      expect((answered?.receivedAtMs ?? 0) - (refused?.receivedAtMs ?? 0)).toBeGreaterThanOrEqual(950);
      expect(answered?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'user-agent': expect.stringMatching(/^OpenAI\/JS/) });
      expect(answered?.body).toMatchObject({ model: 'gpt-4o-mini', stream: true, stream_options: { include_usage: true } });
      const { promptTokens = 0, outputTokens = 0 } = answered?.billed ?? {};
      const { ledger } = JSON.parse((await curl(`/v1/research/${run.id}/report`)).text);
      const row = ledger.rows.find(({ place }: { place: string }) => place === 'remote');
      // 0.15 and 0.60 US dollars a million tokens; a call is rounded up to a whole micro-dollar.
      const microUsd = Math.ceil(promptTokens * 0.15 + outputTokens * 0.6);
      expect(row).toMatchObject({ role: 'predict', model: 'big', calls: 1, micro_usd: microUsd });
      expect(row).toMatchObject({ prompt_tokens: promptTokens, output_tokens: outputTokens });
      expect(run.usage).toMatchObject({ priced_micro_usd: microUsd, unknown_calls: 0 });
    });
  });

  describe('eventsource', () => {
    it('hears every event once, though the process that advances the run is killed: from the restarted one, and from another one', async () => {
      let behind = front.url;
      await using balancer = await startBalancer(() => behind);
      // Words that come slowly, so that the run is still under way when its process dies.
      installation.provider.enqueue({ ...ANSWER, tokenDelayMs: 250 });
      const id = await submit(job({ question: 'When was the Harl Bridge opened?', predictor: 'openai@big' }));
      const clients = [front.url, balancer.url].map((url) => listen(`${url}/v1/research/${id}/events`, key));
      await waitFor('the first results', async () => clients.every(({ heard }) => heard.includes('steps-finished')) || undefined);
      const before = clients.map(({ ids }) => ids.length);
      // As a balancer does that has seen it die, and does not take it back.
      behind = worker.url;
      await front.kill();
      const { port } = new URL(front.url);
      front = await installation.serve('--port', port, '--no-work');
      await waitFor('both to hear the end', async () => clients.every(({ isClosed }) => isClosed()) || undefined, 60_000);
      const { status, last_sequence: last } = await ended(id);
      expect(status).toBe('completed');
      for (const { ids, heard, resumedAfter } of clients) {
        expect(ids).toEqual(upTo(last));
        expect(heard.at(-1)).toBe('run-completed');
        expect(resumedAfter.length).toBeGreaterThan(1);
      }
      expect(Math.max(...before)).toBeLessThan(last);
      expect(balancer.targets).toEqual(expect.arrayContaining([new URL(worker.url).port, port]));
    });

    it('is told by curl too what is stored: the end for ever, and a gap where events are gone', async () => {
      const id = await submit(job());
      const { last_sequence: last } = await ended(id);
      for (const client of [curl, curlWorker]) {
        const end = await client(`/v1/research/${id}/events`, '-H', `Last-Event-ID: ${last - 1}`);
        const nothing = await client(`/v1/research/${id}/events`, '-H', `Last-Event-ID: ${last}`);
        expect([end.status, idsOf(end.text), nothing.status]).toEqual([200, [last], 204]);
        expect(end.text).toContain('event: run-completed');
      }
      await query(installation.databaseUrl, 'DELETE FROM isthmus.run_events WHERE run_id = $1 AND sequence IN (3, 4)', [id]);
      const { text } = await curl(`/v1/research/${id}/events`, '-H', 'Last-Event-ID: 1');
      expect(text).toContain(`event: gap\ndata: {"run_id":"${id}","from_sequence":3,"to_sequence":4}\n\nevent: `);
      expect(idsOf(text)).toEqual(upTo(last).filter((sequence) => sequence === 2 || sequence > 4));
    });
  });
});

function idsOf(stream: string): number[] {
  return [...stream.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

async function query(url: string, text: string, values: readonly unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text, [...values]);
  } finally {
    await client.end();
  }
}
