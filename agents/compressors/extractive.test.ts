import { describe, expect, it } from 'vitest';
import { buildContext, plainProfile } from '../../src/testing/builders.ts';
import { conformCompressor } from '../../src/testing/conform-compressor.ts';
import { createScriptedModel } from '../../src/testing/scripted-model.ts';
import { extractive } from './extractive.ts';

conformCompressor({ plugin: extractive, limited: { options: { maxTokens: 9 }, maxTokens: 9 } });
conformCompressor({ plugin: extractive, limited: { options: { maxTokens: 1 }, maxTokens: 1 } });

const TEXT = `# Carrow Canal

The Carrow Canal was opened on 17 September 1869. It has five locks.
The chief engineer of the Carrow Canal was Edmund Thorsby. Salt was the main cargo. Edmund Thorsby was appointed chief engineer in 1857.`;

function compress(query: string, options: unknown = {}) {
  const compressor = extractive.create(extractive.options.parse(options), { model: createScriptedModel(), profile: plainProfile });
  return compressor.compress({ text: TEXT, query, seed: 1 }, buildContext());
}

describe('extractive', () => {
  it('copies the sentence that shares the words of the question', async () => {
    const summary = await compress('How many locks are there?');
    expect(summary).toMatchObject({ status: 'text', text: 'It has five locks.', tokenCount: 4 });
  });

  it('keeps the order of the text, and quotes exactly', async () => {
    const summary = await compress('When was Edmund Thorsby appointed chief engineer?');
    expect(summary.text).toBe(
      'The chief engineer of the Carrow Canal was Edmund Thorsby. Edmund Thorsby was appointed chief engineer in 1857.',
    );
    expect(summary.quotes.map(({ start, end }) => TEXT.slice(start, end)).join(' ')).toBe(summary.text);
  });

  it('spends the budget on the best sentence first', async () => {
    const summary = await compress('When was Edmund Thorsby appointed chief engineer?', { maxTokens: 10 });
    expect(summary.text).toBe('Edmund Thorsby was appointed chief engineer in 1857.');
  });

  it('takes the best sentence when it may take one', async () => {
    const summary = await compress('When was Edmund Thorsby appointed chief engineer?', { sentences: 1 });
    expect(summary.text).toBe('Edmund Thorsby was appointed chief engineer in 1857.');
  });

  it('cuts a best sentence that alone is too long at a word, and says so', async () => {
    const summary = await compress('When was Edmund Thorsby appointed chief engineer?', { maxTokens: 3 });
    expect(summary).toMatchObject({ text: 'Edmund Thorsby was', finishReason: 'length', ended: false, tokenCount: 3 });
    expect(summary.quotes.map(({ start, end }) => TEXT.slice(start, end))).toEqual([summary.text]);
  });

  it('makes none of a chunk that shares no word', async () => {
    expect((await compress('zyzzyva')).status).toBe('none');
  });

  it('takes no heading, whose words are the question and whose content is nothing', async () => {
    expect((await compress('Carrow Canal', { minimumShare: 0 })).text).not.toContain('#');
  });
});
