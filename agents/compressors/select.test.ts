import { describe, expect, it } from 'vitest';
import type { PointerCalibration } from '../../src/ports/prompt-profile.ts';
import { buildContext } from '../../src/testing/builders.ts';
import { conformCompressor } from '../../src/testing/conform-compressor.ts';
import { createScriptedModel } from '../../src/testing/scripted-model.ts';
import { instruct } from '../prompts/instruct.ts';
import { nano } from '../prompts/nano.ts';
import { select } from './select.ts';

conformCompressor({ plugin: select, limited: { options: { maxTokens: 7 }, maxTokens: 7 } });
conformCompressor({ plugin: select, profile: nano, limited: { options: { maxTokens: 9 }, maxTokens: 9 } });
conformCompressor({ plugin: select, profile: nano, limited: { options: { maxTokens: 1, sentences: 5 }, maxTokens: 1 } });

const TEXT = `# Carrow Canal

It rained all day. The canal has five locks.
Salt was the cargo. Edmund Thorsby was its engineer.`;

const { calibration: _measured, ...pointing } = required(nano.select);

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('nano points');
  return value;
}

/** The probability of each of the text's five parts (the heading is the first), and of none. */
async function compress(
  probabilities: readonly number[],
  options: unknown = {},
  { query = 'Who built it?', calibration }: { query?: string; calibration?: PointerCalibration } = {},
) {
  const model = createScriptedModel({ scoreMarkers: () => probabilities.map((value) => Math.log(value)) });
  const profile = { ...nano, select: { ...pointing, ...(calibration === undefined ? {} : { calibration }) } };
  const compressor = select.create(select.options.parse(options), { model, profile });
  return { model, summary: await compressor.compress({ text: TEXT, query, seed: 1 }, buildContext()) };
}

describe('select', () => {
  it('copies the sentences that the model points at, in the order of the text', async () => {
    const { model, summary } = await compress([0.1, 0.1, 0.1, 0.2, 0.4, 0.1], { sentences: 2 });
    expect(summary.text).toBe('Salt was the cargo. Edmund Thorsby was its engineer.');
    expect(summary.quotes.map(({ start, end }) => TEXT.slice(start, end)).join(' ')).toBe(summary.text);
    expect(model.calls.markers).toEqual([
      { prompt: nano.select?.prompt(TEXT, 'Who built it?'), markers: ['<|s1|>', '<|s2|>', '<|s3|>', '<|s4|>', '<|s5|>', '<|none|>'] },
    ]);
    expect(model.calls.generate).toHaveLength(0);
  });

  it('takes no more sentences than asked for, and none that is far behind the best', async () => {
    expect((await compress([0.1, 0.1, 0.1, 0.2, 0.4, 0.1])).summary.quotes).toHaveLength(1);
    expect((await compress([0.1, 0.001, 0.001, 0.001, 0.8, 0.1], { sentences: 5 })).summary.text).toBe('Edmund Thorsby was its engineer.');
    expect((await compress([0.1, 0.2, 0.2, 0.2, 0.3, 0], { sentences: 5, minimumRatio: 0 })).summary.quotes).toHaveLength(4);
  });

  it('keeps at most a share of the chunk, but always the best sentence', async () => {
    const even = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
    // 21 words: an eighth are two, half are ten.
    expect((await compress(even, { sentences: 5, maximumShare: 0.5 })).summary.text).toBe('It rained all day. The canal has five locks.');
    expect((await compress(even, { maximumShare: 0.125 })).summary).toMatchObject({ text: 'It rained', finishReason: 'length' });
  });

  it('is none when the model says so with more than the probability asked for', async () => {
    expect((await compress([0.1, 0.1, 0.1, 0.1, 0.1, 0.49])).summary.text).not.toBe('');
    expect((await compress([0.1, 0.05, 0.1, 0.1, 0.1, 0.5])).summary.status).toBe('none');
    expect((await compress([0.1, 0.05, 0.1, 0.1, 0.1, 0.5], { none: 0.7 })).summary.status).toBe('text');
    expect((await compress([1e-9, 1e-9, 1e-9, 1e-9, 1e-9, 1], { none: 1 })).summary.status).toBe('text');
  });

  it('weighs the words of the question beside the model', async () => {
    const probabilities = [0.1, 0.1, 0.1, 0.2, 0.4, 0.1];
    const asked = { query: 'How many locks has the canal?' };
    expect((await compress(probabilities, {}, asked)).summary.text).toBe('Edmund Thorsby was its engineer.');
    expect((await compress(probabilities, { lexical: 1 }, asked)).summary.text).toBe('The canal has five locks.');
  });

  it('weighs them as was measured for the model, unless it is told otherwise', async () => {
    const probabilities = [0.1, 0.1, 0.1, 0.2, 0.4, 0.1];
    const calibration = { sentence: { bm25: 1 }, none: { model: 1, bm25: 1, bias: -3 } };
    const locks = { query: 'How many locks has the canal?', calibration };
    expect((await compress(probabilities, {}, locks)).summary.text).toBe('The canal has five locks.');
    expect((await compress(probabilities, { lexical: 0 }, locks)).summary.text).toBe('Edmund Thorsby was its engineer.');
    // The model's odds are 9, of which the bias leaves 9 / 20; only shared words could mend that.
    expect((await compress(probabilities, {}, { query: 'Why?', calibration })).summary.status).toBe('none');
  });

  it('takes no heading, which states nothing', async () => {
    expect((await compress([0.9, 0.02, 0.02, 0.02, 0.02, 0.02], { sentences: 5, minimumRatio: 0 })).summary.text).not.toContain('#');
  });

  it('refuses a model that was not trained to point, and names others', () => {
    const make = () => select.create(select.options.parse({}), { model: createScriptedModel(), profile: instruct });
    expect(make).toThrow(expect.objectContaining({ code: 'capability-missing', message: expect.stringContaining('select@nano') }));
  });
});
