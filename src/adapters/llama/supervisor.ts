import { type ErrorCode, fromErrorRecord, IsthmusError } from '../../domain/errors.ts';
import { createDeferred, type Deferred } from './deferred.ts';
import { ModelProcess, type ProcessEnd } from './model-process.ts';
import { type Call, fromChildSchema, type LoadOptions, type ProcessStatus, statusSchema, type ToChild } from './protocol.ts';

const MIB = 2 ** 20;
/** Between two looks at a process's memory. */
const CHECK_MS = 5_000;

/** When a process is replaced that is well otherwise. */
export interface Recycling {
  /** It may grow by so much over what it had when it was loaded; absent: without bound. */
  readonly growthMiB?: number;
  readonly checkMs?: number;
  /** Another program in the place of the child's, for tests. */
  readonly entry?: string;
}

/** A process that was started: loading, then ready. Replaced as a whole when it dies. */
interface Running {
  readonly process: ModelProcess;
  readonly pending: Map<number, Deferred<unknown>>;
  readonly ready: Promise<ProcessStatus>;
  /** Of callers who wait for the loading or for an answer. */
  calls: number;
}

/**
 * Keeps one model process: starts it at the first call, passes calls and cancellations, and when it dies fails the calls in
 * flight as `model-crashed` and starts another at the next call. The native library can abort its process; it must take
 * nothing else with it.
 */
export class ModelSupervisor implements AsyncDisposable {
  readonly #load: LoadOptions;
  readonly #name: string;
  #running: Running | undefined;
  #sequences: number | undefined;
  readonly #recycling: Recycling;
  #loadedBytes = 0;
  #checkedAt = 0;
  /** Every process that may still live, also one that is being discarded. */
  readonly #processes = new Set<ModelProcess>();
  #isClosed = false;
  #nextId = 1;

  constructor(name: string, load: LoadOptions, recycling: Recycling = {}) {
    this.#recycling = recycling;
    this.#name = name;
    this.#load = load;
  }

  /** Of the process that was loaded last; undefined before the first. */
  get sequences(): number | undefined {
    return this.#sequences;
  }

  get pid(): number | undefined {
    return this.#running?.process.pid;
  }

  /** Sends one call and waits for its answer; an abort is passed on, and the call rejects once the process has stopped working on it. */
  async call(call: Call, signal?: AbortSignal): Promise<unknown> {
    if (signal?.aborted === true) throw aborted();
    const running = this.#start();
    running.process.hold();
    running.calls += 1;
    try {
      await untilAborted(running.ready, signal);
      return await this.#exchange(running, call, signal);
    } finally {
      running.calls -= 1;
      running.process.release();
      if (running.pending.size === 0) void this.#checkMemory(running).catch(() => undefined);
    }
  }

  /** Ends the process; the next call starts another. Where a call is in flight it stays, and the answer is false. */
  async unload(): Promise<boolean> {
    if (this.#running !== undefined && this.#running.calls > 0) return false;
    await this.#discard();
    return true;
  }

  /** Between calls: a process that has grown too much is replaced by the next one. */
  async #checkMemory(running: Running): Promise<void> {
    const { growthMiB, checkMs = CHECK_MS } = this.#recycling;
    if (growthMiB === undefined || Date.now() - this.#checkedAt < checkMs || running !== this.#running) return;
    this.#checkedAt = Date.now();
    const { rssBytes } = statusSchema.parse(await this.#exchange(running, { op: 'status' }, undefined));
    const isIdle = running === this.#running && running.pending.size === 0;
    if (isIdle && rssBytes - this.#loadedBytes > growthMiB * MIB) await this.#discard();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#processes].map(close));
  }

  #exchange(running: Running, call: Call, signal: AbortSignal | undefined): Promise<unknown> {
    const id = this.#nextId;
    this.#nextId += 1;
    const cancel = (): void => running.process.send({ type: 'cancel', id } satisfies ToChild);
    const answer = createDeferred<unknown>();
    running.pending.set(id, answer);
    signal?.addEventListener('abort', cancel, { once: true });
    if (running.process.hasEnded) answer.reject(this.#crashed());
    running.process.send({ type: 'call', id, call } satisfies ToChild);
    if (signal?.aborted === true) cancel();
    return answer.promise.finally(() => {
      running.pending.delete(id);
      signal?.removeEventListener('abort', cancel);
    });
  }

  #start(): Running {
    if (this.#isClosed) throw this.#closed();
    if (this.#running !== undefined) return this.#running;
    const pending = new Map<number, Deferred<unknown>>();
    const loading = createDeferred<ProcessStatus>();
    const process = new ModelProcess(this.#recycling.entry, (message) => this.#receive(message, pending, loading));
    const running: Running = { process, pending, ready: loading.promise, calls: 0 };
    // A failed load reaches whoever awaits `ready`; nobody may be waiting any more.
    loading.promise.catch(() => undefined);
    let isReady = false;
    loading.promise.then(
      () => {
        isReady = true;
      },
      () => undefined,
    );
    void process.ended.then((end) => {
      this.#processes.delete(process);
      if (this.#running === running) this.#running = undefined;
      const error = this.#isClosed ? this.#closed() : isReady ? this.#crashed(end) : this.#diedLoading(end);
      loading.reject(error);
      for (const { reject } of pending.values()) reject(error);
    });
    this.#processes.add(process);
    process.send({ type: 'load', load: this.#load } satisfies ToChild);
    this.#running = running;
    return running;
  }

  #receive(message: unknown, pending: Map<number, Deferred<unknown>>, loading: Deferred<ProcessStatus>): void {
    const parsed = fromChildSchema.safeParse(message);
    if (!parsed.success) return;
    const reply = parsed.data;
    switch (reply.type) {
      case 'ready':
        this.#sequences = reply.status.sequences;
        this.#loadedBytes = reply.status.rssBytes;
        loading.resolve(reply.status);
        return;
      case 'load-failed':
        loading.reject(fromErrorRecord(reply.error));
        void this.#discard();
        return;
      case 'result':
        pending.get(reply.id)?.resolve(reply.value);
        return;
      case 'error':
        pending.get(reply.id)?.reject(fromErrorRecord(reply.error));
    }
  }

  /** A process that could not load is of no use; the next call tries afresh. */
  async #discard(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running !== undefined) await close(running.process);
  }

  #closed(): IsthmusError {
    return new IsthmusError('aborted', `The model ${this.#name} was closed.`);
  }

  #crashed(end?: ProcessEnd): IsthmusError {
    return this.#death('model-crashed', 'died', end, true);
  }

  /** The kernel kills for memory with SIGKILL, which may pass; any other death while loading would only repeat itself. */
  #diedLoading(end: ProcessEnd): IsthmusError {
    const wasKilled = end.signal === 'SIGKILL';
    return this.#death(wasKilled ? 'model-crashed' : 'model-load-failed', 'died while loading', end, wasKilled);
  }

  #death(code: ErrorCode, what: string, end: ProcessEnd | undefined, isRetryable: boolean): IsthmusError {
    const how = end === undefined ? 'before the call' : end.signal === null ? `with exit code ${end.code}` : `by ${end.signal}`;
    const words = end === undefined || end.stderr === '' ? '' : ` Its last words: ${end.stderr.slice(-400)}`;
    const details = { signal: end?.signal ?? null, exitCode: end?.code ?? null };
    return new IsthmusError(code, `The process of model ${this.#name} ${what} ${how}.${words}`, { isRetryable, details });
  }
}

function close(process: ModelProcess): Promise<void> {
  return process.close({ type: 'close' } satisfies ToChild);
}

function aborted(): IsthmusError {
  return new IsthmusError('aborted', 'The call was aborted.');
}

/** Waits for a promise that has no signal of its own. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const stop = createDeferred<never>();
  const onAbort = (): void => stop.reject(aborted());
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, stop.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
