import { expect, it } from 'vitest';
import { isMatch } from './glob.ts';
import { parseSearchQuery } from './search-query.ts';

it.each([
  ['canal locks', { query: 'canal locks', filter: {} }],
  ['"Carrow Canal" opened', { query: 'Carrow Canal opened', filter: { phrases: ['Carrow Canal'] } }],
  ['uri:reports/** lang:DE format:PDF', { query: '', filter: { uri: 'reports/**', language: 'de', format: 'pdf' } }],
  ['title:annual title:"report 2024" cost', { query: 'cost', filter: { title: 'annual report 2024' } }],
  ['author:smith 10:30', { query: 'author:smith 10:30', filter: {} }],
  ['an "unclosed phrase', { query: 'an "unclosed phrase', filter: {} }],
  ['uri: "" canal', { query: 'uri: "" canal', filter: {} }],
  ['  ', { query: '', filter: {} }],
])('%j', (typed, parsed) => expect(parseSearchQuery(typed)).toEqual(parsed));

it.each([
  ['reports/2024/a.pdf', 'reports/**', true],
  ['reports/2024/a.pdf', 'reports/*', false],
  ['reports/a.pdf', 'reports/*', true],
  ['reports/a.pdf', '*.pdf', false],
  ['reports/a.pdf', '**.pdf', true],
  ['a+b(1).md', 'a+b(1).md', true],
  ['aab1.md', 'a+b(1).md', false],
])('%s fits %s: %j', (address, pattern, fits) => expect(isMatch(address, pattern)).toBe(fits));
