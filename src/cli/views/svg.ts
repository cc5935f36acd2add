import { fixed } from '../../report/figures.ts';

/** What the drawings share: a page and colours that follow the reader's scheme, light or dark, and words. By hand, since dots and lines on a scale need no chart library. */
export const SVG_STYLE = `  svg { font: 11px system-ui, sans-serif; --page: #fff; --ink: #1f2328; --faint: #d0d7de; --dim: #59636e; --band: #dafbe1; --a: #0969da; --b: #bc4c00; --c: #8250df; --d: #1a7f37; --e: #bf3989; --f: #6e7781; }
  @media (prefers-color-scheme: dark) { svg { --page: #0d1117; --ink: #e6edf3; --faint: #3d444d; --dim: #9198a1; --band: #12361f; --a: #58a6ff; --b: #f0883e; --c: #bc8cff; --d: #3fb950; --e: #f778ba; --f: #b1bac4; } }
  .page { fill: var(--page); } text { fill: var(--ink); } .dim { fill: var(--dim); } .title { font-weight: 600; }`;

export type Anchor = 'start' | 'middle' | 'end';

/** Words at a point; `name` is their class. */
export function text(x: number, y: number, words: string, name = '', anchor: Anchor = 'start'): string {
  return `<text x="${fixed(x, 1)}" y="${fixed(y, 1)}" class="${name}" text-anchor="${anchor}">${escapeXml(words)}</text>`;
}

/** A model's name is the user's. */
function escapeXml(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
