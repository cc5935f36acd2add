import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config.ts';
import { createModelPool } from './model-pool.ts';

describe('the pool of models', () => {
  it.each(['nobody', 'constructor', 'toString', '__proto__'])('has none of the name %s, and names those it has', async (name) => {
    await using pool = createModelPool(parseConfig({}, 'The configuration').models);
    await expect(pool.open(name)).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('nano') });
  });
});
