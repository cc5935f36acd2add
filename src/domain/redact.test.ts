import { describe, expect, it } from 'vitest';
import { redactMessage, redactSecrets, redactUrl } from './redact.ts';

describe('an error’s message in the log', () => {
  it.each([
    [
      'Model big answered 400: "You said "a secret plan" and" more". See the message.',
      'Model big answered 400: [quoted]. See the message.',
    ],
    [
      'Expected JSON, but Unexpected token \'h\', "hello wor"... is not valid',
      'Expected JSON, but Unexpected token [quoted], [quoted]... is not valid',
    ],
    ['It begins "and never ends', 'It begins [quoted]'],
    ['GET https://ada:pass@host.example:8080/a/b?key=1 failed', 'GET [url at host·example] failed'],
    ['cannot read /home/ada/private/plan.md here', 'cannot read [path] here'],
    ['cannot read plans-for-monday.md here', 'cannot read [file] here'],
    ['with sk-abcdefghijklmnop and Bearer abc.def', 'with [secret] and [secret]'],
    ['two\nlines', 'two lines'],
    ['waited 300 ms for the first token', 'waited 300 ms for the first token'],
  ])('%j', (message, told) => {
    expect(redactMessage(message)).toBe(told);
  });

  it('has 500 characters at most', () => {
    expect(redactMessage('a '.repeat(5_000))).toHaveLength(500);
  });
});

describe('what may be shown to whoever it speaks to', () => {
  it('loses keys, and credentials in addresses', () => {
    expect(redactSecrets('redis://:pass@host:6379 with sk-abcdefghijklmnop, "as quoted"')).toBe(
      'redis://host:6379 with [secret], "as quoted"',
    );
    expect(redactUrl('https://ada:pass@host/v1?api_key=1&page=2#top')).toBe('https://host/v1?api_key=%E2%80%A6&page=2');
  });
});
