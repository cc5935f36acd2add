import { createColors } from 'picocolors';
import { describe, expect, test } from 'vitest';
import { usd } from '../../report/figures.ts';
import { printable, wrap } from './format.ts';
import { heatLegend, renderHeatMap } from './heat-map.ts';
import { renderTable } from './table.ts';

const plain = createColors(false);
const colored = createColors(true);

describe('what reaches the terminal', () => {
  test('words of a source cannot carry escape sequences', () => {
    expect(printable('a\u001b]52;c;ZXZpbA==\u0007b\u009b31m')).toBe('a\ufffd]52;c;ZXZpbA==\ufffdb\ufffd31m');
    expect(renderHeatMap([{ text: '\u001b[31mred', nats: 0 }], plain)).not.toContain('\u001b');
  });

  test('a heat map says the same with colours and without', () => {
    const tokens = [
      { text: 'The', nats: 0.01 },
      { text: ' canal', nats: 2 },
    ];
    expect(renderHeatMap(tokens, plain)).toBe('The [canal 2.9]');
    expect(renderHeatMap(tokens, colored)).toContain('\u001b[48;5;25;97m canal\u001b[0m');
    expect(renderHeatMap([{ text: 'no', nats: -2 }], colored)).toBe('\u001b[48;5;130;97mno\u001b[0m');
    // Every step of the legend stands on a ground of its own.
    expect(new Set(heatLegend(colored).match(/48;5;\d+/g)).size).toBe(10);
  });

  test('columns line up whatever colours their cells have', () => {
    const [, , first, second] = renderTable(
      [{ title: 'a' }, { title: 'n', align: 'right' }],
      [
        [colored.green('x'), '1'],
        ['long', '22'],
      ],
    ).split('\n');
    expect(first?.indexOf('1')).toBe((second?.indexOf('22') ?? 0) + 1 + colored.green('x').length - 1);
  });

  test('unpriced is not zero, and small amounts keep their digits', () => {
    expect([usd(undefined), usd(0), usd(42), usd(1_500_000)]).toEqual(['unpriced', '$0.0000', '$0.000042', '$1.5000']);
  });

  test('wrapping loses no word', () => {
    const text = '  one two three four five six';
    const lines = wrap(text, 12, '    ').split('\n');
    expect(lines.join(' ').split(/\s+/).join(' ').trim()).toBe(text.trim());
    expect(lines.every((line) => line.length <= 16)).toBe(true);
  });
});
