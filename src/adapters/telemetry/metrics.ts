import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Figures, MetricsText } from '../../ports/metrics.ts';
import type { Attributes } from '../../ports/telemetry.ts';
import { ATTRIBUTE, type AttributeName, type CounterName, METRIC, SPAN, type SpanName } from '../../ports/telemetry-names.ts';

/** Seconds. Scorings take hundredths, predictions of large models minutes. */
const BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

interface Timed {
  readonly name: string;
  readonly help: string;
  /** Label to attribute. Ids and tenants are never among them: each value is a series. */
  readonly labels: Readonly<Record<string, AttributeName>>;
}

/** Spans whose lengths are kept. */
const TIMED: Readonly<Partial<Record<SpanName, Timed>>> = {
  [SPAN.request]: {
    name: METRIC.httpDuration,
    help: 'Time until the head of an answer, by route and status; the body of an event stream is not in it.',
    labels: { method: ATTRIBUTE.httpMethod, route: ATTRIBUTE.httpRoute, status: ATTRIBUTE.httpStatus },
  },
  [SPAN.job]: {
    name: METRIC.jobDuration,
    help: 'Time that jobs took in this process, without their waiting; error is empty for those that went well.',
    labels: { queue: ATTRIBUTE.queue, error: ATTRIBUTE.errorType },
  },
  [SPAN.model]: {
    name: METRIC.modelDuration,
    help: 'Time of calls to models in this process.',
    labels: { operation: ATTRIBUTE.operation, model: ATTRIBUTE.requestModel, error: ATTRIBUTE.errorType },
  },
};

export interface Metrics extends MetricsText {
  time(span: SpanName, seconds: number, attributes: Attributes): void;
  count(name: CounterName, labels: Readonly<Record<string, string>>): void;
}

/** Metrics of this process (with its memory and the lag of its event loop) in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const steps = new Counter({
    name: METRIC.steps,
    help: 'Steps that ended in runs advanced by this process, by role and outcome (done, cached, failed).',
    labelNames: ['role', 'outcome'],
    registers: [registry],
  });
  const histograms = new Map(
    Object.entries(TIMED).map(([span, { name, help, labels }]) => [
      span,
      { labels, histogram: new Histogram({ name, help, labelNames: Object.keys(labels), buckets: BUCKETS, registers: [registry] }) },
    ]),
  );
  return {
    time: (span, seconds, attributes) => {
      const known = histograms.get(span);
      if (known === undefined) return;
      const labels = Object.entries(known.labels).map(([label, attribute]) => [label, String(attributes[attribute] ?? '')]);
      known.histogram.observe(Object.fromEntries(labels), seconds);
    },
    count: (_name, labels) => steps.inc(labels),
    contentType: registry.contentType,
    text: async (figures) => {
      const asked = new Registry();
      // A gauge without a value would be told as 0, and missing is not 0.
      for (const figure of figures) if (figure.values.length > 0) setGauge(asked, figure);
      return `${(await registry.metrics()).trimEnd()}\n${await asked.metrics()}`;
    },
  };
}

function setGauge(registry: Registry, { name, help, values }: Figures): void {
  const labelNames = [...new Set(values.flatMap(({ labels }) => Object.keys(labels)))];
  const gauge = new Gauge({ name, help, labelNames, registers: [registry] });
  for (const { labels, value } of values) gauge.inc(labels, value);
}
