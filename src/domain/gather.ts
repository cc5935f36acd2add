/** The most that one call is made of, unless it is told otherwise. */
const MAX_ITEMS = 256;

interface Waiting<Item, Answer> {
  readonly items: readonly Item[];
  readonly answer: (answers: Promise<readonly Answer[]>) => void;
}

/**
 * Makes few calls of many: what comes in one turn of the event loop goes together, and what comes while `atOnce` calls are on their way waits
 * for the next. For calls that cost much each and little an item, as a message to another process does. A failed call fails all that it was made of.
 */
export function gather<Item, Answer>(
  ask: (items: readonly Item[]) => Promise<readonly Answer[]>,
  { maxItems = MAX_ITEMS, atOnce = 1 }: { readonly maxItems?: number; readonly atOnce?: number } = {},
): (items: readonly Item[]) => Promise<readonly Answer[]> {
  const waiting: Waiting<Item, Answer>[] = [];
  let asking = 0;

  /** The oldest, as many as go together; one that is too large by itself goes alone. */
  function takeNext(): Waiting<Item, Answer>[] {
    let [count, items] = [0, 0];
    for (const next of waiting) {
      items += next.items.length;
      if (count > 0 && items > maxItems) break;
      count += 1;
    }
    return waiting.splice(0, count);
  }

  async function askOnAndOn(): Promise<void> {
    asking += 1;
    for (;;) {
      await new Promise(setImmediate);
      if (waiting.length === 0) break;
      const asked = takeNext();
      const answers = ask(asked.flatMap(({ items }) => items));
      let start = 0;
      for (const { items, answer } of asked) {
        const [from, to] = [start, start + items.length];
        answer(answers.then((all) => all.slice(from, to)));
        start = to;
      }
      await answers.catch(() => undefined);
    }
    asking -= 1;
  }

  return (items) =>
    new Promise((resolve) => {
      waiting.push({ items, answer: resolve });
      if (asking < atOnce) void askOnAndOn();
    });
}
