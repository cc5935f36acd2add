import { type ErrorCode, fromErrorRecord, IsthmusError } from '../../domain/errors.ts';
import { createDeferred, type Deferred } from './deferred.ts';
import { ModelProcess, type ProcessEnd } from './model-process.ts';
import { type Call, fromChildSchema, type LoadOptions, type ProcessStatus, type ToChild } from './protocol.ts';

/** A process that was started: loading, then ready. Replaced as a whole when it dies. */
interface Running {
  readonly process: ModelProcess;
  readonly pending: Map<number, Deferred<unknown>>;
  readonly ready: Promise<ProcessStatus>;
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
  /** Every process that may still live, also one that is being discarded. */
  readonly #processes = new Set<ModelProcess>();
  #isClosed = false;
  #nextId = 1;

  constructor(name: string, load: LoadOptions) {
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
    try {
      await untilAborted(running.ready, signal);
      return await this.#exchange(running, call, signal);
    } finally {
      running.process.release();
    }
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
    const process = new ModelProcess((message) => this.#receive(message, pending, loading));
    const running: Running = { process, pending, ready: loading.promise };
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
