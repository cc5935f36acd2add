import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HEAT_COLOURS } from '../../../report/heat-steps.ts';
import type { PublicEvent } from '../../live.ts';
import { budgetBars, segmentsOf } from './budget-bars.ts';
import { cutDocument } from './cut-document.ts';
import { eventInWords } from './event-words.ts';
import { cutAtMarks } from './marks.ts';
import { EMPTY_VIEW, type RunView } from './run-view.ts';
import { windowOf } from './window-of.ts';

test('heat maps have the colours of the report, in both schemes', () => {
  const css = readFileSync(new URL('./run-50-heat.css', import.meta.url), 'utf8').toLowerCase();
  for (const [name, side] of [
    ['p', 'for'],
    ['n', 'against'],
  ] as const) {
    HEAT_COLOURS.light[side].forEach((light, i) => {
      const dark = HEAT_COLOURS.dark[side][i];
      const rule = new RegExp(`\\.run \\.${name}${i + 1} \\{([^}]*)\\}`).exec(css)?.[1];
      expect(rule).toContain(`background: light-dark(${light.fill}, ${dark?.fill})`);
      expect(rule).toContain(`color: light-dark(${light.ink}, ${dark?.ink})`);
    });
  }
});

describe('an answer cut at its marks', () => {
  test('nothing is lost, and only marks of citations are marks', () => {
    const text = fc
      .array(fc.constantFrom('[1]', '[2]', '[33]', 'word ', '[', ']', '\n', '\n\n'), { maxLength: 20 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.uniqueArray(fc.constantFrom(1, 2, 33)), (answer, numbers) => {
        const paragraphs = cutAtMarks(answer, new Set(numbers));
        const whole = paragraphs.map((pieces) => pieces.map((piece) => ('mark' in piece ? `[${piece.mark}]` : piece.words)).join(''));
        expect(whole).toEqual(answer.split(/\n{2,}/));
        for (const piece of paragraphs.flat()) if ('mark' in piece) expect(numbers).toContain(piece.mark);
      }),
    );
  });
});

describe('a source cut around a span', () => {
  const place = fc.nat({ max: 80 });
  const span = fc.option(fc.tuple(place, place).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) })));
  test('its pieces and what is left out are the whole, and the mark is what was cited', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), span, span, fc.nat({ max: 30 }), (text, mark, chunk, room) => {
        const { before, after, pieces } = cutDocument(text, mark, chunk, room);
        expect(text.slice(0, before) + pieces.map((piece) => piece.text).join('') + text.slice(text.length - after)).toBe(text);
        const marked = pieces.filter(({ kind }) => kind === 'mark').map((piece) => piece.text);
        expect(marked.join('')).toBe(mark === null ? '' : text.slice(mark.start, mark.end));
      }),
    );
  });
});

describe('what of a long list is in sight', () => {
  test('everything that meets the window is on the page, and the blank stands for the rest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 60 }),
        fc.nat({ max: 3_000 }),
        fc.nat({ max: 500 }),
        (sizes, top, height) => {
          const keys = sizes.map((_, i) => String(i));
          const known = new Map(keys.map((key, i) => [key, sizes[i] ?? 0]));
          const { from, to, above, below } = windowOf(keys, known, { guess: 10, top, height, spare: 20 });
          const sum = (list: readonly number[]) => list.reduce((total, size) => total + size, 0);
          expect(above).toBe(sum(sizes.slice(0, from)));
          expect(below).toBe(sum(sizes.slice(to)));
          if (from > 0) expect(above).toBeLessThanOrEqual(Math.max(0, top - 20));
          if (to < sizes.length) expect(above + sum(sizes.slice(from, to))).toBeGreaterThanOrEqual(top + height + 20);
        },
      ),
    );
  });
});

describe('a bar of the budget', () => {
  const amount = fc.nat({ max: 10_000 });
  test('its parts lie one after the other within it, each as long as its share', () => {
    fc.assert(
      fc.property(fc.option(amount), amount, amount, amount, amount, (limit, spent, reserved, answer, held) => {
        const segments = segmentsOf({ limit, spent, reserved, answer, held });
        const whole = spent + reserved + answer + held;
        let end = 0;
        for (const { from, size } of segments) {
          expect(from).toBeCloseTo(end, 9);
          end = from + size;
        }
        expect(end).toBeLessThanOrEqual(1 + 1e-9);
        if (limit !== null && limit >= whole && limit > 0) expect(end).toBeCloseTo(whole / limit, 9);
      }),
    );
  });

  test('shows what is kept free for the answer, less what is set aside for it, until the run has ended', () => {
    const heldBack = { tokens: 100, micro_usd: 30, calls: 1 };
    const held = (change: Partial<RunView>) => budgetBars({ ...EMPTY_VIEW, ...change }, heldBack).map((bar) => bar.held);
    expect(held({ status: 'in_progress' })).toEqual([30, 100, 1, 0]);
    expect(held({ status: 'in_progress', reservedForAnswer: { tokens: 60, microUsd: 31, calls: 1 } })).toEqual([0, 40, 0, 0]);
    expect(held({ status: 'completed' })).toEqual([0, 0, 0, 0]);
    expect(budgetBars(EMPTY_VIEW, null).map((bar) => bar.held)).toEqual([0, 0, 0, 0]);
  });
});

test('gathering sources has words in the event log', () => {
  const words = (event: object) => eventInWords({ run_id: 'run_1', sequence: 1, at_ms: 1, ...event } as PublicEvent);
  const step = { id: 'gather', status: 'done', is_cached: false, error: null, usage: [] };
  const sources = [{ document_id: 'a' }, { document_id: null }];
  expect(words({ type: 'steps-planned', steps: [{ role: 'gather' }] })).toBe('gathering sources from the web');
  expect(words({ type: 'steps-finished', steps: [{ ...step, result: { kind: 'gather', sources } }] })).toBe(
    'gathered 1 of 2 pages from the web',
  );
  expect(words({ type: 'web-asked', step_id: 'gather', requests: 3 })).toBe('3 requests to the web, and nothing came of it');
  expect(words({ type: 'steps-planned', steps: [{ role: 'plan' }, { role: 'plan' }] })).toBe('2 plan');
});
