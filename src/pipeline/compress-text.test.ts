import { describe, expect, it } from 'vitest';
import { faithful } from '../../agents/gates/faithful.ts';
import { relevant } from '../../agents/gates/relevant.ts';
import { panel } from '../../estimators/panel.ts';
import { NO_SUMMARY } from '../domain/summary.ts';
import type { Compressor } from '../ports/compressor.ts';
import type { Gate } from '../ports/gate.ts';
import { buildContext, buildSummary, plainProfile } from '../testing/builders.ts';
import { createScriptedModel } from '../testing/scripted-model.ts';
import { compressText } from './compress-text.ts';

// 100 tokens less 10 of template, 20 of question and 40 of summary: chunks of 30 words, three sentences each.
const CONTEXT_TOKENS = 100;
const TEXT = Array.from({ length: 30 }, (_, i) => `On day ${i} the ${i === 13 ? 'canal' : 'weather'} was looked at with some care.`).join(
  ' ',
);

function compress(
  members: {
    text?: string | readonly string[];
    query?: string;
    limit?: number;
    isScored?: boolean;
    compressor?: Compressor;
    gate?: Gate;
  } = {},
) {
  const { text = TEXT, query = 'Was the canal looked at?', limit = 4, isScored = true } = members;
  const asked: string[] = [];
  const firstSentence: Compressor = {
    compress: async ({ text: chunk }) => {
      asked.push(chunk);
      const sentence = /^[^.]*\./.exec(chunk)?.[0] ?? '';
      return buildSummary(sentence, { quotes: [{ start: 0, end: sentence.length }] });
    },
  };
  const scorer = { model: createScriptedModel({ contextTokens: CONTEXT_TOKENS }), profile: plainProfile };
  const done = compressText(
    { text, query, seed: 1, limit },
    {
      readers: [scorer],
      compressor: members.compressor ?? firstSentence,
      estimator: panel.create({ contexts: 3 }, undefined),
      gate: members.gate ?? relevant.create(relevant.options.parse({}), undefined),
      context: buildContext(),
      ...(isScored ? { scorer } : {}),
    },
  );
  return { done, asked, model: scorer.model };
}

describe('compressing a text', () => {
  it('reads the chunks nearest to the question, and no more than asked for', async () => {
    const { done, asked } = compress();
    const { parts, chunkCount } = await done;
    expect(chunkCount).toBeGreaterThan(8);
    expect(parts).toHaveLength(4);
    expect(asked[0]).toContain('canal');
  });

  it('puts the kept parts first, the most relevant before the others', async () => {
    const { parts } = await compress({ limit: 100 }).done;
    const order = parts.map(({ decision }) => (decision.kept ? 1 : 0) * 10 + decision.relevance);
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(parts[0]?.decision.kept).toBe(true);
    for (const { chunk } of parts) expect(TEXT.slice(chunk.span.start, chunk.span.end)).toBe(chunk.text);
  });

  it('hands on what the gate left of a summary', async () => {
    const inventing: Compressor = {
      compress: async ({ text }) => buildSummary(`${/^[^.]*\./.exec(text)?.[0] ?? ''} The canal was looked at 977 times.`),
    };
    const gate = faithful.create(faithful.options.parse({ onUnfaithful: 'drop-sentence' }), undefined);
    const { parts } = await compress({ compressor: inventing, gate }).done;
    const [best] = parts;
    expect(best?.summary.text).toMatch(/^On day \d+ the \w+ was looked at with some care\.$/);
    expect(best?.summary.tokenCount).toBe(best?.summary.text.split(' ').length);
    expect(best?.decision.flags).toContain('unfaithful');
  });

  it('scores each summary against other chunks of the text', async () => {
    const { scored, parts } = await compress().done;
    expect([...(scored?.scores.keys() ?? [])].sort()).toEqual(parts.map(({ chunk }) => chunk.id).sort());
    for (const score of scored?.scores.values() ?? []) expect(score.contexts).toBe(4);
  });

  it('reads several texts as one, each once, and says which a summary is of', async () => {
    const texts = ['The canal was looked at on day 1.', 'It rained.', 'The canal was looked at on day 1.', 'A canal leaked.'];
    const { parts, chunkCount, scored } = await compress({ text: texts, limit: 9 }).done;
    expect(chunkCount).toBe(3);
    for (const { chunk, source } of parts) expect(texts[source]).toBe(chunk.text);
    expect(parts.map(({ source }) => source).sort()).toEqual([0, 1, 3]);
    expect(scored?.scores.size).toBe(3);
  });

  it('scores nothing without a scorer, of a single chunk, or of what is no summary', async () => {
    expect(await compress({ isScored: false }).done).not.toHaveProperty('scored');
    expect(await compress({ text: 'The canal leaked.' }).done).not.toHaveProperty('scored');
    const { done, model } = compress({ compressor: { compress: async () => NO_SUMMARY } });
    expect((await done).parts.every(({ decision }) => !decision.kept)).toBe(true);
    expect(model.calls.score).toEqual([]);
  });

  it('leaves out the score of a summary that the scorer cannot read beside a chunk, and keeps the others', async () => {
    const compressor: Compressor = {
      compress: async ({ text }) => buildSummary(text.includes('canal') ? `Was the canal looked at? ${'Yes. '.repeat(90)}` : text),
    };
    const { parts, scored } = await compress({ compressor }).done;
    expect(parts).toHaveLength(4);
    expect(scored?.estimate).toMatchObject({ samples: 3, missing: 1 });
  });

  it.each(['', ' \n '])('refuses the empty text %j', async (text) => {
    await expect(compress({ text }).done).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
