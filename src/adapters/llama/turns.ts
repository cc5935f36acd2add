/**
 * Who may use a context when. node-llama-cpp goes from one batch to the next for as long as anything waits to be evaluated, and whoever wants
 * to erase waits for the end of that: a short output beside long ones was returned only with the last of them, and its sequence stood idle.
 * So nothing new is evaluated while somebody waits to erase, which takes microseconds once the batch under way is done.
 */
export class Turns {
  readonly #stepsTogether: boolean;
  #erasing = 0;
  #erased: Promise<void> = Promise.resolve();
  #allow: () => void = () => undefined;
  readonly #waiting: (() => Promise<unknown>)[] = [];
  #isStepping = false;

  /** @param stepsTogether whether each decoding step waits for those of all other sequences, so that they make one batch */
  constructor({ stepsTogether }: { readonly stepsTogether: boolean }) {
    this.#stepsTogether = stepsTogether;
  }

  async evaluate<T>(work: () => Promise<T>): Promise<T> {
    while (this.#erasing > 0) await this.#erased;
    return work();
  }

  async erase<T>(work: () => Promise<T>): Promise<T> {
    if (this.#erasing === 0) {
      this.#erased = new Promise((resolve) => {
        this.#allow = resolve;
      });
    }
    this.#erasing += 1;
    try {
      return await work();
    } finally {
      this.#erasing -= 1;
      if (this.#erasing === 0) this.#allow();
    }
  }

  /** Evaluates a decoding step: a single row. */
  step<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#stepsTogether) return this.evaluate(work);
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => work().then(resolve, reject));
      if (!this.#isStepping) this.#stepSoon();
    });
  }

  /** The sequences that were in the last batch ask for their next step as soon as they have their tokens, so within this turn of the event loop. */
  #stepSoon(): void {
    this.#isStepping = true;
    setImmediate(async () => {
      await this.evaluate(() => Promise.all(this.#waiting.splice(0).map((work) => work())));
      if (this.#waiting.length > 0) this.#stepSoon();
      else this.#isStepping = false;
    });
  }
}
