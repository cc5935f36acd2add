import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { callContext, nanoPrompt, openNano, QUESTION, SENTENCES } from '../../testing/llama-fixtures.ts';
import { Turns } from './turns.ts';

/** Work that ends when it is told to, and says when it began. */
function work(name: string, begun: string[]) {
  let end: () => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = () => resolve(name);
  });
  const begin = (): Promise<string> => {
    begun.push(name);
    return ended;
  };
  return { begin, end: () => end() };
}

describe('erasing', () => {
  test('nothing new is evaluated while somebody waits to erase, and then all of it', async () => {
    const turns = new Turns({ stepsTogether: false });
    const begun: string[] = [];
    const [erasure, another, late] = [work('erasure', begun), work('another', begun), work('late', begun)];
    const erased = [turns.erase(erasure.begin), turns.erase(another.begin)];
    const evaluated = [turns.evaluate(late.begin), turns.step(late.begin)];
    erasure.end();
    await erased[0];
    await nextTurn();
    expect(begun).toEqual(['erasure', 'another']);
    another.end();
    late.end();
    await Promise.all([...erased, ...evaluated]);
    expect(begun).toEqual(['erasure', 'another', 'late', 'late']);
  });

  test('one that fails holds up nobody', async () => {
    const turns = new Turns({ stepsTogether: false });
    await expect(turns.erase(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(await turns.evaluate(() => Promise.resolve(1))).toBe(1);
  });

  test('a short output comes while long ones are still being written', { timeout: 60_000 }, async () => {
    for (const batching of ['auto', 'together'] as const) {
      await using model = await openNano({ sequences: 4, batching });
      // Each of a text of its own: who asks of the same text waits for the one who reads it.
      const generate = (maxTokens: number, seed: number) => {
        const prompt = nanoPrompt(QUESTION, [`${'abcde'.charAt(seed)} ${SENTENCES.join(' ')}`]);
        return model.generate({ prompt, maxTokens, temperature: 3, seed }, callContext());
      };
      const countEvaluated = async () => (await model.status())?.evaluatedTokens ?? Number.NaN;
      const long = [1, 2, 3].map((seed) => generate(150, seed));
      const short = await generate(3, 4);
      const before = await countEvaluated();
      const written = await Promise.all(long);
      const after = (await countEvaluated()) - before;
      expect(short.tokenCount).toBeLessThanOrEqual(3);
      expect(after).toBeGreaterThan(written.reduce((sum, { tokenCount }) => sum + tokenCount, 0) / 2);
    }
  });
});

describe('steps together', () => {
  test('what is asked in one turn of the event loop begins at once, and what comes later waits for its end', async () => {
    const turns = new Turns({ stepsTogether: true });
    const begun: string[] = [];
    const [a, b, late] = [work('a', begun), work('b', begun), work('late', begun)];
    const first = [turns.step(a.begin), turns.step(b.begin)];
    await nextTurn();
    expect(begun).toEqual(['a', 'b']);
    const next = turns.step(late.begin);
    a.end();
    expect(await first[0]).toBe('a');
    await nextTurn();
    expect(begun).toEqual(['a', 'b']);
    b.end();
    late.end();
    expect(await next).toBe('late');
    expect(begun).toEqual(['a', 'b', 'late']);
  });

  test('those that go on meet again in the next batch', async () => {
    const turns = new Turns({ stepsTogether: true });
    let running = 0;
    let most = 0;
    const sizes: number[] = [];
    const step = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await nextTurn();
      sizes.push(running);
      await nextTurn();
      running -= 1;
    };
    await Promise.all(
      [6, 6, 6, 3].map(async (steps, i) => {
        // They come one after the other.
        for (let turn = 0; turn < i; turn += 1) await nextTurn();
        for (let at = 0; at < steps; at += 1) await turns.step(step);
      }),
    );
    expect(most).toBe(4);
    // Three batches of four and then of three, after what was out of step at first.
    expect(sizes.filter((size) => size >= 3).length).toBeGreaterThanOrEqual(15);
  });

  test('one that fails is the only one', async () => {
    const turns = new Turns({ stepsTogether: true });
    const steps = [turns.step(() => Promise.reject(new Error('no cell is free'))), turns.step(() => Promise.resolve('written'))];
    expect(await Promise.allSettled(steps)).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: 'written' }]);
    expect(await turns.step(() => Promise.resolve('more'))).toBe('more');
  });
});
