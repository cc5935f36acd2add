import { describe, expect, test } from 'vitest';
import { countTokens } from './token-counter.ts';

describe('token counts', () => {
  test('are those of o200k_base, in the order given', async () => {
    // The second is the [24912, 2375] that OpenAI's own examples show.
    expect(await countTokens(['', 'hello world', 'hello world hello world'])).toEqual([0, 2, 4]);
  });

  test('of special tokens in a source are those of plain text', async () => {
    const [count = 0] = await countTokens(['<|endoftext|>']);
    expect(count).toBeGreaterThan(1);
  });

  test('of endless words and endless space come in a time linear in their length', async () => {
    const startedAt = performance.now();
    const [letters = 0, space = 0, mixed = 0] = await countTokens([
      'a'.repeat(20_000),
      ' '.repeat(20_000),
      `word ${'🦉x'.repeat(5_000)} word`,
    ]);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(letters).toBeGreaterThan(2_000);
    expect(space).toBeGreaterThan(100);
    expect(mixed).toBeGreaterThan(5_000);
  });
});
