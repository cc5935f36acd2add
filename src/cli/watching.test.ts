import { describe, expect, it } from 'vitest';
import { parsePrometheus, sumOf } from '../testing/prometheus-text.ts';
import { endOfRun } from '../testing/stop-kit.ts';
import { CANARIES, expectNoCanary, JOB, openWatchingKit, submit } from '../testing/watching-kit.ts';

interface Line {
  readonly time: string;
  readonly level: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Warnings of Node itself (a deprecation in a library) come as they are. */
const linesOf = (stderr: string): Line[] =>
  stderr
    .trim()
    .split('\n')
    .filter((line) => !/^\(node:\d+\) |^\(Use `node --trace-/.test(line))
    .map((line) => JSON.parse(line) as Line);

describe('isthmus serve, watched', { timeout: 180_000 }, () => {
  it('tells in /metrics what the ledger has, and in its log one JSON object a line', async () => {
    await using kit = await openWatchingKit();
    const server = kit.start(['serve', '--port', '0'], { ISTHMUS_LOG: 'debug' });
    const [, url = ''] = await server.saw(/listening on (http:[^\s"]+)/);
    const id = await submit(url);
    expect(await endOfRun(url, id)).toMatchObject({ status: 'completed' });
    const costs = (await (await fetch(`${url}/v1/costs`)).json()) as {
      rows: { model: string; role: string; prompt_tokens: number; output_tokens: number; scored_tokens: number; calls: number }[];
    };
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = await response.text();
    expectNoCanary(text);
    expect(text).not.toMatch(new RegExp(`${id}|tenant`));
    const metrics = parsePrometheus(text);
    expect(costs.rows.length).toBeGreaterThan(1);
    for (const { model, role, ...row } of costs.rows) {
      const of = { model, stage: role };
      expect(sumOf(metrics, 'isthmus_ledger_tokens', { ...of, kind: 'prompt' })).toBe(row.prompt_tokens);
      expect(sumOf(metrics, 'isthmus_ledger_tokens', { ...of, kind: 'output' })).toBe(row.output_tokens);
      expect(sumOf(metrics, 'isthmus_ledger_tokens', { ...of, kind: 'scored' })).toBe(row.scored_tokens);
      expect(sumOf(metrics, 'isthmus_ledger_calls', of)).toBe(row.calls);
    }
    expect(sumOf(metrics, 'isthmus_runs', { status: 'completed' })).toBe(1);
    expect(sumOf(metrics, 'isthmus_runs')).toBe(1);
    expect(sumOf(metrics, 'isthmus_steps_total', { role: 'predict', outcome: 'done' })).toBe(1);
    expect(sumOf(metrics, 'isthmus_job_duration_seconds_count', { queue: 'predict', error: '' })).toBe(2);
    expect(sumOf(metrics, 'isthmus_http_request_duration_seconds_count', { route: '/v1/research', method: 'POST', status: '202' })).toBe(1);
    expect(sumOf(metrics, 'isthmus_model_open', { model: 'nano' })).toBe(1);
    expect(sumOf(metrics, 'isthmus_model_context_bytes', { model: 'nano' })).toBeGreaterThan(0);
    expect(sumOf(metrics, 'isthmus_queue_oldest_age_seconds')).toBe(0);
    expect(sumOf(metrics, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(metrics.types.get('nodejs_eventloop_lag_seconds')).toBe('gauge');

    server.child.kill('SIGTERM');
    const { stderr } = await server.ended;
    expectNoCanary(stderr);
    const lines = linesOf(stderr);
    expect(lines[0]).toMatchObject({ level: 'info', event: 'listening', message: expect.stringContaining(url) });
    expect(lines.find(({ event }) => event === 'run.advance')).toMatchObject({ 'isthmus.run.id': id, 'isthmus.run.status': 'completed' });
    expect(lines.find((line) => line.event === 'queue.job' && line['messaging.destination.name'] === 'predict')).toMatchObject({
      'isthmus.run.id': id,
      'messaging.message.id': expect.stringMatching(/^job-/),
      durationMs: expect.any(Number),
    });
    expect(lines.find(({ event }) => event === 'run.step')).toMatchObject({ level: 'debug', 'isthmus.step.key': expect.any(String) });
  });

  it('tells a failure by its code, and nothing that the provider or the caller has said', async () => {
    await using kit = await openWatchingKit();
    const server = kit.start(['serve', '--port', '0'], { ISTHMUS_LOG: 'debug' });
    const [, url = ''] = await server.saw(/listening on (http:[^\s"]+)/);
    const echo = `I cannot do this: "${JOB.question}" of ${JOB.documents[0].text} with the key ${CANARIES.key} "and more ${CANARIES.answer}`;
    kit.provider.enqueue({ type: 'error', status: 400, message: echo, code: 'echo' });
    const id = await submit(url);
    await endOfRun(url, id);
    // A body that is no JSON, a question that is none, a model that does not exist, a path with words in it.
    const send = (body: string): Promise<Response> =>
      fetch(`${url}/v1/research`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await send(`{"question": ${CANARIES.question}`);
    await send(JSON.stringify({ ...JOB, question: 7, [CANARIES.question]: 1 }));
    await send(JSON.stringify({ ...JOB, predictor: `openai@${CANARIES.file}` }));
    await fetch(`${url}/v1/research/${CANARIES.file}?search=${CANARIES.question}`);
    server.child.kill('SIGTERM');
    const { stderr } = await server.ended;
    expectNoCanary(stderr);
    expect(stderr).not.toMatch(/brackwater/i);
    const failed = linesOf(stderr).find(({ event }) => event === 'step-failed');
    expect(failed).toMatchObject({
      level: 'warn',
      'error.type': 'provider-rejected',
      'isthmus.run.id': id,
      'isthmus.step.role': 'predict',
    });
    expect(failed?.['error.message']).toMatch(/answered 400: \[quoted\]/);
  });

  it('tells of a key that was refused, and neither of the two keys', async () => {
    await using kit = await openWatchingKit();
    const wrong = 'sk-wrongcanary9876543210fedcba';
    const server = kit.start(['serve', '--port', '0'], { KEY_OF_THE_KIT: wrong });
    const [, url = ''] = await server.saw(/listening on (http:[^\s"]+)/);
    await endOfRun(url, await submit(url));
    await fetch(`${url}/v1/research`, { headers: { authorization: `Bearer ${CANARIES.key}` } });
    server.child.kill('SIGTERM');
    const { stderr } = await server.ended;
    expectNoCanary(stderr);
    expect(stderr).not.toContain(wrong);
    expect(linesOf(stderr).find(({ event }) => event === 'step-failed')).toMatchObject({ 'error.type': 'provider-rejected' });
  });

  it('says nothing where it is told to, and refuses a level that is none', async () => {
    await using kit = await openWatchingKit();
    const odd = await kit.start(['serve', '--port', '0'], { ISTHMUS_LOG: 'loud' }).ended;
    expect(odd).toMatchObject({ code: 1, stderr: expect.stringContaining('debug, info, warn, error or silent') });
  });
});

it('isthmus doctor repeats no password of an address', async () => {
  await using kit = await openWatchingKit();
  const env = { REDIS_URL: 'redis://:gullpassword@127.0.0.1:1', DATABASE_URL: 'postgres://me:gullpassword@127.0.0.1:1/x' };
  const { stdout, stderr } = await kit.start(['doctor', '--json'], env).ended;
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: 'model big', state: 'ok' }));
  expect(stdout + stderr).not.toContain('gullpassword');
  expectNoCanary(stdout + stderr);
}, 180_000);
