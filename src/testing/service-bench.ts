import { setTimeout as delay } from 'node:timers/promises';
import type { RunState } from '../domain/run.ts';
import { createResearchService, type ResearchServiceDeps, type RunningService } from '../pipeline/research-service.ts';
import type { Clock } from '../ports/clock.ts';
import type { ResearchJob, ResearchService } from '../ports/research-service.ts';
import { BENCH_CORPUS, type EngineBench, type EngineBenchOptions, openEngineBench } from './engine-bench.ts';
import { createReader, readerReply } from './research.ts';
import { waitFor } from './wait-for.ts';

/** Time as it passes: leases are about who is slower. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
};

/** Short, so that tests do not wait; long enough for a busy machine. */
export const QUICK = { leaseMs: 400, renewMs: 100, sweepMs: 60, pollMs: 30 } as const;

export const CALLER = { tenant: 'tenant' };

/** What the bench's corpus answers, as documents sent along. */
export const DOCUMENTS = BENCH_CORPUS.documents.map(({ uri, text }) => ({ uri, text }));
export const JOB: ResearchJob = { question: 'When was the canal at Brackwater opened?', documents: DOCUMENTS };

export interface ServiceBench extends EngineBench {
  readonly service: RunningService;
  /** Errors that nobody waited for. */
  readonly errors: readonly unknown[];
  /** Another process on the same store and queue. */
  open(change?: Partial<ResearchServiceDeps>): RunningService;
}

/** Services over the engine bench: everything in memory, models scripted, time real. */
export async function openServiceBench(
  options: Partial<EngineBenchOptions> = {},
  change: Partial<ResearchServiceDeps> = {},
): Promise<ServiceBench> {
  const bench = await openEngineBench({ models: { reader: createReader() }, ...options, deps: { clock: realClock, ...options.deps } });
  const { plugins, scorer, seed } = bench.request;
  const services: RunningService[] = [];
  const errors: unknown[] = [];
  let ids = 0;
  const open = (own: Partial<ResearchServiceDeps> = {}): RunningService => {
    const owner = `process-${services.length + 1}`;
    const service = createResearchService({
      ...bench.deps,
      newId: () => `run-${++ids}`,
      owner,
      defaults: { plugins, scorer, seed },
      estimate: () => Promise.reject(new Error('No estimate is expected.')),
      timing: QUICK,
      onError: (error) => errors.push(error),
      ...own,
    });
    services.push(service);
    return service;
  };
  const service = open(change);
  return {
    ...bench,
    service,
    errors,
    open,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(services.map((each) => each[Symbol.asyncDispose]()));
      await bench[Symbol.asyncDispose]();
    },
  };
}

/** Waits until the run is over. */
export function ended(service: ResearchService, runId: string, caller = CALLER): Promise<RunState> {
  return waitFor(`the end of ${runId}`, async () => {
    const { status } = await service.summary(caller, runId);
    return status === 'queued' || status === 'in_progress' ? undefined : service.read(caller, runId);
  });
}

/** A model that answers only once it is let go. */
export function createHeldReader() {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const model = createReader({ reply: (_request, prompt) => held.then(() => readerReply(prompt)) });
  return { model, release, asked: () => waitFor('a call', async () => (model.calls.generate.length > 0 ? true : undefined)) };
}
