import { expect, test } from 'vitest';
import { NANO_PATH } from '../../testing/llama-fixtures.ts';
import { loadModel, openBackend } from './loading.ts';
import { placeOf, Sequence } from './sequence.ts';
import { Turns } from './turns.ts';

test('whatever is evaluated comes to the strategy with the place of its sequence', async () => {
  const llama = await openBackend(false);
  try {
    const model = await llama.loadModel({ modelPath: NANO_PATH, gpuLayers: 0 });
    const seen: number[] = [];
    const context = await model.createContext({
      contextSize: 64,
      sequences: 3,
      threads: 1,
      batching: {
        itemPrioritizationStrategy: ({ items }) => {
          seen.push(...items.map(placeOf));
          return items.map((item) => ({ item, processAmount: item.tokens.length }));
        },
      },
    });
    const turns = new Turns({ stepsTogether: false });
    const open = (place: number): Sequence => new Sequence(context.getSequence(), { turns, place });
    const [read, evaluated, written] = [open(0), open(1), open(2)];
    const [first, second] = model.tokenize('the society');
    if (first === undefined || second === undefined) throw new Error('Expected two tokens.');
    await Promise.all([
      written.write([first, second], { temperature: 0 }).next(),
      evaluated.evaluate([first, second]),
      read.read([[first, { generateNext: { token: true } }], second]),
    ]);
    expect(seen.toSorted()).toEqual([0, 1, 2]);
    expect([read, evaluated, written].map(({ length }) => length)).toEqual([2, 2, 2]);
    await evaluated.rollBack(1);
    expect(evaluated.contextTokens).toEqual([first]);
  } finally {
    await llama.dispose();
  }
});

test('the sequences of a model stand in the order in which llama.cpp numbers them', async () => {
  const options = { path: NANO_PATH, contextTokens: 64, sequences: 4, gpu: false, kvType: 'f16', batching: 'auto', threads: 1 } as const;
  const { sequences, dispose } = await loadModel(options);
  try {
    const numbers = sequences.map(({ inner }) => (inner as unknown as { readonly _sequenceId: number })._sequenceId);
    expect(numbers).toEqual([0, 1, 2, 3]);
    expect(sequences.map(({ place }) => place)).toEqual(numbers);
  } finally {
    await dispose();
  }
});
