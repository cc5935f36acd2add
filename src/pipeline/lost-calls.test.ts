import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { spentOf } from '../domain/budget.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { RunState, StoredEvent } from '../domain/run.ts';
import { foldRun } from '../domain/run-reducer.ts';
import type { JobHandler } from '../ports/job-queue.ts';
import { asRemote, type EngineBench, openEngineBench } from '../testing/engine-bench.ts';
import { createReader, expectConsistent, never, readerReply } from '../testing/research.ts';
import { createScriptedModel } from '../testing/scripted-model.ts';
import { waitFor } from '../testing/wait-for.ts';
import { doJob } from './do-work.ts';
import { STOP } from './stop.ts';
import { parseJobPayload } from './work.ts';

const TABLE = { source: 'test', priceOf: () => ({ inputUsdPerToken: 0.001, outputUsdPerToken: 0.002 }) };

interface Remote {
  readonly bench: EngineBench;
  readonly work: JobHandler;
  /** Calls that have reached the provider, each of which it may bill. */
  calls(): number;
}

/** A run whose predictor is remote. The test says what the provider does with each call, and consumes `predict` itself. */
async function openRemote(provider: (call: number) => Promise<string> | 'answers'): Promise<Remote> {
  let calls = 0;
  const writer = createScriptedModel({
    reply: (_request, prompt) => {
      const done = provider(++calls);
      return done === 'answers' ? readerReply(prompt) : done;
    },
  });
  const bench = await openEngineBench({
    models: { reader: createReader(), writer: asRemote(writer) },
    pricing: { table: TABLE },
    concurrency: 0,
  });
  const work: JobHandler = (payload, context) => doJob(parseJobPayload(payload), bench.deps, context);
  for (const name of ['compress', 'score']) await bench.deps.queue.consume(name, { concurrency: 2 }, work);
  return { bench, work, calls: () => calls };
}

/** What one prediction of this corpus sets aside, in micro-dollars: read off a run that had no limit. */
async function reservation(): Promise<number> {
  const { bench, work } = await openRemote(() => 'answers');
  await bench.deps.queue.consume('predict', { concurrency: 1 }, work);
  const state = await bench.engine.advance(await bench.submit(), never());
  return state.steps.get('predict')?.planned.reserved?.microUsd ?? Number.NaN;
}

/** A worker is stopped in the middle of the remote call; its job goes back into the queue, and another worker takes it. */
async function loseWorker(remote: Remote, limits: { readonly microUsd?: number }): Promise<RunState> {
  const { bench, work, calls } = remote;
  const worker = await bench.deps.queue.consume('predict', { concurrency: 1 }, work);
  const advance = bench.engine.advance(await bench.submit({ limits }), never());
  await waitFor('the remote call', async () => (calls() === 1 ? true : undefined));
  await worker.close();
  await bench.deps.queue.consume('predict', { concurrency: 1 }, work);
  return advance;
}

const kinds = ({ ledger }: RunState) => ledger.filter(({ role }) => role === 'predict').map(({ kind }) => kind);

describe('a remote call that is cut off with its worker', () => {
  const stuckOnce = (call: number) => (call === 1 ? new Promise<string>(() => {}) : ('answers' as const));

  it('is not made again where the limit has no room for another reservation: the run ends incomplete, within its limit', async () => {
    const microUsd = Math.ceil((await reservation()) * 1.5);
    const remote = await openRemote(stuckOnce);
    const state = await loseWorker(remote, { microUsd });
    expect(state).toMatchObject({ status: 'incomplete' });
    expect(state.report).toBeDefined();
    expect(remote.calls()).toBe(1);
    expect(kinds(state)).toEqual(['unknown']);
    expect(spentOf(state.ledger).microUsd).toBeLessThanOrEqual(microUsd);
    await expectConsistent(remote.bench, state);
  });

  it('is asked for again where it was another run that has stopped the job', async () => {
    const { bench, work, calls } = await openRemote(stuckOnce);
    await bench.deps.queue.consume('predict', { concurrency: 1 }, work);
    const runId = await bench.submit();
    const advance = bench.engine.advance(runId, never());
    await waitFor('the remote call', async () => (calls() === 1 ? true : undefined));
    const { steps } = foldRun(runId, await bench.deps.runs.readEvents(runId, 0));
    await bench.deps.queue.cancel('predict', [steps.get('predict')?.planned.jobId ?? '']);
    const state = await advance;
    expect(state).toMatchObject({ status: 'completed', epoch: 0 });
    expect(calls()).toBe(2);
    expect(kinds(state)).toEqual(['unknown', 'call']);
    await expectConsistent(bench, state);
  });

  it('is made once more under a reservation of its own where there is room', async () => {
    const microUsd = (await reservation()) * 3;
    const remote = await openRemote(stuckOnce);
    const state = await loseWorker(remote, { microUsd });
    expect(state).toMatchObject({ status: 'completed', epoch: 0 });
    expect(remote.calls()).toBe(2);
    expect(kinds(state)).toEqual(['unknown', 'call']);
    expect(spentOf(state.ledger).microUsd).toBeLessThanOrEqual(microUsd);
    await expectConsistent(remote.bench, state);
  });
});

describe('a remote call that ends without an answer', () => {
  const unanswered = () =>
    Promise.reject(new IsthmusError('provider-timeout', 'It sent nothing in time.', { details: { billed: 'unknown' } }));

  it('is entered as unknown and asked for again, not repeated by the queue under the same reservation', async () => {
    const { bench, work, calls } = await openRemote((call) => (call === 1 ? unanswered() : 'answers'));
    await bench.deps.queue.consume('predict', { concurrency: 1 }, work);
    const state = await bench.engine.advance(await bench.submit(), never());
    expect(state.status).toBe('completed');
    expect(calls()).toBe(2);
    expect(kinds(state)).toEqual(['unknown', 'call']);
    await expectConsistent(bench, state);
  });

  it('is given up after three calls, each of which is in the ledger', async () => {
    const { bench, work, calls } = await openRemote(unanswered);
    await bench.deps.queue.consume('predict', { concurrency: 1 }, work);
    const state = await bench.engine.advance(await bench.submit(), never());
    expect(state).toMatchObject({ status: 'failed', error: { code: 'provider-timeout' } });
    expect(calls()).toBe(3);
    expect(kinds(state)).toEqual(['unknown', 'unknown', 'unknown']);
    await expectConsistent(bench, state);
  });

  it('keeps to its limit also then: what has no room is not asked for again', async () => {
    const microUsd = Math.ceil((await reservation()) * 2.5);
    const { bench, work, calls } = await openRemote(unanswered);
    await bench.deps.queue.consume('predict', { concurrency: 1 }, work);
    const state = await bench.engine.advance(await bench.submit({ limits: { microUsd } }), never());
    expect(calls()).toBe(2);
    expect(state.status).toBe('incomplete');
    expect(spentOf(state.ledger).microUsd).toBeLessThanOrEqual(microUsd);
  });

  it('is repeated by the queue where it was certainly not billed', async () => {
    const refused = () => Promise.reject(new IsthmusError('provider-unavailable', 'Too many requests.', { details: { billed: 'no' } }));
    const { bench, work, calls } = await openRemote((call) => (call < 3 ? refused() : 'answers'));
    await bench.deps.queue.consume('predict', { concurrency: 1 }, work);
    const state = await bench.engine.advance(await bench.submit(), never());
    expect(state.status).toBe('completed');
    expect(calls()).toBe(3);
    expect(kinds(state)).toEqual(['call']);
  });

  /** The first call is lost; `between` happens while the second is under way, and then another run asks the same. */
  const shareAfterLoss = async (between: (bench: EngineBench, events: readonly StoredEvent[]) => Promise<void> = async () => {}) => {
    const held: (() => void)[] = [];
    const answer = (call: number) =>
      new Promise<string>((resolve) => held.push(() => resolve(`It was so [1].${' So it was.'.repeat(call)}`)));
    const { bench, work, calls } = await openRemote((call) => (call === 1 ? unanswered() : answer(call)));
    await bench.deps.queue.consume('predict', { concurrency: 2 }, work);
    const runId = await bench.submit();
    const first = bench.engine.advance(runId, never());
    await waitFor('the second call', async () => (held.length === 1 ? true : undefined));
    await between(bench, await bench.deps.runs.readEvents(runId, 0));
    const otherId = await bench.submit();
    const second = bench.engine.advance(otherId, never());
    await waitFor('the other run to wait', async () => {
      const { pending } = foldRun(otherId, await bench.deps.runs.readEvents(otherId, 0));
      return pending.has('predict') ? true : undefined;
    });
    return { bench, calls, held, ends: Promise.all([first, second]) };
  };

  it('is waited for where it is under way though another run has stored a result meanwhile: it will be billed', async () => {
    let release = () => {};
    const late = new Promise<string>((resolve) => {
      release = () => resolve('It was so [1].');
    });
    const { bench, work, calls } = await openRemote(() => late);
    await bench.deps.queue.consume('predict', { concurrency: 1 }, work);
    const runId = await bench.submit();
    const leave = new AbortController();
    const left = bench.engine.advance(runId, { signal: leave.signal });
    await waitFor('the remote call', async () => (calls() === 1 ? true : undefined));
    leave.abort(STOP.leave);
    const stepKey = (await left).steps.get('predict')?.planned.stepKey ?? '';
    const draft = { status: 'answered', text: 'It was otherwise.', form: 'template', citations: [] } as const;
    const other = {
      runId: await bench.submit(),
      expectedSequence: 1,
      events: [],
      steps: [{ stepKey, result: { kind: 'predict', draft } as const, ledger: [] }],
    };
    expect(await bench.deps.runs.commit(other)).toMatchObject({ type: 'committed' });
    const again = bench.engine.advance(runId, never());
    // Whoever took the stored result would be over by now.
    await Promise.race([again, delay(200)]);
    release();
    const state = await again;
    expect(state).toMatchObject({ status: 'completed', report: { text: 'It was otherwise.' } });
    expect(kinds(state)).toEqual(['call']);
  });

  it('is made again once for all runs that ask for it, also for one that has lost none', async () => {
    const { bench, calls, held, ends } = await shareAfterLoss();
    for (const release of held) release();
    const states = await ends;
    expect(states.map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(calls()).toBe(2);
    expect(states.flatMap(kinds).sort()).toEqual(['cache', 'call', 'unknown']);
    for (const state of states) await expectConsistent(bench, state);
  });

  it('is entered for each run that asked again in a job of its own, where the queue has forgotten that the first failed', async () => {
    const { bench, calls, held, ends } = await shareAfterLoss(async ({ deps }, events) => {
      const planned = events.flatMap(({ event }) => (event.type === 'steps-planned' ? event.steps : []));
      await deps.queue.remove(
        'predict',
        planned.flatMap(({ jobId = [] }) => jobId),
      );
    });
    await waitFor('a call for the other run', async () => (held.length === 2 ? true : undefined));
    for (const release of held) release();
    const states = await ends;
    expect(calls()).toBe(3);
    expect(states.flatMap(kinds)).toEqual(['unknown', 'call', 'call']);
    expect(states[0]?.report).toEqual(states[1]?.report);
    for (const state of states) await expectConsistent(bench, state);
  });
});
