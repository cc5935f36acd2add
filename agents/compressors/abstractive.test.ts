import { describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../src/ports/language-model.ts';
import { buildContext, plainProfile } from '../../src/testing/builders.ts';
import { conformCompressor } from '../../src/testing/conform-compressor.ts';
import { createScriptedModel, promptText } from '../../src/testing/scripted-model.ts';
import { instruct } from '../prompts/instruct.ts';
import { nano } from '../prompts/nano.ts';
import { abstractive } from './abstractive.ts';

conformCompressor({ plugin: abstractive, limited: { options: { maxTokens: 7 }, maxTokens: 7 } });
conformCompressor({ plugin: abstractive, profile: nano, limited: { options: { maxTokens: 7 }, maxTokens: 7 } });
conformCompressor({
  plugin: abstractive,
  profile: instruct,
  reply: (text) => JSON.stringify({ relevant: text.includes('canal'), summary: text.slice(0, 80).trim(), quotes: [text.slice(0, 20)] }),
});

const TEXT = 'The canal was opened in 1869.  It is 13 km long.';
const REQUEST = { text: TEXT, query: 'How long is it?', seed: 5 };

function compress(reply: string, profile = plainProfile, options: unknown = {}) {
  const model = createScriptedModel({ reply: [reply] });
  const compressor = abstractive.create(abstractive.options.parse(options), { model, profile });
  return { model, summary: compressor.compress(REQUEST, buildContext()) };
}

describe('abstractive', () => {
  it('keeps the sampled tokens of a plain output, white space around it or not', async () => {
    const summary = await compress(' It is 13 km long.').summary;
    expect(summary).toMatchObject({ text: 'It is 13 km long.', tokenCount: 5, ended: true, finishReason: 'stop' });
    expect(summary.tokenIds).toHaveLength(5);
    expect(summary.quotes).toEqual([{ start: 31, end: 48 }]);
  });

  it('keeps no tokens of a JSON output, and counts the words alone', async () => {
    const reply = JSON.stringify({ relevant: true, summary: 'It is 13 km long.', quotes: ['it is 13 km long', 'It was dug by hand.'] });
    const { model, summary } = compress(reply, instruct);
    expect(await summary).toMatchObject({ text: 'It is 13 km long.', tokenCount: 5, quotes: [{ start: 31, end: 47 }] });
    expect((await summary).tokenIds).toBeUndefined();
    expect(model.calls.generate[0]).toMatchObject({
      maxTokens: instruct.summaryTokens,
      schema: instruct.compress.schema,
      seed: 5,
      temperature: 0,
    });
  });

  it('keeps no tokens of an output with markers, which are no words of the summary', async () => {
    const model = createScriptedModel({ reply: ['It is 13 km long.'] });
    const generate: LanguageModel['generate'] = async (...call) => {
      return { ...(await model.generate(...call)), markers: [{ marker: '<|s2|>', at: 0 }] };
    };
    const compressor = abstractive.create(abstractive.options.parse({}), { model: { ...model, generate }, profile: nano });
    const summary = await compressor.compress(REQUEST, buildContext());
    expect(summary).toMatchObject({ text: 'It is 13 km long.', tokenCount: 5, quotes: [{ start: 31, end: 48 }] });
    expect(summary.tokenIds).toBeUndefined();
  });

  it('takes the model at its word that a chunk does not help', async () => {
    expect((await compress('NONE').summary).status).toBe('none');
    expect((await compress('{"relevant": false, "summary": "It rained.", "quotes": []}', instruct).summary).status).toBe('none');
  });

  it('has no quotes for a paraphrase', async () => {
    expect((await compress('Thirteen kilometres.').summary).quotes).toEqual([]);
  });

  it('says that the end token does not belong to what was cut', async () => {
    expect(await compress('one two three four', plainProfile, { maxTokens: 2 }).summary).toMatchObject({
      text: 'one two',
      ended: false,
      finishReason: 'length',
    });
  });

  it('names its option when JSON was cut in the middle', async () => {
    const reply = JSON.stringify({ relevant: true, summary: 'one two three four five six', quotes: [] });
    const { summary } = compress(reply, instruct, { maxTokens: 3 });
    await expect(summary).rejects.toMatchObject({ code: 'output-unparseable', message: expect.stringContaining('maxTokens = 3') });
  });

  it('asks for so many sentences and cuts what is over', async () => {
    const reply = (summary: string) => JSON.stringify({ relevant: true, summary, quotes: [] });
    const three = compress(reply('One is. Two are. Three are.'), instruct, { sentences: 2 });
    expect(await three.summary).toMatchObject({ text: 'One is. Two are.', tokenCount: 4 });
    const [call] = three.model.calls.generate;
    expect(call === undefined ? '' : promptText(call.prompt)).toMatch(
      /How long is it\?\ndata-\w+>>>\n\nThe summary has at most 2 sentences\.$/,
    );
    expect(JSON.stringify(call?.schema)).toContain('"maxLength":400');
    // A profile that cannot ask for a length is cut all the same.
    expect((await compress('One is. Two are.', plainProfile, { sentences: 1 }).summary).text).toBe('One is.');
  });

  it('shows document and question to the model, the document first', async () => {
    const { model, summary } = compress('x');
    await summary;
    const prompt = model.calls.generate.map(({ prompt }) => promptText(prompt)).join('');
    expect(prompt.indexOf(TEXT)).toBeGreaterThan(-1);
    expect(prompt.indexOf(TEXT)).toBeLessThan(prompt.indexOf(REQUEST.query));
  });
});
