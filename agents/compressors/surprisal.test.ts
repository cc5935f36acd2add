import { describe, expect, it } from 'vitest';
import { buildContext, plainProfile } from '../../src/testing/builders.ts';
import { conformCompressor } from '../../src/testing/conform-compressor.ts';
import { createScriptedModel } from '../../src/testing/scripted-model.ts';
import { surprisal } from './surprisal.ts';

conformCompressor({ plugin: surprisal, limited: { options: { maxTokens: 7 }, maxTokens: 7 } });
conformCompressor({ plugin: surprisal, limited: { options: { maxTokens: 1, unit: 'word' }, maxTokens: 1 } });

const TEXT = 'It was so and it was so. Rare words stand here. He went on and on to it.';
const RARE = ['Rare', 'words', 'stand', 'here.', 'went'];

async function compress(options: unknown) {
  const score = (_prompt: unknown, { text }: { readonly text: string }) =>
    (text.match(/\S+/g) ?? []).map((word) => (RARE.includes(word) ? -5 : -0.5));
  const model = createScriptedModel({ score });
  const compressor = surprisal.create(surprisal.options.parse(options), { model, profile: plainProfile });
  return { model, summary: await compressor.compress({ text: TEXT, query: 'Why?', seed: 1 }, buildContext()) };
}

describe('surprisal', () => {
  it('keeps the sentence with most bits a token whole, and thins the next to fill the budget', async () => {
    const { summary } = await compress({ maxTokens: 6 });
    expect(summary.text).toBe('Rare words stand here. He went');
    expect(summary.quotes.map(({ start, end }) => TEXT.slice(start, end))).toEqual(['Rare words stand here.', 'He went']);
  });

  it('takes words wherever they stand, when words compete', async () => {
    expect((await compress({ maxTokens: 5, unit: 'word' })).summary.text).toBe('Rare words stand here.\nwent');
  });

  it('keeps the whole text at rate 1, as it stands', async () => {
    expect((await compress({ rate: 1 })).summary).toMatchObject({ text: TEXT, finishReason: 'stop' });
  });

  it('shows the model nothing of the question, and scores each token once', async () => {
    const { model } = await compress({ segmentTokens: 8 });
    expect(JSON.stringify(model.calls.score)).not.toContain('Why?');
    expect(model.calls.score.flatMap(({ continuations }) => continuations.map(({ text }) => text)).join(' ')).toBe(TEXT);
  });
});
