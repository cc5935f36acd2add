import { describe, expect, it } from 'vitest';
import { IsthmusError } from '../../domain/errors.ts';
import { SILENT } from '../../ports/telemetry.ts';
import { METRIC, SPAN } from '../../ports/telemetry-names.ts';
import { startOtlpServer } from '../../testing/otlp-server.ts';
import { parsePrometheus, sumOf } from '../../testing/prometheus-text.ts';
import { createTelemetry } from './create-telemetry.ts';
import { createLog, type LogOptions } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createTracer } from './tracer.ts';

function openLog(change: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLog({ threshold: 'debug', format: 'json', write: (line) => lines.push(line), now: () => 0, ...change });
  return { lines, telemetry: createTelemetry({ log }) };
}

describe('telemetry', () => {
  it('is the silent one without parts', () => {
    expect(createTelemetry({})).toBe(SILENT);
  });

  it('lets 100,000 silent spans pass in less than a second', async () => {
    const started = performance.now();
    for (let i = 0; i < 100_000; i++) await SILENT.span(SPAN.step, {}, async () => i);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('throws on what the work throws, and tells it by its code', async () => {
    const { lines, telemetry } = openLog();
    const error = new IsthmusError('provider-rejected', 'It said "my question" and no more.');
    await expect(telemetry.span(SPAN.job, {}, () => Promise.reject(error))).rejects.toBe(error);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'warn',
      event: 'queue.job',
      'error.type': 'provider-rejected',
      'error.message': 'It said [quoted] and no more.',
    });
  });

  it('tells an unforeseen error by class, code and place, and nothing of its message', () => {
    const { lines, telemetry } = openLog();
    telemetry.event('error', 'background-error', { error: Object.assign(new TypeError('insert my question'), { code: '23505' }) });
    expect(lines[0]).not.toContain('question');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      'error.type': 'internal',
      'error.class': 'TypeError',
      'error.code': '23505',
      'error.at': expect.stringMatching(/^telemetry\.test\.ts:\d+$/),
    });
  });

  it('keeps to its level; for people it is words', () => {
    const { lines, telemetry } = openLog({ threshold: 'warn', format: 'words' });
    telemetry.event('info', 'unheard');
    telemetry.event('warn', 'heard', { error: new IsthmusError('provider-timeout', 'It was late.') });
    telemetry.event('info', 'listening', { text: 'listening on http://127.0.0.1:1' });
    expect(lines).toEqual([
      '00:00:00 warn heard error.type=provider-timeout error.message="It was late."',
      'listening on http://127.0.0.1:1',
    ]);
    const { lines: none, telemetry: silent } = openLog({ threshold: 'silent', format: 'words' });
    silent.event('error', 'unheard', { text: 'unheard' });
    expect(none).toEqual([]);
  });

  it('counts in a format that a parser of Prometheus takes, whatever labels hold', async () => {
    const metrics = createMetrics();
    const telemetry = createTelemetry({ metrics });
    telemetry.count(METRIC.steps, { role: 'predict', outcome: 'done' });
    await telemetry.span(SPAN.job, { attributes: { 'messaging.destination.name': 'score', 'isthmus.run.id': 'run-1' } }, async () => 1);
    const values = [
      { labels: { model: 'a "b"\\\n' }, value: 2 },
      { labels: { model: 'a "b"\\\n' }, value: 3 },
    ];
    const text = await metrics.text([
      { name: 'isthmus_odd', help: 'Odd.', values },
      { name: 'isthmus_none', help: 'None.', values: [] },
    ]);
    const parsed = parsePrometheus(text);
    expect(sumOf(parsed, 'isthmus_odd', { model: 'a "b"\\\n' })).toBe(5);
    expect(sumOf(parsed, METRIC.steps, { role: 'predict', outcome: 'done' })).toBe(1);
    expect(sumOf(parsed, `${METRIC.jobDuration}_count`, { queue: 'score', error: '' })).toBe(1);
    expect(text).not.toMatch(/run-1|isthmus_none/);
  });

  it('hangs a span under the one around it, under another process’s, or under none', async () => {
    await using collector = await startOtlpServer();
    const tracer = createTracer({ version: '1.2.3', url: `${collector.url}/v1/traces` });
    const telemetry = createTelemetry({ tracer });
    let trace: string | undefined;
    await telemetry.span(SPAN.advance, { title: 'outer', parent: null }, async () => {
      trace = telemetry.trace();
      await telemetry.span(SPAN.step, { title: 'inner' }, async () => {});
      await telemetry.span(SPAN.step, { title: 'alone', parent: 'nonsense' }, async () => {});
    });
    await telemetry.span(SPAN.job, { title: 'elsewhere', parent: trace ?? null }, async () => {});
    expect(telemetry.trace()).toBeUndefined();
    await tracer.close();
    const spans = new Map(collector.spans().map((span) => [span.name, span]));
    const outer = spans.get('outer');
    expect(trace).toBe(`00-${outer?.traceId}-${outer?.spanId}-01`);
    expect(spans.get('inner')).toMatchObject({ traceId: outer?.traceId, parentSpanId: outer?.spanId });
    expect(spans.get('elsewhere')).toMatchObject({ traceId: outer?.traceId, parentSpanId: outer?.spanId });
    expect(spans.get('alone')?.traceId).not.toBe(outer?.traceId);
    expect(spans.get('alone')?.parentSpanId ?? '').toBe('');
  });
});
