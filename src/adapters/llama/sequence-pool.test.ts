import { describe, expect, test } from 'vitest';
import { SequencePool } from './sequence-pool.ts';

interface Fake {
  readonly name: string;
  contextTokens: number[];
}

const never = new AbortController().signal;

function pool(...contents: readonly (readonly number[])[]): SequencePool<Fake> {
  return new SequencePool(contents.map((tokens, index) => ({ name: 'abc'.charAt(index), contextTokens: [...tokens] })));
}

/** The name of the sequence that a call with these tokens gets. */
function chosen(sequences: SequencePool<Fake>, tokens: readonly number[]): Promise<string> {
  return sequences.use(tokens, never, async (sequence) => sequence.name);
}

test('the longest shared prefix wins, then the sequence unused for longest', async () => {
  const sequences = pool([1, 2], [1, 2, 3], []);
  expect(await chosen(sequences, [1, 2, 3, 4])).toBe('b');
  expect(await chosen(sequences, [9])).toBe('a');
  expect(await chosen(sequences, [9])).toBe('c');
  expect(await chosen(sequences, [9])).toBe('b');
});

test('a beginning that all prompts share costs no sequence its text', async () => {
  const sequences = pool([], [1, 2, 3, 4], []);
  expect(await chosen(sequences, [1, 9, 9, 9])).toBe('a');
  expect(await chosen(sequences, [1, 2, 3, 8])).toBe('b');
  expect(await chosen(sequences, [1, 9])).toBe('c');
});

test('calls wait in order, and an abort leaves the line', async () => {
  const sequences = pool([]);
  const finished: string[] = [];
  let free: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    free = resolve;
  });
  const first = sequences.use([], never, () => gate);
  expect(sequences.busy).toBe(1);
  const controller = new AbortController();
  const dropped = sequences.use([], controller.signal, async () => finished.push('dropped'));
  const rest = ['second', 'third'].map((name) => sequences.use([], never, async () => finished.push(name)));
  controller.abort();
  await expect(dropped).rejects.toMatchObject({ code: 'aborted' });
  free();
  await Promise.all([first, ...rest]);
  expect(finished).toEqual(['second', 'third']);
  expect(sequences.busy).toBe(0);
});

test('a sequence comes back from work that fails', async () => {
  const sequences = pool([]);
  await expect(sequences.use([], never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await chosen(sequences, [])).toBe('a');
});

describe('calls that share their reading', () => {
  const document = Array.from({ length: 100 }, (_, i) => i + 1);
  const asked = (question: number): number[] => [...document, question, question];

  /** Asks all at once; tells which sequence each got, in the order in which they ended. */
  async function ask(prompts: readonly (readonly number[])[], sharesReading = true): Promise<string[]> {
    const sequences = pool([], [], []);
    const seen: string[] = [];
    const read = async (sequence: Fake, tokens: readonly number[]): Promise<void> => {
      await new Promise(setImmediate);
      sequence.contextTokens = [...tokens];
      seen.push(`${tokens.at(-1)}${sequence.name}`);
    };
    await Promise.all(prompts.map((tokens) => sequences.use(tokens, never, (sequence) => read(sequence, tokens), { sharesReading })));
    expect(sequences.busy).toBe(0);
    return seen;
  }

  test('wait for the one that reads their document, and take its sequence in turn', async () => {
    expect(await ask([asked(901), asked(902), asked(903)])).toEqual(['901a', '902a', '903a']);
  });

  test('hold up nobody behind them', async () => {
    expect((await ask([asked(901), asked(902), [7, 8, 904]])).sort()).toEqual(['901a', '902a', '904b']);
  });

  test('do not wait for a short beginning, nor unless they are told to', async () => {
    const short = [901, 902].map((question) => [...document.slice(0, 60), ...Array.from({ length: 100 }, () => question)]);
    expect(await ask(short)).toEqual(['901a', '902b']);
    expect(await ask([asked(901), asked(902)], false)).toEqual(['901a', '902b']);
  });
});
