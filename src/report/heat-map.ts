import { NATS_PER_BIT, type TokenScore } from '../domain/information.ts';
import { fixed } from './figures.ts';
import { HEAT_BORDERS, heatClass } from './heat-steps.ts';
import { type Html, html, type Part } from './html.ts';
import { table } from './table.ts';

/** A summary with each token on a ground of its bits; pointing at one shows the figure. */
export function heatMap(tokens: readonly TokenScore[]): Html {
  return html`<p class="heat" dir="auto">${tokens.map(toSpan)}</p>`;
}

/** Blanks stay between the grounds, so that tokens of one word look like one. A token without ink is marked where it tells something. */
function toSpan({ text, nats }: TokenScore): Part {
  const bits = nats / NATS_PER_BIT;
  const ground = heatClass(bits);
  const words = text.trim();
  if (words === '' && ground === 'h0') return text;
  const lead = text.slice(0, text.length - text.trimStart().length);
  const tail = words === '' ? '' : text.slice(lead.length + words.length);
  return html`${lead}<span class="${ground}" title="${signed(bits)} bits">${words === '' ? nameOfBlank(text) : words}</span>${tail}`;
}

/** Tokens without ink have bits too: the end of the text, and blanks that stand alone. */
function nameOfBlank(text: string): string {
  if (text === '') return '∎';
  return text.includes('\n') ? '↵' : '␣';
}

/** +1.25, −0.30, 0.00 */
export function signed(bits: number, digits = 2): string {
  const figure = fixed(Math.abs(bits), digits);
  if (!Number.isFinite(bits) || Number(figure) === 0) return figure;
  return `${bits > 0 ? '+' : '−'}${figure}`;
}

/** What the grounds mean: from how many bits a token each begins. */
export function heatLegend(): Html {
  const last = HEAT_BORDERS.length - 1;
  const step = (name: string, sign: string, beyond: string) =>
    HEAT_BORDERS.map((bits, i) => html`<span class="${name}${i + 1}">${i === last && `${beyond} `}${sign}${bits}</span>`);
  return html`<figure class="legend" role="img" aria-label="Legend: bits per token. Blue grounds speak for the summary's own source, orange and underlined ones against it, each in five steps from 0.05 to 2 bits and more.">
<div class="scale">${step('n', '−', '≤').toReversed()}<span class="h0">0</span>${step('p', '+', '≥')}</div>
<figcaption><span>against its source</span><span>bits per token</span><span>for its source</span></figcaption></figure>`;
}

/** The same as figures, for who cannot point or cannot see colours: each token's bits and what has come together so far. */
export function tokenTable(tokens: readonly TokenScore[]): Html {
  let nats = 0;
  const rows = tokens.map((token) => {
    nats += token.nats;
    const words = token.text.trim() === '' ? nameOfBlank(token.text) : token.text;
    return [html`<bdi class="token">${words}</bdi>`, signed(token.nats / NATS_PER_BIT), signed(nats / NATS_PER_BIT)];
  });
  return table([{ title: 'token' }, { title: 'bits', isFigure: true }, { title: 'sum, bits', isFigure: true }], rows);
}
