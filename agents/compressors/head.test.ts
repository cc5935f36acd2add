import { describe, expect, it } from 'vitest';
import { buildContext, plainProfile } from '../../src/testing/builders.ts';
import { conformCompressor } from '../../src/testing/conform-compressor.ts';
import { createScriptedModel } from '../../src/testing/scripted-model.ts';
import { head } from './head.ts';

conformCompressor({ plugin: head, limited: { options: { maxTokens: 9 }, maxTokens: 9 } });

function compress(text: string, maxTokens: number) {
  const compressor = head.create({ maxTokens }, { model: createScriptedModel(), profile: plainProfile });
  return compressor.compress({ text, query: 'Anything?', seed: 1 }, buildContext());
}

describe('head', () => {
  const text = 'One two three. Four five six seven. Eight.';

  it('takes sentences from the beginning until one does not fit, without gaps', async () => {
    expect((await compress(text, 7)).text).toBe('One two three. Four five six seven.');
    expect((await compress(text, 6)).text).toBe('One two three.');
    expect((await compress(text, 60)).text).toBe(text);
  });

  it('takes no more sentences than it may', async () => {
    const options = head.options.parse({ sentences: 2 });
    const compressor = head.create(options, { model: createScriptedModel(), profile: plainProfile });
    expect((await compressor.compress({ text, query: 'Anything?', seed: 1 }, buildContext())).text).toBe(
      'One two three. Four five six seven.',
    );
  });

  it('cuts a first sentence that is too long at a word', async () => {
    expect(await compress(text, 2)).toMatchObject({ text: 'One two', finishReason: 'length', quotes: [{ start: 0, end: 7 }] });
  });
});
