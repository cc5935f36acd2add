import { fixed } from './figures.ts';
import { type Html, html } from './html.ts';

/**
 * A bar filled from the left. Widths are attributes of an SVG and not styles: pages are served under a policy that forbids styles in
 * elements. `value` below zero is drawn in the colour of what speaks against, as long as it is.
 */
export function meter({ value, of, label }: { readonly value: number; readonly of: number; readonly label: string }): Html {
  const share = of > 0 && Number.isFinite(value / of) ? Math.min(1, Math.abs(value) / of) : 0;
  const fill = value < 0 ? 'fill against' : 'fill';
  return html`<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="track" width="100" height="6"/><rect class="${fill}" width="${fixed(100 * share, 2)}" height="6"/></svg>`;
}

export interface FlowStage {
  readonly name: string;
  readonly value: number;
  /** The value in words, with its unit. */
  readonly words: string;
  readonly note?: string | undefined;
}

/** Stages one below the other, each as long as its value. */
export function flow(stages: readonly FlowStage[]): Html {
  const most = Math.max(1, ...stages.map(({ value }) => value));
  return html`<ol class="flow">${stages.map(
    ({ name, value, words, note }) =>
      html`<li><span class="name">${name}</span>${meter({ value, of: most, label: `${name}: ${words}` })}<span class="words"><strong>${words}</strong>${note !== undefined && html` <span class="dim">${note}</span>`}</span></li>\n`,
  )}</ol>`;
}
