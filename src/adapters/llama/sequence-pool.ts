import { IsthmusError } from '../../domain/errors.ts';
import { checkAborted, commonPrefix } from './prefill.ts';

/** What the choice looks at: the tokens whose keys and values a sequence holds. */
interface HoldsTokens {
  readonly contextTokens: readonly number[];
}

interface Waiter<Sequence> {
  readonly tokens: readonly number[];
  readonly options: UseOptions;
  readonly resolve: (sequence: Sequence) => void;
}

/** Reading so many tokens again is cheaper than to wait for the call that reads them. */
const WORTH_WAITING_TOKENS = 64;

export interface UseOptions {
  /**
   * Whether the call waits for another such call that reads most of its prompt, rather than read it again beside it. Right for generating where
   * sequences take turns anyway, as on a processor: five questions over one document at once took 5.6 times as long as one, and in turn
   * 1.3 times. Wrong for scoring, whose calls are long and gain from being in step.
   */
  readonly sharesReading?: boolean;
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
  /** What calls that share their reading have read or will. */
  readonly #reading = new Map<Sequence, readonly number[]>();

  constructor(sequences: readonly Sequence[]) {
    this.#free = [...sequences];
    this.#size = sequences.length;
  }

  get busy(): number {
    return this.#size - this.#free.length;
  }

  /** Runs `work` on a sequence of its own; first come, first served. Throws `aborted` while waiting. */
  async use<T>(
    tokens: readonly number[],
    signal: AbortSignal,
    work: (sequence: Sequence) => Promise<T>,
    options: UseOptions = {},
  ): Promise<T> {
    checkAborted(signal);
    const sequence = this.#take(tokens, options) ?? (await this.#wait({ tokens, options }, signal));
    try {
      return await work(sequence);
    } finally {
      this.#release(sequence);
    }
  }

  /** The best of the free sequences; undefined where there is none, or where another call is reading most of the same. */
  #take(tokens: readonly number[], { sharesReading = false }: UseOptions): Sequence | undefined {
    let best: { readonly index: number; readonly shared: number } | undefined;
    this.#free.forEach((sequence, index) => {
      const held = sequence.contextTokens;
      const prefix = commonPrefix(held, tokens);
      const shared = prefix * 2 >= held.length ? prefix : 0;
      if (best === undefined || shared > best.shared) best = { index, shared };
    });
    if (best === undefined || (sharesReading && this.#isWorthWaiting(tokens, best.shared))) return undefined;
    const [sequence] = this.#free.splice(best.index, 1);
    if (sharesReading && sequence !== undefined) this.#reading.set(sequence, tokens);
    return sequence;
  }

  #isWorthWaiting(tokens: readonly number[], shared: number): boolean {
    const least = Math.max(tokens.length / 2, shared + WORTH_WAITING_TOKENS);
    return [...this.#reading.values()].some((read) => commonPrefix(read, tokens) >= least);
  }

  #wait(call: Pick<Waiter<Sequence>, 'tokens' | 'options'>, signal: AbortSignal): Promise<Sequence> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(new IsthmusError('aborted', 'The call was aborted while it waited for a free sequence.'));
      };
      const waiter: Waiter<Sequence> = {
        ...call,
        resolve: (sequence) => {
          signal.removeEventListener('abort', onAbort);
          resolve(sequence);
        },
      };
      this.#waiters.push(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** First come, first served; but whoever still waits for what another call reads lets those behind go ahead. */
  #release(sequence: Sequence): void {
    this.#reading.delete(sequence);
    this.#free.push(sequence);
    for (const waiter of [...this.#waiters]) {
      if (this.#free.length === 0) return;
      const next = this.#take(waiter.tokens, waiter.options);
      if (next === undefined) continue;
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      waiter.resolve(next);
    }
  }
}
