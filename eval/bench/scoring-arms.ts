import type { Token } from 'node-llama-cpp';
import { Engine } from '../../src/adapters/llama/engine.ts';
import { type LoadedModel, loadModel } from '../../src/adapters/llama/loading.ts';
import { prefill } from '../../src/adapters/llama/prefill.ts';
import type { Sequence } from '../../src/adapters/llama/sequence.ts';
import type { ScoringMaterial } from './scoring-material.ts';

/** Columns at once: as many score jobs as a worker does by default. */
const COLUMNS_AT_ONCE = 4;

/** Milliseconds of each way to do the same work, in one repetition. */
export interface ArmTimes {
  /** Every context read once. */
  readonly prefill: number;
  /** Every summary scored under every context, on top of that. */
  readonly scored: number;
  /** The same, one context after the other. */
  readonly serial: number;
  /** The same batches evaluated up to the logits, of which nothing is read. */
  readonly unread: number;
  /** The same tokens evaluated, without even the logits. */
  readonly bare: number;
  /** For each cell alone, its context and then its summary; by the mean of those that were read again. */
  readonly reread: number;
  /** Token evaluations of `prefill` and `scored` together, by the library's own count. */
  readonly evaluatedTokens: number;
}

const signal = new AbortController().signal;

/** A model opened twice: with a sequence for each context, and with a single one that forgets each context for the next. */
export class ScoringArms implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #forgetful: Engine;
  readonly #loaded: LoadedModel;

  private constructor(loaded: LoadedModel, single: LoadedModel) {
    this.#loaded = loaded;
    this.#engine = new Engine(loaded);
    this.#forgetful = new Engine(single);
  }

  static async open(path: string, contextTokens: number, contexts: number): Promise<ScoringArms> {
    // One thread: on busy cores calibration may choose two, and then the arms measure how long they wait for each other.
    const options = { path, contextTokens, gpu: false, kvType: 'f16', batching: 'auto', threads: 1 } as const;
    const loaded = await loadModel({ ...options, sequences: contexts });
    return new ScoringArms(loaded, await loadModel({ ...options, sequences: 1 }));
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** All arms once, one after the other. Every `rereadEvery`-th cell is read again, from the `repetition`-th on. */
  async measure(material: ScoringMaterial, { rereadEvery, repetition }: { rereadEvery: number; repetition: number }): Promise<ArmTimes> {
    const { prompts, summaries } = material;
    const continuations = summaries.map((tokenIds) => ({ text: '', tokenIds: [...tokenIds], ended: false }));
    for (const sequence of this.#loaded.sequences) await sequence.rollBack(0);
    const before = this.#engine.status().evaluatedTokens;
    const read = await timed(() => inGroups(prompts, (prompt) => this.#engine.score({ prompt, continuations: [] }, signal)));
    const scored = await timed(() => inGroups(prompts, (prompt) => this.#engine.score({ prompt, continuations }, signal)));
    const evaluatedTokens = this.#engine.status().evaluatedTokens - before;
    const unread = await timed(() => inGroups(prompts, () => this.#onTop(summaries, evaluateUnread)));
    const bare = await timed(() => inGroups(prompts, () => this.#onTop(summaries, (sequence, tail) => prefill(sequence, tail, signal))));
    const serial = await timed(async () => {
      for (const prompt of prompts) await this.#engine.score({ prompt, continuations }, signal);
    });
    // Neighbours have different contexts, so nothing but the first tokens is shared.
    const cells = continuations.flatMap((continuation) => prompts.map((prompt) => ({ prompt, continuations: [continuation] })));
    const again = cells.filter((_, i) => i % rereadEvery === repetition % rereadEvery);
    const reread = await timed(async () => {
      for (const cell of again) await this.#forgetful.score(cell, signal);
    });
    return { prefill: read, scored, serial, unread, bare, reread: (reread / again.length) * cells.length, evaluatedTokens };
  }

  /** What a scoring evaluates, on top of whatever context a sequence holds: the prompt's last token, and the summary without its last. */
  #onTop(summaries: ScoringMaterial['summaries'], evaluate: (sequence: Sequence, tail: Token[]) => Promise<unknown>): Promise<void> {
    return this.#engine.useSequence(signal, async (sequence) => {
      const kept = sequence.length;
      for (const summary of summaries) {
        await evaluate(sequence, [...summary.slice(-1), ...summary.slice(0, -1)] as Token[]);
        await sequence.rollBack(kept);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#forgetful[Symbol.asyncDispose]();
    await this.#engine[Symbol.asyncDispose]();
  }
}

type Internals = Record<'_decodeTokens', (...args: readonly unknown[]) => Promise<unknown>>;

/** Marks every row as one that is read and then reads none. The library has no public way to this, so the bench goes through its inside. */
async function evaluateUnread({ inner }: Sequence, tail: Token[]): Promise<void> {
  const logits = tail.map(() => true);
  await (inner as unknown as Internals)._decodeTokens(tail, logits, 5, inner.tokenMeter, {}, () => undefined);
}

async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < items.length; at += COLUMNS_AT_ONCE) await Promise.all(items.slice(at, at + COLUMNS_AT_ONCE).map(work));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
