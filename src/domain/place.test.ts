import { describe, expect, test } from 'vitest';
import type { PlaceMark } from './document.ts';
import { describePlace, placeOf } from './place.ts';

const heading = (start: number, label: string, level: number): PlaceMark => ({ start, kind: 'heading', label, level });
const mark = (start: number, kind: PlaceMark['kind'], label: string): PlaceMark => ({ start, kind, label });
const say = (marks: readonly PlaceMark[], start: number, end: number) => describePlace(placeOf({ marks }, { start, end }));

describe('a place in words', () => {
  const report = [
    mark(0, 'page', 'xi'),
    heading(0, 'Risk Factors', 1),
    mark(100, 'page', '12'),
    heading(120, 'Liquidity', 2),
    mark(200, 'page', '13'),
    heading(250, 'Outlook', 1),
  ];

  test.each([
    [0, 10, 'p. xi, Risk Factors'],
    [120, 130, 'p. 12, Risk Factors › Liquidity'],
    [190, 200, 'p. 12, Risk Factors › Liquidity'],
    [190, 201, 'pp. 12–13, Risk Factors › Liquidity'],
    [250, 260, 'p. 13, Outlook'],
  ])('from %i to %i is %s', (start, end, words) => expect(say(report, start, end)).toBe(words));

  test('names rows, records and blocks of lines', () => {
    expect(say([mark(0, 'row', '2'), mark(10, 'row', '3'), mark(20, 'row', '4')], 5, 15)).toBe('rows 2–3');
    expect(say([mark(0, 'row', '2–4'), mark(10, 'row', '5–7')], 5, 15)).toBe('rows 2–7');
    expect(say([mark(0, 'record', '1')], 5, 15)).toBe('record 1');
    expect(say([mark(0, 'line', '1'), mark(10, 'line', '9'), mark(40, 'line', '20')], 12, 15)).toBe('lines 9–19');
    expect(say([mark(0, 'line', '1'), mark(10, 'line', '9')], 12, 15)).toBe('line 9');
  });

  test('a part of a message begins anew', () => {
    const mail = [
      mark(0, 'part', 'Hello'),
      mark(50, 'part', 'a.pdf'),
      mark(50, 'page', '1'),
      heading(50, 'Scope', 1),
      mark(90, 'part', 'b.txt'),
    ];
    expect(say(mail, 10, 20)).toBe('Hello');
    expect(say(mail, 60, 70)).toBe('a.pdf, p. 1, Scope');
    expect(say(mail, 95, 99)).toBe('b.txt');
  });

  test('is nothing where nothing is marked, or only later', () => {
    expect(describePlace(placeOf({}, { start: 0, end: 5 }))).toBeUndefined();
    expect(say([heading(10, 'Later', 1)], 0, 5)).toBeUndefined();
  });
});
