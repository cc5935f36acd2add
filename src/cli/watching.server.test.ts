import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ExportedSpan, startOtlpServer } from '../testing/otlp-server.ts';
import { type ServerProcess, startPostgres, startRedis } from '../testing/server-processes.ts';
import { endOfRun } from '../testing/stop-kit.ts';
import { waitFor } from '../testing/wait-for.ts';
import { expectNoCanary, openWatchingKit, submit } from '../testing/watching-kit.ts';

const { redisUrl, databaseUrl } = inject('servers');
const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

describe.skipIf(redisUrl === null || databaseUrl === null)('traces of a run over two processes', { timeout: 180_000 }, () => {
  let redis: ServerProcess;
  let postgres: ServerProcess;
  beforeAll(async () => {
    const [first, second] = await Promise.all([startRedis(), startPostgres()]);
    if (first === null || second === null) throw new Error('Redis and Postgres are not installed.');
    redis = first;
    postgres = second;
  });
  afterAll(async () => {
    await Promise.all([redis?.stop(), postgres?.stop()]);
  });

  it('lead from the caller through HTTP, run, job and step to the call of the model, and tell no text', async () => {
    await using collector = await startOtlpServer();
    await using kit = await openWatchingKit();
    const env = { REDIS_URL: redis.url, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const worker = kit.start(['worker'], { ...env, OTEL_SERVICE_NAME: 'the-worker' });
    const server = kit.start(['serve', '--port', '0', '--no-work'], { ...env, DATABASE_URL: postgres.url });
    await worker.saw(/working on 3 queues/);
    const [, url = ''] = await server.saw(/listening on (http:[^\s"]+)/);
    const id = await submit(url, { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` });
    expect(await endOfRun(url, id)).toMatchObject({ status: 'completed' });
    for (const { child, ended } of [server, worker]) {
      child.kill('SIGTERM');
      expectNoCanary((await ended).stderr);
    }

    const spans = await waitFor('the spans', async () => {
      const found = collector.spans().filter(({ traceId }) => traceId === CALLER.traceId);
      return found.some(({ name }) => name === 'advance run') ? found : undefined;
    });
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const lineOf = (span: ExportedSpan | undefined): string[] =>
      span === undefined ? [] : [...lineOf(byId.get(span.parentSpanId ?? '')), span.name];
    const predicted = spans.find(({ name }) => name === 'chat gpt-4o-mini');
    expect(lineOf(predicted)).toEqual(['POST /v1/research', 'advance run', 'process predict', 'step predict', 'chat gpt-4o-mini']);
    expect(spans.find(({ name }) => name === 'POST /v1/research')?.parentSpanId).toBe(CALLER.spanId);
    expect(lineOf(spans.find(({ name }) => name === 'score nano'))).toContain('advance run');
    expect(lineOf(spans.find(({ name }) => name === 'step retrieve'))).toEqual(['POST /v1/research', 'advance run', 'step retrieve']);
    expect(predicted?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.provider.name': 'openai',
      'gen_ai.usage.input_tokens': expect.any(Number),
      'gen_ai.usage.output_tokens': expect.any(Number),
    });
    const job = spans.find(({ name }) => name === 'process predict');
    expect(job?.attributes).toMatchObject({ 'messaging.destination.name': 'predict', 'isthmus.run.id': id });
    expect(spans.find(({ name }) => name === 'POST /v1/research')?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/research',
      'http.response.status_code': 202,
    });
    expect(collector.spans().find(({ name }) => name === 'GET /v1/research/{id}')).toBeDefined();
    expect(collector.received.join('\n')).toContain('the-worker');
    for (const bytes of collector.received) expectNoCanary(bytes);
    expect(collector.received.join('\n')).not.toMatch(/brackwater/i);
  });
});
