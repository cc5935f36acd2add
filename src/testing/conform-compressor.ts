import { describe, expect, it } from 'vitest';
import { splitSentences } from '../domain/text.ts';
import type { CompressionRequest } from '../ports/compressor.ts';
import type { Plugin } from '../ports/plugin.ts';
import type { PromptProfile } from '../ports/prompt-profile.ts';
import { buildContext, plainProfile } from './builders.ts';
import { createScriptedModel, type ScriptedModel } from './scripted-model.ts';

export interface CompressorConformance {
  readonly plugin: Plugin<'compressor'>;
  /** Options under which a summary has at most `maxTokens` tokens; absent for a compressor without a limit of its own. */
  readonly limited?: { readonly options: unknown; readonly maxTokens: number };
  readonly profile?: PromptProfile;
  /** What the model behind a compressor that generates writes for a text; default: the text itself. */
  readonly reply?: (text: string) => string;
}

const QUERY = 'When was the canal at Brackwater opened?';
const TEXTS = [
  'The canal at Brackwater was opened in 1869. It is 13 km long. Salt was its main cargo until 1900. When was the railway opened?',
  'A canal.',
  `The canal was opened by ${'a very long list of people and '.repeat(20)}others.`,
  '# Canal\n\nWhen the canal at Brackwater was opened, 20,000 people came.\n\n- One item about the canal\n- Another item',
  'It rained.',
];

/** What every compressor promises. Call it in the test file of each implementation. */
export function conformCompressor({ plugin, limited, profile = plainProfile, reply = (text) => text }: CompressorConformance): void {
  const textOf = (prompt: string) => TEXTS.find((text) => prompt.includes(text)) ?? '';
  const make = (options: unknown = {}) => {
    const model = createScriptedModel({ reply: (_request, prompt) => reply(textOf(prompt)) });
    return { model, compressor: plugin.create(plugin.options.parse(options), { model, profile }) };
  };
  const request = (text: string): CompressionRequest => ({ text, query: QUERY, seed: 7 });

  describe(`${plugin.id} is a compressor`, () => {
    it.each(['', ' \n\t '])('makes none of a chunk without words (%j), and asks no model', async (text) => {
      const { model, compressor } = make();
      const summary = await compressor.compress(request(text), buildContext());
      expect(summary).toMatchObject({ status: 'none', text: '', tokenCount: 0, quotes: [] });
      expect(model.calls.generate).toHaveLength(0);
      expect(model.calls.markers).toHaveLength(0);
    });

    it.each(TEXTS)('says status, words, size and quotes that agree: %s', async (text) => {
      const { model, compressor } = make();
      const summary = await compressor.compress(request(text), buildContext());
      expect(summary.status).toBe(summary.text === '' ? 'none' : 'text');
      expect([summary.tokenCount]).toEqual(await model.countTokens([summary.text]));
      expect(summary.ended).toBe(summary.finishReason === 'stop');
      expectOrderedSpans(summary.quotes, text);
    });

    it.each(TEXTS)('gives the same summary to the same request: %s', async (text) => {
      const [first, second] = await Promise.all(
        [make(), make()].map(({ compressor }) => compressor.compress(request(text), buildContext())),
      );
      expect(second).toEqual(first);
    });

    it('stops when it is told to, with code aborted', async () => {
      const { compressor } = make();
      const context = buildContext(AbortSignal.abort());
      await expect(compressor.compress(request(TEXTS[0] ?? ''), context)).rejects.toMatchObject({ code: 'aborted' });
    });

    it('uses only what it requires and leaves the recording of usage to the decorator', async () => {
      const { model, compressor } = make();
      const context = buildContext();
      for (const text of TEXTS) await compressor.compress(request(text), context);
      expectOnlyRequired(plugin, model);
      expect(context.recorded).toHaveLength(0);
    });

    if (limited === undefined) return;
    it.each(TEXTS)('never writes more than its limit, and says what it cut: %s', async (text) => {
      const { model, compressor } = make(limited.options);
      const summary = await compressor.compress(request(text), buildContext());
      expect((await model.countTokens([summary.text]))[0]).toBeLessThanOrEqual(limited.maxTokens);
      if (isCut(summary.text, text)) expect(summary.finishReason).toBe('length');
    });
  });
}

/** The beginning of the text, or of one of its sentences, that ends before a sentence does. */
function isCut(summary: string, text: string): boolean {
  const at = text.indexOf(summary);
  return (
    summary !== '' &&
    at >= 0 &&
    !splitSentences(text).some(({ end }) => end === at + summary.length) &&
    at + summary.length < text.trimEnd().length
  );
}

function expectOrderedSpans(spans: readonly { readonly start: number; readonly end: number }[], text: string): void {
  let before = 0;
  for (const { start, end } of spans) {
    expect(start).toBeGreaterThanOrEqual(before);
    expect(end).toBeGreaterThan(start);
    expect(end).toBeLessThanOrEqual(text.length);
    before = start;
  }
}

function expectOnlyRequired(plugin: Plugin<'compressor'>, model: ScriptedModel): void {
  if (!plugin.requires.includes('generate')) expect(model.calls.generate).toHaveLength(0);
  if (!plugin.requires.includes('score-continuation')) expect(model.calls.score).toHaveLength(0);
  if (!plugin.requires.includes('score-markers')) expect(model.calls.markers).toHaveLength(0);
}
