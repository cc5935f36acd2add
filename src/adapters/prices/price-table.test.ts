import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { priceCall } from '../../domain/price.ts';
import { bundledPriceTable, loadPriceTable } from './price-table.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-prices-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(content: unknown) {
  const path = join(folder, 'prices.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return loadPriceTable(path);
}

const PER_MILLION = 1e-6;

describe('the bundled prices', () => {
  test.each([
    ['gpt-4o', 2.5, 1.25, 10],
    ['gpt-4o-mini', 0.15, 0.075, 0.6],
    ['o3-deep-research', 10, 2.5, 40],
    ['o4-mini-deep-research', 2, 0.5, 8],
  ])('%s costs %d / %d cached / %d USD per million', (model, input, cached, output) => {
    const price = bundledPriceTable().priceOf(model);
    expect(price?.inputUsdPerToken).toBeCloseTo(input * PER_MILLION, 12);
    expect(price?.cachedInputUsdPerToken).toBeCloseTo(cached * PER_MILLION, 12);
    expect(price?.outputUsdPerToken).toBeCloseTo(output * PER_MILLION, 12);
  });

  test('say of what date they are, and know neither their own notes nor what they do not list', () => {
    const table = bundledPriceTable();
    expect(table.source).toContain('2026-11');
    for (const name of ['sample_spec', 'gpt-99', 'constructor', '__proto__', '']) expect(table.priceOf(name)).toBeUndefined();
  });
});

describe("a file in LiteLLM's format", () => {
  test('is read past its specimen, fields of other kinds and models that are not sold by text token', async () => {
    const table = await load({
      sample_spec: { input_cost_per_token: 'words', mode: 'words' },
      'a-chat': {
        mode: 'chat',
        input_cost_per_token: 1e-6,
        output_cost_per_token: 2e-6,
        supports_vision: true,
        search_context_cost_per_query: {},
      },
      'a-response': { mode: 'responses', input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 },
      'own-entry': { input_cost_per_token: 0, output_cost_per_token: 0 },
      'by-second': { mode: 'chat', input_cost_per_second: 0.01 },
      'a-picture': { mode: 'image_generation', input_cost_per_token: 'per image' },
      'an-embedding': { mode: 'embedding', input_cost_per_token: 1e-8, output_cost_per_token: 0 },
    });
    expect(table.source).toBe(join(folder, 'prices.json'));
    expect(table.priceOf('a-chat')).toEqual({ inputUsdPerToken: 1e-6, outputUsdPerToken: 2e-6 });
    expect(table.priceOf('a-response')).toBeDefined();
    expect(table.priceOf('own-entry')).toEqual({ inputUsdPerToken: 0, outputUsdPerToken: 0 });
    for (const name of ['by-second', 'a-picture', 'an-embedding', 'sample_spec']) expect(table.priceOf(name)).toBeUndefined();
  });

  test('finds the exact name before the one with the provider in front', async () => {
    const entry = (usd: number) => ({ mode: 'chat', input_cost_per_token: usd, output_cost_per_token: usd });
    const table = await load({ 'openai/both': entry(1), both: entry(2), 'openai/only': entry(3), 'azure/other': entry(4) });
    expect(table.priceOf('both')?.inputUsdPerToken).toBe(2);
    expect(table.priceOf('openai/both')?.inputUsdPerToken).toBe(1);
    expect(table.priceOf('only')?.inputUsdPerToken).toBe(3);
    expect(table.priceOf('other')).toBeUndefined();
  });

  test('charges the dearer rates of long prompts', async () => {
    const table = await load({
      long: {
        mode: 'chat',
        input_cost_per_token: 1e-6,
        output_cost_per_token: 2e-6,
        input_cost_per_token_above_200k_tokens: 3e-6,
        output_cost_per_token_above_200k_tokens: 4e-6,
        input_cost_per_token_above_128k_tokens: 2e-6,
      },
    });
    const price = table.priceOf('long');
    if (price === undefined) throw new Error('expected a price');
    expect(priceCall(price, { prompt: 128_000, cached: 0, output: 10 })).toBe(128_020);
    expect(priceCall(price, { prompt: 128_001, cached: 0, output: 10 })).toBe(256_022);
    expect(priceCall(price, { prompt: 200_001, cached: 0, output: 10 })).toBe(600_043);
  });

  test.each([
    [{ m: { mode: 'chat', input_cost_per_token: '1e-6', output_cost_per_token: 1 } }, '"m"."input_cost_per_token"', '"1e-6"'],
    [{ m: { mode: 'chat', input_cost_per_token: 1, output_cost_per_token: -1 } }, '"m"."output_cost_per_token"', '-1'],
    [{ m: { mode: 'chat', input_cost_per_token: 1 } }, '"m"."output_cost_per_token"', 'undefined'],
    [
      { m: { input_cost_per_token: 1, output_cost_per_token: 1, cache_read_input_token_cost: {} } },
      '"m"."cache_read_input_token_cost"',
      '{}',
    ],
    [{ m: 3 }, '"m"', '3'],
    [[1], 'the file', '[1]'],
    ['{ "m": ', 'JSON', 'end of JSON input'],
  ])('%j is refused with path, key, what was expected and what came', async (content, place, got) => {
    await expect(load(content)).rejects.toMatchObject({ code: 'invalid-input' });
    const message = await load(content).catch((error: Error) => error.message);
    expect(message).toContain(join(folder, 'prices.json'));
    expect(message).toContain('expected');
    expect(message).toContain(place);
    expect(message).toContain(got);
  });

  test('that is not there is named', async () => {
    await expect(loadPriceTable(join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(join(folder, 'none.json')),
    });
  });
});
