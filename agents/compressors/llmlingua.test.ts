import { describe, expect, it } from 'vitest';
import type { Prompt } from '../../src/ports/language-model.ts';
import { buildContext, plainProfile } from '../../src/testing/builders.ts';
import { conformCompressor } from '../../src/testing/conform-compressor.ts';
import { createScriptedModel, promptText } from '../../src/testing/scripted-model.ts';
import { llmlingua } from './llmlingua.ts';

conformCompressor({ plugin: llmlingua, limited: { options: { maxTokens: 7 }, maxTokens: 7 } });
conformCompressor({ plugin: llmlingua, limited: { options: { maxTokens: 1, coarse: 1, segmentTokens: 8 }, maxTokens: 1 } });

const TEXT = 'so the old ship was very big and it did sail. On 17 September 1869 the good boat went to the sea and it was lost for ever.';
const RARE = ['ship', 'big', 'sail.', '17', 'September', '1869', 'sea', 'lost'];

/** Words of the list surprise, others do not. */
function surprised(rare: readonly string[]) {
  return (_prompt: Prompt, { text }: { readonly text: string }) =>
    (text.match(/\S+/g) ?? []).map((word) => (rare.includes(word) ? -5 : -0.5));
}

async function compress(options: unknown, { text = TEXT, rare = RARE, contextTokens = 4_096 } = {}) {
  const model = createScriptedModel({ score: surprised(rare), contextTokens });
  const compressor = llmlingua.create(llmlingua.options.parse(options), { model, profile: plainProfile });
  return { model, summary: await compressor.compress({ text, query: 'Why?', seed: 1 }, buildContext()) };
}

describe('llmlingua', () => {
  it('keeps the words that surprise, in their order, at the rate asked for', async () => {
    const { summary } = await compress({ rate: 0.3, coarse: 4 });
    expect(summary).toMatchObject({ text: 'ship big sail.\n17 September 1869 sea lost', tokenCount: 8, finishReason: 'stop' });
  });

  it('drops a date whole rather than keep a part of it', async () => {
    const { summary } = await compress({ maxTokens: 2, coarse: 100 }, { rare: ['17', 'September', '1869'] });
    expect(summary.text).not.toMatch(/17|September|1869/);
    expect(summary).toMatchObject({ tokenCount: 2, finishReason: 'length', ended: false });
  });

  it('quotes for each sentence the stretch of the source in which its words stand', async () => {
    const { summary } = await compress({ rate: 0.3, coarse: 4 });
    expect(summary.quotes.map(({ start, end }) => TEXT.slice(start, end))).toEqual([
      'ship was very big and it did sail.',
      '17 September 1869 the good boat went to the sea and it was lost',
    ]);
  });

  it('chooses sentences first, the more surprising ones, and then reads no other', async () => {
    const { model, summary } = await compress(
      { rate: 0.25, coarse: 1.3 },
      { text: 'It did go on and on. Rare words stand here now!', rare: ['Rare', 'words', 'stand', 'here'] },
    );
    expect(summary.quotes).toHaveLength(1);
    expect(summary.text).toMatch(/^Rare words/);
    expect(model.calls.score.at(-1)?.continuations.map(({ text }) => text)).toEqual(['Rare words stand here now!']);
  });

  it('reads each segment after what it kept of those before, and never the whole of them', async () => {
    const { model } = await compress({ rate: 0.3, coarse: 4, segmentTokens: 10 });
    const prompts = model.calls.score.map(({ prompt }) => promptText(prompt).trim());
    expect(prompts).toEqual(['', 'so ship big', 'so ship big sail.\n17 September 1869']);
  });

  it('slides over a text longer than the context, and meets the rate', async () => {
    const text = Array.from({ length: 2_000 }, (_, i) => (i % 12 === 11 ? `w${i}.` : `w${i}`)).join(' ');
    const { model, summary } = await compress({ rate: 0.5, overlapTokens: 4_000 }, { text, contextTokens: 100 });
    expect(summary.tokenCount).toBe(1_000);
    expect(model.calls.score.length).toBeGreaterThan(40);
  });

  it('stops between segments', async () => {
    const controller = new AbortController();
    const score = (prompt: Prompt, continuation: { readonly text: string }) => {
      controller.abort();
      return surprised([])(prompt, continuation);
    };
    const model = createScriptedModel({ score });
    const compressor = llmlingua.create(llmlingua.options.parse({ segmentTokens: 8 }), { model, profile: plainProfile });
    await expect(compressor.compress({ text: TEXT, query: 'Why?', seed: 1 }, buildContext(controller.signal))).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(model.calls.score).toHaveLength(1);
  });

  it('refuses a log-probability that is none', async () => {
    const model = createScriptedModel({ score: (_prompt, { text }) => (text.match(/\S+/g) ?? []).map(() => Number.NaN) });
    const compressor = llmlingua.create(llmlingua.options.parse({}), { model, profile: plainProfile });
    await expect(compressor.compress({ text: TEXT, query: '', seed: 1 }, buildContext())).rejects.toMatchObject({
      code: 'output-unparseable',
    });
  });
});
