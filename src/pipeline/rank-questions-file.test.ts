import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../bundled-model.ts';
import { parseRankQuestions } from './rank-questions-file.ts';

const parse = (...lines: string[]) => parseRankQuestions(lines.join('\n'), 'q.jsonl');

describe('a file of questions', () => {
  it('has one a line, or JSON lines with what is known of each', () => {
    expect(parse('# mine', 'Who?', '', 'When?', 'Who?')).toEqual([{ query: 'Who?' }, { query: 'When?' }]);
    expect(
      parse('{"question": "Who?", "answers": ["Ann", "Ann B."], "document": "a.md"}', '{"question": "When?", "answer": "1869", "id": 1}'),
    ).toEqual([
      { query: 'Who?', answers: ['Ann', 'Ann B.'], documents: ['a.md'] },
      { query: 'When?', answers: ['1869'] },
    ]);
  });

  it('may ask twice: then an answer to either is right', () => {
    expect(parse('{"question": "Who?", "answers": ["Ann"]}', '{"question": "Who?", "answers": ["Bea", "Ann"]}')).toEqual([
      { query: 'Who?', answers: ['Ann', 'Bea'] },
    ]);
  });

  it('of the sample corpus is one', () => {
    const questions = parseRankQuestions(readFileSync(packagePath('samples/questions.jsonl'), 'utf8'), 'questions.jsonl');
    expect(questions).toHaveLength(60);
    expect(questions[0]).toMatchObject({ answers: ['9.4 km'], documents: ['isthmus-of-carrow.md'] });
    // Eight are answered nowhere, so that no summary can hold the answer.
    expect(questions.filter(({ answers }) => answers === undefined)).toHaveLength(8);
  });

  it.each([
    [['# nothing'], /Expected one question a line in q\.jsonl, but there is none/],
    [['{"question": "Who?"}', 'When?'], /q\.jsonl:2: expected \{"question".*but got "When\?"/],
    [['{"q": "Who?"}'], /q\.jsonl:1: expected .*question/],
    [['{"question": "Who?", "answers": "Ann"}'], /q\.jsonl:1: expected .*answers/],
  ])('%j says what was expected', (lines, message) => {
    expect(() => parse(...lines)).toThrow(message);
  });
});
