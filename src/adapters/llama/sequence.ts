import type {
  ControlledEvaluateIndexOutput,
  ControlledEvaluateInputItem,
  EvaluationPriority,
  LlamaContextSequence,
  SequenceEvaluateOptions,
  Token,
} from 'node-llama-cpp';
import type { Turns } from './turns.ts';

/** What batches are made by; the library hands it on with each piece of work and looks at it only in strategies of its own. */
interface Seat {
  readonly evaluationPriority: EvaluationPriority;
}

/** A sequence of a context, whose evaluations and erasures take turns with those of the others. */
export class Sequence {
  readonly inner: LlamaContextSequence;
  /** The number by which llama.cpp knows it: see {@link placeOf}. */
  readonly place: number;
  readonly #turns: Turns;
  readonly #seat: Seat;

  constructor(inner: LlamaContextSequence, { turns, place }: { readonly turns: Turns; readonly place: number }) {
    this.inner = inner;
    this.place = place;
    this.#turns = turns;
    this.#seat = { evaluationPriority: place as EvaluationPriority };
  }

  /** The tokens whose keys and values it holds. */
  get contextTokens(): readonly Token[] {
    return this.inner.contextTokens;
  }

  /** How many tokens it holds. */
  get length(): number {
    return this.inner.nextTokenIndex;
  }

  /** How many tokens went through it in its life. */
  get evaluatedTokens(): number {
    const { usedInputTokens, usedOutputTokens } = this.inner.tokenMeter;
    return usedInputTokens + usedOutputTokens;
  }

  /** Evaluates tokens and reads nothing. */
  async evaluate(tokens: readonly Token[]): Promise<void> {
    await this.#turns.evaluate(() => this.inner.evaluateWithoutGeneratingNewTokens([...tokens], this.#seat));
  }

  /** Evaluates rows and reads what is asked of each. */
  read(rows: readonly ControlledEvaluateInputItem[]): Promise<readonly (ControlledEvaluateIndexOutput | undefined)[]> {
    const work = () => this.inner.controlledEvaluate([...rows], this.#seat);
    return rows.length === 1 ? this.#turns.step(work) : this.#turns.evaluate(work);
  }

  /** Evaluates `lead` and then each token that it has sampled, for as long as it is asked for more. */
  async *write(lead: readonly Token[], options: SequenceEvaluateOptions): AsyncGenerator<Token, void> {
    const tokens = this.inner.evaluate([...lead], { ...options, ...this.#seat });
    const next = () => tokens.next();
    try {
      let result = await (lead.length === 1 ? this.#turns.step(next) : this.#turns.evaluate(next));
      while (result.done !== true) {
        yield result.value;
        result = await this.#turns.step(next);
      }
    } finally {
      await tokens.return();
    }
  }

  /** Forgets everything after the first `length` tokens. */
  async rollBack(length: number): Promise<void> {
    const end = this.length;
    if (end > length) await this.#turns.erase(() => this.inner.eraseContextTokenRanges([{ start: length, end }]));
  }
}

/**
 * Where a piece of work belongs. llama.cpp evaluates the rows of several sequences at once only where they stand in the order of the sequences,
 * each the next; any other order falls apart into a batch for each stretch of them.
 */
export function placeOf({ evaluationPriority }: Seat): number {
  return evaluationPriority;
}
