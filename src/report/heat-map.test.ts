import { describe, expect, it, test } from 'vitest';
import { NATS_PER_BIT } from '../domain/information.ts';
import { heatLegend, heatMap, signed, tokenTable } from './heat-map.ts';
import { HEAT_COLOURS, heatClass, heatStep } from './heat-steps.ts';
import { PAGE_STYLE } from './style.ts';

const token = (text: string, bits: number) => ({ text, nats: bits * NATS_PER_BIT });

test('steps are symmetric, and no figure is no step', () => {
  expect([0, 0.04, 0.05, 0.25, 0.5, 1, 2, 50].map(heatStep)).toEqual([0, 0, 1, 2, 3, 4, 5, 5]);
  expect([-0.04, -0.05, -2].map(heatStep)).toEqual([0, -1, -5]);
  expect([1.2, -0.3, 0, Number.NaN].map(heatClass)).toEqual(['p4', 'n2', 'h0', 'h0']);
});

describe('a heat map', () => {
  it('has a ground and a figure a token, with the blanks between them', () => {
    expect(String(heatMap([token('Opened', -0.3), token(' in', 0.1), token(' 18', 2.5), token('69.', 0)]))).toBe(
      '<p class="heat" dir="auto"><span class="n2" title="−0.30 bits">Opened</span> <span class="p1" title="+0.10 bits">in</span> <span class="p5" title="+2.50 bits">18</span><span class="h0" title="0.00 bits">69.</span></p>',
    );
  });

  it('marks the end and bare blanks only where they tell something', () => {
    expect(String(heatMap([token('a', 0), token(' ', 0), token('', 0)]))).not.toMatch(/∎|␣/);
    expect(String(heatMap([token('\n', 1), token(' ', 1), token('', -1)]))).toMatch(/↵.*␣.*∎/);
  });

  it('is told in figures too, which add up', () => {
    const cells = [...String(tokenTable([token('a', 1.25), token('b', -0.5)])).matchAll(/class="figure">([^<]+)<\/td>/g)].map(
      ([, cell]) => cell,
    );
    expect(cells).toEqual(['+1.25', '+1.25', '−0.50', '+0.75']);
  });

  it('has a legend with units for eyes and for screen readers', () => {
    const legend = String(heatLegend());
    for (const words of ['≤ −2', '−0.05', '+0.05', '≥ +2', 'bits per token', 'aria-label="Legend: bits per token.'])
      expect(legend).toContain(words);
  });
});

test('a rounded zero has no sign', () => {
  expect([0.001, -0.001, 1, -1, Number.NaN].map((bits) => signed(bits))).toEqual(['0.00', '0.00', '+1.00', '−1.00', '–']);
});

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe.each(['light', 'dark'] as const)('colours on a %s page', (scheme) => {
  const { for: speaking, against } = HEAT_COLOURS[scheme];

  it('can be read on every ground', () => {
    for (const { fill, ink } of [...speaking, ...against]) expect(contrast(fill, ink), `${ink} on ${fill}`).toBeGreaterThanOrEqual(4.5);
  });

  it('grow steadily away from the page, so that they survive without hue', () => {
    for (const side of [speaking, against]) {
      const lights = side.map(({ fill }) => luminance(fill));
      const ordered = scheme === 'light' ? lights.toSorted((a, b) => b - a) : lights.toSorted((a, b) => a - b);
      expect(lights).toEqual(ordered);
    }
  });

  it('are words of the page: dim and accented ones can be read on its grounds', () => {
    const rules = scheme === 'light' ? PAGE_STYLE : PAGE_STYLE.slice(PAGE_STYLE.indexOf('@media screen'));
    const colour = (name: string) => new RegExp(`--${name}: (#\\w{6})`).exec(rules)?.[1] ?? '';
    for (const ground of ['page', 'card', 'mark'])
      for (const words of ['ink', 'dim', 'accent', 'warm', 'good'])
        expect(contrast(colour(ground), colour(words)), `${words} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });
});
