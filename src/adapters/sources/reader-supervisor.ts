import { IsthmusError } from '../../domain/errors.ts';
import type { Extracted } from './formats/format.ts';
import { formatBytes, MIB, type ReadLimits } from './limits.ts';
import type { ReadJob } from './protocol.ts';
import { ReaderProcess } from './reader-process.ts';

type Outcome = Extracted | { readonly reason: string };

/** How often memory is looked at, milliseconds: a process that allocates as fast as it can gets past its bound by what fits in between. */
const WATCH_MS = 100;
/** A machine with every core busy takes this long to start a process in the worst case, milliseconds. */
const START_MS = 60_000;
/** Of the bound: the rest is what lies outside the heap, buffers and the program itself. */
const HEAP_SHARE = 0.75;
/** A process that holds more than this share of its bound after a source is replaced, so that the next one is not blamed for it. */
const KEEP_SHARE = 0.5;

/** Keeps one reading process and gives it one source at a time. Whatever becomes of it is a reason for the source it had. */
export class ReaderSupervisor implements AsyncDisposable {
  readonly #limits: ReadLimits;
  readonly #closing = new AbortController();
  #process: ReaderProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(limits: ReadLimits) {
    this.#limits = limits;
  }

  /** @throws IsthmusError `aborted` */
  extract(job: ReadJob, signal: AbortSignal): Promise<Outcome> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const turn = this.#last.then(() => this.#run(job, either));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#last;
    await this.#process?.kill();
    this.#process = undefined;
  }

  async #run(job: ReadJob, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) throw aborted(signal);
    if (this.#process === undefined || this.#process.hasEnded) this.#process = new ReaderProcess(this.#limits.maxMemoryBytes * HEAP_SHARE);
    const process = this.#process;
    process.hold(true);
    try {
      const outcome = await this.#exchange(process, job, signal);
      if (((await process.residentBytes()) ?? 0) > this.#limits.maxMemoryBytes * KEEP_SHARE) await process.kill();
      return outcome;
    } catch (error) {
      await process.kill();
      if (error instanceof IsthmusError && error.code === 'invalid-input') return { reason: error.message };
      throw error;
    } finally {
      process.listen(undefined);
      process.hold(false);
    }
  }

  /** Resolves with what the process says; rejects with a reason when it has to be killed. */
  #exchange(process: ReaderProcess, job: ReadJob, signal: AbortSignal): Promise<Outcome> {
    const { promise, resolve, reject } = withResolvers<Outcome>();
    const fail = (reason: string): void => reject(new IsthmusError('invalid-input', reason));
    const outOfMemory = `needed more than ${formatBytes(this.#limits.maxMemoryBytes)} of memory`;
    const onAbort = (): void => reject(aborted(signal));
    let timer = setTimeout(() => fail('was not read: the process that reads did not start'), START_MS);
    const begin = (): void => {
      clearTimeout(timer);
      const allowed = this.#timeFor(job);
      timer = setTimeout(() => fail(`took longer than ${Math.round(allowed / 100) / 10} s`), allowed);
      process.send(job);
    };
    const watch = setInterval(() => {
      void process.residentBytes().then((bytes) => {
        if (bytes !== undefined && bytes > this.#limits.maxMemoryBytes) fail(outOfMemory);
      });
    }, WATCH_MS);
    signal.addEventListener('abort', onAbort, { once: true });
    process.listen((event) => {
      if (event.type === 'ready') begin();
      else if (event.type === 'ended') fail(event.wasHeap ? outOfMemory : `ended the process that read it (${event.words})`);
      else if (event.type === 'unreadable') resolve({ reason: event.reason });
      else resolve({ text: event.text, marks: event.marks.map(withoutAbsent), ...(event.title !== undefined && { title: event.title }) });
    });
    if (process.hasEnded) fail('ended the process that read it');
    else if (process.isReady) begin();
    return promise.finally(() => {
      clearTimeout(timer);
      clearInterval(watch);
      signal.removeEventListener('abort', onAbort);
    });
  }

  #timeFor({ input }: ReadJob): number {
    return this.#limits.timeoutMs * (1 + Math.max(0, input.bytes.length / MIB - 1) / 60);
  }
}

function withoutAbsent({ level, ...mark }: Omit<Extracted['marks'][number], 'level'> & { readonly level?: number | undefined }) {
  return level === undefined ? mark : { ...mark, level };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: IsthmusError) => void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: IsthmusError) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

function aborted(signal: AbortSignal): IsthmusError {
  return new IsthmusError('aborted', 'Reading the sources was stopped.', { cause: signal.reason });
}
