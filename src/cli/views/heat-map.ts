import { NATS_PER_BIT } from '../../domain/information.ts';
import type { Colors } from '../io.ts';
import { printable } from './format.ts';

/** Upper borders, in bits a token, of the shades; what is above the last is the darkest. */
const BORDERS = [0.05, 0.25, 0.5, 1, 2] as const;

/** One piece of a summary with what it tells about its context. */
export interface HeatToken {
  readonly text: string;
  readonly nats: number;
}

/**
 * A summary with each token shaded by its bits: where the words begin to tell which context they came from. Without colours,
 * tokens of half a bit and more are put in brackets with their value, so that a pipe or a screen reader gets the same facts.
 */
export function renderHeatMap(tokens: readonly HeatToken[], colors: Colors): string {
  const safe = tokens.map(({ text, nats }) => ({ text: printable(text), nats }));
  return safe.map((token) => (colors.isColorSupported ? shaded(token) : bracketed(token))).join('');
}

function shaded({ text, nats }: HeatToken): string {
  const bits = nats / NATS_PER_BIT;
  if (bits < -BORDERS[1]) return `\u001b[48;5;224m\u001b[30m${text}\u001b[0m`;
  const level = BORDERS.findIndex((border) => bits < border);
  // Greens of the 256-colour palette, from none to dark; dark text on light shades and light on dark.
  const shades = ['', '48;5;194;30', '48;5;157;30', '48;5;114;30', '48;5;71;30', '48;5;28;97'];
  const style = shades[level < 0 ? BORDERS.length : level] ?? '';
  return style === '' ? text : `\u001b[${style}m${text}\u001b[0m`;
}

function bracketed({ text, nats }: HeatToken): string {
  const bits = nats / NATS_PER_BIT;
  if (Math.abs(bits) < 0.5) return text;
  const lead = /^\s*/.exec(text)?.[0] ?? '';
  return `${lead}[${text.slice(lead.length)} ${bits.toFixed(1)}]`;
}

export function heatLegend(colors: Colors): string {
  if (!colors.isColorSupported) return 'tokens of half a bit or more are shown as [token bits]';
  const samples = [0, 0.1, 0.3, 0.7, 1.5, 3].map((bits) => shaded({ text: ` ${bits} `, nats: bits * NATS_PER_BIT }));
  return `bits per token: ${samples.join('')}  against: ${shaded({ text: ' < -0.25 ', nats: -1 })}`;
}
