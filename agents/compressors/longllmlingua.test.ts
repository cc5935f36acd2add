import { describe, expect, it } from 'vitest';
import { buildContext, plainProfile } from '../../src/testing/builders.ts';
import { conformCompressor } from '../../src/testing/conform-compressor.ts';
import { createScriptedModel, promptText } from '../../src/testing/scripted-model.ts';
import { instruct } from '../prompts/instruct.ts';
import { nano } from '../prompts/nano.ts';
import { longllmlingua } from './longllmlingua.ts';

conformCompressor({ plugin: longllmlingua, limited: { options: { maxTokens: 7 }, maxTokens: 7 } });
conformCompressor({ plugin: longllmlingua, profile: nano, limited: { options: { maxTokens: 1, order: 'ends' }, maxTokens: 1 } });
conformCompressor({ plugin: longllmlingua, profile: instruct, limited: { options: { maxTokens: 9, order: 'front' }, maxTokens: 9 } });

const TEXT = 'It rained all day long here. Salt was the cargo then. The canal has five deep locks.';
const QUERY = 'How many locks has the canal?';
const WORDS: readonly string[] = QUERY.toLowerCase().match(/\w+/g) ?? [];

/** The question is likely after a sentence that shares its words; its words are likely in a text after it. */
async function compress(options: unknown, profile = nano) {
  const share = (text: string) => WORDS.filter((word) => text.toLowerCase().includes(word)).length;
  const score = (prompt: Parameters<typeof promptText>[0], { text }: { readonly text: string }) => {
    const before = promptText(prompt);
    return (text.match(/\S+/g) ?? []).map((word) =>
      text.startsWith(QUERY) ? share(before) - 10 : before.includes(QUERY) && WORDS.includes(word.replace('.', '').toLowerCase()) ? -1 : -4,
    );
  };
  const model = createScriptedModel({ score });
  const compressor = longllmlingua.create(longllmlingua.options.parse(options), { model, profile });
  return { model, summary: await compressor.compress({ text: TEXT, query: QUERY, seed: 1 }, buildContext()) };
}

describe('longllmlingua', () => {
  it.each([nano, instruct, plainProfile])(
    'keeps the sentence after which the question is likeliest, and of it what the question explains ($id)',
    async (profile) => {
      const { summary } = await compress({ maxTokens: 4, coarse: 1.5 }, profile);
      expect(summary.text).toBe('The canal has locks.');
      expect(summary.quotes.map(({ start, end }) => TEXT.slice(start, end))).toEqual(['The canal has five deep locks.']);
    },
  );

  it('keeps more of what matters more, and something of the rest', async () => {
    const { summary } = await compress({ rate: 0.5, coarse: 4, spread: 0.4 });
    const kept = summary.text.split(' ');
    expect(kept.filter((word) => 'The canal has five deep locks.'.includes(word)).length).toBeGreaterThan(kept.length / 2);
    expect(summary.quotes.length).toBeGreaterThan(1);
  });

  it('sets the sentence that matters most where it is asked to, and quotes in the order of the source', async () => {
    const front = (await compress({ rate: 0.9, coarse: 4, order: 'front' })).summary;
    expect(front.text).toMatch(/^The canal has/);
    expect(front.quotes.map(({ start }) => start)).toEqual([...front.quotes.map(({ start }) => start)].sort((a, b) => a - b));
    expect((await compress({ rate: 0.9, coarse: 4 })).summary.text).toMatch(/locks\.$/);
  });

  it('reads every segment with the question and without, and the question once after each sentence', async () => {
    const { model } = await compress({ rate: 0.5, coarse: 4 });
    const asked = model.calls.score.filter(({ continuations }) => continuations[0]?.text === QUERY);
    expect(asked).toHaveLength(3);
    const read = model.calls.score.filter(({ continuations }) => continuations[0]?.text === TEXT);
    expect(read.map(({ prompt }) => promptText(prompt).includes(QUERY))).toEqual([false, true]);
  });
});
