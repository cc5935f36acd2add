import type { EgressRecord } from '../domain/egress.ts';
import { IsthmusError, toErrorRecord } from '../domain/errors.ts';
import type { GatherResult, GatherStep } from '../domain/gathering.ts';
import type { StepOutcome } from '../domain/step.ts';
import { frozenReaders, timeIsOver } from './gather-plan.ts';
import { type GatherDoors, type GatheredSources, gatherSources } from './gather-sources.ts';
import { chunkLimitOf, cut } from './ingest.ts';
import { searchesByVectors } from './retrieve-step.ts';
import type { EngineDeps, Session } from './session.ts';

export interface GatherAttempt {
  /** Absent where the advance was told to stop: the step is left as it is, for whoever goes on with the run. */
  readonly outcome?: StepOutcome;
  /** All that was asked of the web. */
  readonly egress: readonly EgressRecord[];
}

const TIME_IS_OVER = Symbol('the time limit');

/** Gathers the sources and stores them as the tenant's corpus, within the run's time. A gathering that fails is a failed step. */
export async function tryGather(session: Session, step: GatherStep): Promise<GatherAttempt> {
  const egress: EgressRecord[] = [];
  const stop = armStop(session);
  try {
    const work = gather(session, step, { signal: stop.signal, onEgress: (record) => egress.push(record) });
    const result = await Promise.race([work, stop.stopped]);
    return { outcome: { status: 'done', result: { ...result, egress: [...egress] }, isCached: false }, egress: [...egress] };
  } catch (error) {
    if (stop.signal.reason === TIME_IS_OVER) return failed(timeIsOver(session.state.spec), egress);
    return stop.signal.aborted ? { egress: [...egress] } : failed(error, egress);
  } finally {
    stop.disarm();
  }
}

function failed(error: unknown, egress: readonly EgressRecord[]): GatherAttempt {
  return { outcome: { status: 'failed', error: toErrorRecord(error) }, egress: [...egress] };
}

interface Stop {
  readonly signal: AbortSignal;
  /** Rejects when the signal is given: a page that hears nothing holds nobody up. */
  readonly stopped: Promise<never>;
  disarm(): void;
}

/** Told to stop by whoever advances the run, or by its time limit. */
function armStop({ deps: { clock }, signal, state }: Session): Stop {
  const controller = new AbortController();
  const stopped = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(new IsthmusError('aborted', 'Gathering the sources was stopped.')));
  });
  // Whoever has won the race does not listen any more.
  stopped.catch(() => {});
  const forward = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  if (signal?.aborted) forward();
  const nap = new AbortController();
  const { durationMs } = state.spec.limits;
  if (durationMs !== undefined)
    void clock.sleep(Math.max(0, state.startedAt + durationMs - clock.now()), nap.signal).then(() => {
      if (!nap.signal.aborted) controller.abort(TIME_IS_OVER);
    });
  return {
    signal: controller.signal,
    stopped,
    disarm: () => {
      signal?.removeEventListener('abort', forward);
      nap.abort();
    },
  };
}

type GatherCall = Parameters<typeof gatherSources>[2];

async function gather(session: Session, step: GatherStep, call: Omit<GatherCall, 'tenant'>): Promise<Omit<GatherResult, 'egress'>> {
  const { deps, state } = session;
  const { tenant } = state.spec;
  const gathered = await gatherSources(step, doorsOf(deps), { ...call, tenant });
  if (gathered.documents.length === 0) throw nothingGathered(gathered);
  const limits = await Promise.all((await frozenReaders(state.spec, deps)).map(chunkLimitOf));
  const frozen = limits.map((limit) => ({ ...limit, maxTokens: step.chunkTokens[limit.modelName] ?? limit.maxTokens }));
  const corpus = await cut(gathered.documents, frozen, { signal: call.signal, pause: () => deps.clock.sleep(0) });
  if (call.signal.aborted) throw new IsthmusError('aborted', 'Gathering the sources was stopped.');
  await deps.documents.saveCorpus(corpus);
  await deps.documents.grantCorpus(corpus.id, tenant);
  if (searchesByVectors(state.spec.retriever, deps.registry)) await deps.vectors?.add(corpus.chunks, { signal: call.signal });
  return { kind: 'gather', corpusId: corpus.id, sources: gathered.sources, searches: gathered.searches };
}

/** @throws IsthmusError `capability-missing` */
export function doorsOf({ web, reader }: Pick<EngineDeps, 'web' | 'reader'>): GatherDoors {
  if (web !== undefined && reader !== undefined) return { web, reader };
  throw new IsthmusError('capability-missing', 'This process has no door to the web, so it can gather no sources. Give the run documents.');
}

/** They are sentences, and stand in one here. */
const withoutStop = (reason: string): string => reason.replace(/\.+$/, '');

/** Reasons that are told in the message; all of them are in its details. */
const TOLD = 10;

function nothingGathered({ sources, searches }: GatheredSources): IsthmusError {
  const reasons = [
    ...searches.map(({ query, reason = 'it found no page' }) => `the search ${JSON.stringify(query)}: ${reason}`),
    ...sources.map(({ url, reason }) => `${url}: ${reason}`),
  ].filter((_reason, i) => i >= searches.length || searches[i]?.reason !== undefined || searches[i]?.hits === 0);
  const more = reasons.length > TOLD ? `; and ${reasons.length - TOLD} more` : '';
  return new IsthmusError(
    'not-found',
    `None of the sources could be gathered. ${reasons.slice(0, TOLD).map(withoutStop).join('; ')}${more}.`,
    {
      details: { sources, searches },
    },
  );
}
