import { spawn } from 'node:child_process';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../domain/run.ts';
import { type ApiKit, FINISHED_RUN, openApiKit } from '../../testing/api-kit.ts';
import { entry, finished, steps } from '../../testing/build-run.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { EVENT_NAMES, EVENTS, type EventName, STREAM_EVENTS } from '../event-contract.ts';

let kit: ApiKit;
beforeAll(async () => {
  kit = await openApiKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

/** What a client has heard: id and name of each message. */
function listen(url: string): { heard: string[]; source: EventSource; isClosed: () => boolean } {
  const source = new EventSource(url);
  const heard: string[] = [];
  for (const name of [...EVENT_NAMES, 'gap']) {
    source.addEventListener(name, (message) => {
      const schema = name === 'gap' ? STREAM_EVENTS.gap : EVENTS[name as EventName];
      schema.parse(JSON.parse(message.data));
      heard.push(`${message.lastEventId} ${name}`);
    });
  }
  return { heard, source, isClosed: () => source.readyState === source.CLOSED };
}

const WHOLE = ['1 run-created', '2 steps-planned', '3 steps-finished', '4 run-completed'];

describe('GET /v1/research/{id}/events', () => {
  it('plays what is stored, follows what comes, and ends with the run; the client does not come back', async () => {
    const id = await kit.service.start('local');
    const { heard, isClosed } = listen(`${kit.url}/v1/research/${id}/events`);
    await waitFor('the first event', async () => heard[0]);
    await kit.service.append(id, ...FINISHED_RUN);
    // After the end an EventSource connects again by itself; 204 tells it to stop.
    await waitFor('the client to give up', async () => isClosed() || undefined);
    expect(heard).toEqual(WHOLE);
  });

  it('goes on after the last id that the client has, by header or parameter', async () => {
    const id = await kit.service.start('local');
    await kit.service.append(id, ...FINISHED_RUN);
    const header = await kit.call(`/v1/research/${id}/events?after=0`, { headers: { 'last-event-id': '2' } });
    const parameter = await kit.call(`/v1/research/${id}/events?after=3`);
    const nothing = await kit.call(`/v1/research/${id}/events?after=4`);
    expect([...header.text.matchAll(/^id: (\d+)$/gm)].map((match) => match[1])).toEqual(['3', '4']);
    expect([...parameter.text.matchAll(/^event: (.+)$/gm)].map((match) => match[1])).toEqual(['run-completed']);
    expect([nothing.status, nothing.text]).toEqual([204, '']);
    expect(header.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  });

  it('says which events are missing', async () => {
    const late: StoredEvent[] = [{ sequence: 5, at: 1, event: { type: 'run-cancelled' } }];
    const service = {
      ...kit.service,
      events: async function* events() {
        yield* late;
      },
    };
    await using own = await openApiKit({ service });
    const id = await kit.service.start('local');
    const { text } = await own.call(`/v1/research/${id}/events?after=2`);
    expect(text).toContain(`event: gap\ndata: {"run_id":"${id}","from_sequence":3,"to_sequence":4}\n\nevent: run-cancelled\nid: 5\n`);
  });

  it('ends with an error event that tells nothing of our insides when the log cannot be read', async () => {
    const service = {
      ...kit.service,
      // biome-ignore lint/correctness/useYield: it fails before the first one.
      events: async function* events(): AsyncGenerator<StoredEvent> {
        throw new Error('connect ECONNREFUSED /var/run/postgres');
      },
    };
    await using own = await openApiKit({ service });
    const { text } = await own.call(`/v1/research/${await kit.service.start('local')}/events`);
    const data = /event: error\ndata: (.+)\n/.exec(text)?.[1] ?? '';
    expect(STREAM_EVENTS.error.parse(JSON.parse(data)).error.code).toBe('internal');
    expect([text.includes('postgres'), own.errors.length]).toEqual([false, 1]);
  });

  it('gives a sign of life while nothing happens', async () => {
    await using own = await openApiKit({ limits: { heartbeatMs: 20 } });
    const id = await own.service.start('local');
    const response = await fetch(`${own.url}/v1/research/${id}/events`);
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
    let text = '';
    while (!text.includes(': still here')) text += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    expect(text.startsWith('retry: 2000\n\n')).toBe(true);
  });

  it('lets the run go on when the client leaves, and forgets the client', async () => {
    await using own = await openApiKit({ limits: { streamsAtOnce: 1 } });
    const id = await own.service.start('local');
    const { heard, source } = listen(`${own.url}/v1/research/${id}/events`);
    await waitFor('the first event', async () => heard[0]);
    expect((await own.call(`/v1/research/${id}/events`)).status).toBe(429);
    source.close();
    await own.service.append(id, ...FINISHED_RUN);
    const answer = await waitFor('the stream to be free', async () => {
      const { status, text } = await own.call(`/v1/research/${id}/events`);
      return status === 200 ? text : undefined;
    });
    expect(answer).toContain('event: run-completed');
  });

  it('opens no stream for HEAD, which nobody would read', async () => {
    await using own = await openApiKit({ limits: { streamsAtOnce: 1 } });
    const id = await own.service.start('local');
    const heads = await Promise.all([1, 2, 3].map(() => own.call(`/v1/research/${id}/events`, { method: 'HEAD' })));
    expect(heads.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('shows nothing of ours: no step keys, no job ids', async () => {
    const id = await kit.service.start('local');
    const jobs = steps('step-1');
    if (jobs.type !== 'steps-planned') throw new Error('expected steps');
    const planned = { ...jobs, steps: jobs.steps.map((step) => ({ ...step, jobId: 'job-of-step-1' })) };
    await kit.service.append(id, planned, finished('step-1', [entry('key-of-step-1')]), { type: 'run-cancelled' });
    const { text } = await kit.call(`/v1/research/${id}/events`);
    expect(text).toContain('event: steps-finished');
    expect(text).not.toMatch(/key-of-step|job-of-step|stepKey|step_key/);
  });

  it.each(['Last-Event-ID: seven', 'Last-Event-ID: -1', 'Last-Event-ID: 99999999999999'])('refuses %s', async (header) => {
    const [name = '', value = ''] = header.split(': ');
    const id = await kit.service.start('local');
    expect((await kit.call(`/v1/research/${id}/events`, { headers: { [name]: value } })).status).toBe(400);
  });

  it('is read by curl, line by line', async () => {
    const id = await kit.service.start('local');
    const curl = spawn('curl', ['-sSN', `${kit.url}/v1/research/${id}/events`]);
    let text = '';
    curl.stdout.on('data', (data: Buffer) => {
      text += data.toString();
    });
    await waitFor('the first event', async () => text.includes('run-created') || undefined);
    await kit.service.append(id, ...FINISHED_RUN);
    const code = await new Promise((resolve) => curl.once('close', resolve));
    expect([code, [...text.matchAll(/^id: (\d+)$/gm)].length]).toEqual([0, 4]);
  });
});
