import { IsthmusError } from '../../domain/errors.ts';
import { checkAborted, commonPrefix } from './prefill.ts';

/** What the choice looks at: the tokens whose keys and values a sequence holds. */
interface HoldsTokens {
  readonly contextTokens: readonly number[];
}

interface Waiter<Sequence> {
  readonly tokens: readonly number[];
  readonly resolve: (sequence: Sequence) => void;
}

/**
 * The sequences of one context. A call gets the free one whose KV holds the longest prefix of its prompt, so that a document
 * read for a compression serves its scoring and the next question; otherwise the one unused for longest. A prefix that is less than
 * half of what a sequence holds does not count: all prompts of a model begin alike, and for those few tokens a document would be
 * forgotten that another call comes back to, while other sequences are empty.
 */
export class SequencePool<Sequence extends HoldsTokens> {
  /** Longest unused first. */
  readonly #free: Sequence[];
  readonly #waiters: Waiter<Sequence>[] = [];
  readonly #size: number;

  constructor(sequences: readonly Sequence[]) {
    this.#free = [...sequences];
    this.#size = sequences.length;
  }

  get busy(): number {
    return this.#size - this.#free.length;
  }

  /** Runs `work` on a sequence of its own; first come, first served. Throws `aborted` while waiting. */
  async use<T>(tokens: readonly number[], signal: AbortSignal, work: (sequence: Sequence) => Promise<T>): Promise<T> {
    checkAborted(signal);
    const sequence = this.#take(tokens) ?? (await this.#wait(tokens, signal));
    try {
      return await work(sequence);
    } finally {
      this.#release(sequence);
    }
  }

  #take(tokens: readonly number[]): Sequence | undefined {
    let best: { readonly index: number; readonly shared: number } | undefined;
    this.#free.forEach((sequence, index) => {
      const held = sequence.contextTokens;
      const prefix = commonPrefix(held, tokens);
      const shared = prefix * 2 >= held.length ? prefix : 0;
      if (best === undefined || shared > best.shared) best = { index, shared };
    });
    return best === undefined ? undefined : this.#free.splice(best.index, 1)[0];
  }

  #wait(tokens: readonly number[], signal: AbortSignal): Promise<Sequence> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(new IsthmusError('aborted', 'The call was aborted while it waited for a free sequence.'));
      };
      const waiter: Waiter<Sequence> = {
        tokens,
        resolve: (sequence) => {
          signal.removeEventListener('abort', onAbort);
          resolve(sequence);
        },
      };
      this.#waiters.push(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #release(sequence: Sequence): void {
    this.#free.push(sequence);
    const waiter = this.#waiters[0];
    const next = waiter === undefined ? undefined : this.#take(waiter.tokens);
    if (waiter === undefined || next === undefined) return;
    this.#waiters.shift();
    waiter.resolve(next);
  }
}
