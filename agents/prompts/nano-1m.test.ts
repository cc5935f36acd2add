import { expect, it } from 'vitest';
import { buildEvidence } from '../../src/testing/builders.ts';
import { nano } from './nano.ts';
import { nano1m } from './nano-1m.ts';

it('nano-1m is spoken to as nano is, and weighed with constants of its own', () => {
  const text = 'It rained. The canal was opened in 1869.';
  const evidence = buildEvidence([text]);
  expect(nano1m.select?.prompt(text, 'When?')).toEqual(nano.select?.prompt(text, 'When?'));
  expect(nano1m.scorePrompt(text, 'When?')).toEqual(nano.scorePrompt(text, 'When?'));
  expect(nano1m.predict.prompt('When?', evidence)).toEqual(nano.predict.prompt('When?', evidence));
  expect(nano1m.select?.calibration).not.toEqual(nano.select?.calibration);
  expect(nano1m.predict.copy?.('When?', evidence)).toMatchObject({ sources: nano.predict.copy?.('When?', evidence).sources });
});
