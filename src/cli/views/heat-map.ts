import { NATS_PER_BIT, type TokenScore } from '../../domain/information.ts';
import { HEAT_BORDERS, heatStep } from '../../report/heat-steps.ts';
import type { Colors } from '../io.ts';
import { printable } from './format.ts';

/**
 * A summary with each token shaded by its bits: where the words begin to tell which context they came from. Without colours,
 * tokens of half a bit and more are put in brackets with their value, so that a pipe or a screen reader gets the same facts.
 */
export function renderHeatMap(tokens: readonly TokenScore[], colors: Colors): string {
  const safe = tokens.map(({ text, nats }) => ({ text: printable(text), nats }));
  return safe.map((token) => (colors.isColorSupported ? shaded(token) : bracketed(token))).join('');
}

/** Of the 256-colour palette, by strength: blues for, oranges against, as on the page; dark text on light grounds and light on dark. */
const FOR = ['48;5;195;30', '48;5;153;30', '48;5;111;30', '48;5;32;97', '48;5;25;97'];
const AGAINST = ['48;5;230;30', '48;5;223;30', '48;5;215;30', '48;5;166;97', '48;5;130;97'];

function shaded({ text, nats }: TokenScore): string {
  return onGround(text, heatStep(nats / NATS_PER_BIT));
}

function onGround(text: string, step: number): string {
  const style = (step > 0 ? FOR : AGAINST)[Math.abs(step) - 1];
  return style === undefined ? text : `\u001b[${style}m${text}\u001b[0m`;
}

function bracketed({ text, nats }: TokenScore): string {
  const bits = nats / NATS_PER_BIT;
  if (Math.abs(bits) < 0.5) return text;
  const lead = /^\s*/.exec(text)?.[0] ?? '';
  return `${lead}[${text.slice(lead.length)} ${bits.toFixed(1)}]`;
}

export function heatLegend(colors: Colors): string {
  if (!colors.isColorSupported) return 'tokens of half a bit or more are shown as [token bits]';
  const speaking = HEAT_BORDERS.map((bits, i) => onGround(` ${bits} `, i + 1));
  const against = HEAT_BORDERS.map((bits, i) => onGround(` -${bits} `, -i - 1)).toReversed();
  return `bits per token, from: ${speaking.join('')}  against its source, from: ${against.join('')}`;
}
