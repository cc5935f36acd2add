import { describe, expect, it } from 'vitest';
import type { PromptProfile } from '../../src/ports/prompt-profile.ts';
import { buildEvidence } from '../../src/testing/builders.ts';
import { promptText } from '../../src/testing/scripted-model.ts';
import { instruct } from './instruct.ts';

const EMPTY = { type: 'chat', messages: [] } as const;
const plan: NonNullable<PromptProfile['plan']> = instruct.plan ?? { prompt: () => EMPTY, parse: () => [] };
const memory: NonNullable<PromptProfile['predict']['closedBook']> = instruct.predict.closedBook ?? {
  prompt: () => EMPTY,
  parse: () => ({ status: 'not-found', text: '', citations: [], form: 'model' }),
};

const expanding: NonNullable<PromptProfile['predict']['expanding']> = instruct.predict.expanding ?? instruct.predict;

describe('instruct prompts', () => {
  it('put the document before the question, so that its prefix serves every question', () => {
    const [one, two] = ['Who?', 'When?'].map((question) => promptText(instruct.compress.prompt('The text.', question)));
    const shared = one?.slice(0, one.indexOf('Question:')) ?? '';
    expect(shared).toContain('The text.');
    expect(two?.startsWith(shared)).toBe(true);
    expect(instruct.scorePrompt('The text.', 'Who?')).toEqual(instruct.compress.prompt('The text.', 'Who?'));
  });

  it('number the evidence as it is numbered', () => {
    const [, second] = buildEvidence(['one', 'two']);
    expect(promptText(instruct.predict.prompt('Who?', second === undefined ? [] : [second]))).toContain('[2] two');
  });

  it('say how many queries are of use', () => {
    expect(promptText(plan.prompt('Who?', 7))).toContain('at most 7');
  });

  it('stay within the overhead they announce, at three characters a token', () => {
    const prompts = [
      instruct.compress.prompt('', ''),
      instruct.predict.prompt('', []),
      plan.prompt('', 12),
      memory.prompt(''),
      expanding.prompt('', []),
    ];
    for (const prompt of prompts) expect(promptText(prompt).length / 3).toBeLessThanOrEqual(instruct.overheadTokens - 40);
  });

  it('give every string of every schema a length and every list an end', () => {
    for (const schema of [instruct.compress.schema, instruct.predict.schema, instruct.plan?.schema, memory.schema, expanding.schema]) {
      const text = JSON.stringify(schema);
      expect(text.match(/"type":"string"/g)?.length).toBe(text.match(/"maxLength"/g)?.length);
      expect(text.match(/"type":"array"/g)?.length).toBe(text.match(/"maxItems"/g)?.length);
    }
  });
});

describe('instruct outputs', () => {
  it('may ask for evidence in full, where that is offered', () => {
    const draft = (expand: string) => expanding.parse({ text: `{"found": false, "answer": "", "citations": []${expand}}` }, []);
    expect(draft(', "expand": [2]')).toMatchObject({ status: 'not-found', expand: [2] });
    expect(draft(', "expand": []')).not.toHaveProperty('expand');
    expect(draft('')).not.toHaveProperty('expand');
    expect(promptText(instruct.predict.prompt('Who?', []))).not.toContain('expand');
  });

  it('are none when the model says that the text does not help, or says nothing', () => {
    expect(instruct.compress.parse({ text: '{"relevant": false, "summary": "x", "quotes": []}' }).status).toBe('none');
    expect(instruct.compress.parse({ text: '{"relevant": true, "summary": " ", "quotes": ["x"]}' }).status).toBe('none');
  });

  it('are read out of a code fence too', () => {
    const output = '```json\n{"relevant": true, "summary": " A {canal}. ", "quotes": ["A canal", ""]}\n```';
    expect(instruct.compress.parse({ text: output })).toEqual({ status: 'text', text: 'A {canal}.', quotes: ['A canal'] });
  });

  it('give each mark a citation, with its quote where there is one', () => {
    const output = JSON.stringify({
      found: true,
      answer: 'In 1869 [1], by Thorsby [2][3].',
      citations: [
        { evidence: 1, quote: 'opened in 1869' },
        { evidence: 2, quote: '' },
      ],
    });
    expect(instruct.predict.parse({ text: output }, [])).toEqual({
      status: 'answered',
      text: 'In 1869 [1], by Thorsby [2][3].',
      citations: [{ evidence: 1, quote: 'opened in 1869' }, { evidence: 2 }, { evidence: 3 }],
      form: 'model',
    });
  });

  it('are not-found when the model says so, whatever else it says', () => {
    const draft = instruct.predict.parse({ text: '{"found": false, "answer": "Perhaps 1869 [1].", "citations": []}' }, []);
    expect(draft).toEqual({ status: 'not-found', text: 'Not found in the sources.', citations: [], form: 'model' });
  });

  it('are refused with what was expected and the first 200 characters of what came', () => {
    const output = 'I am sorry. '.repeat(40);
    const expected = expect.objectContaining({
      code: 'output-unparseable',
      isRetryable: false,
      message: expect.stringMatching(/Expected JSON .*relevant.*I am sorry/),
    });
    expect(() => instruct.compress.parse({ text: output })).toThrow(expected);
    expect(() => instruct.compress.parse({ text: '{"relevant": true, "summary": "unclo' })).toThrow(
      expect.objectContaining({ code: 'output-unparseable' }),
    );
    expect(() => instruct.compress.parse({ text: '{"relevant": "yes"}' })).toThrow(expect.objectContaining({ code: 'output-unparseable' }));
    expect(() => plan.parse('[]')).toThrow(expect.objectContaining({ code: 'output-unparseable' }));
  });
});

describe('instruct from memory', () => {
  it('shows the question alone, and what it says cites nothing', () => {
    expect(promptText(memory.prompt('Who dug it?'))).toContain('Who dug it?');
    expect(memory.parse({ text: '{"found": true, "answer": "Ada Lund [1]."}' })).toEqual({
      status: 'answered',
      text: 'Ada Lund [1].',
      citations: [],
      form: 'memory',
    });
    expect(memory.parse({ text: '{"found": false, "answer": ""}' })).toMatchObject({ status: 'not-found', form: 'memory' });
  });
});
