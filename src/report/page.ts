import { Html, html, type Part } from './html.ts';
import { PAGE_STYLE } from './style.ts';

export interface Page {
  readonly title: string;
  readonly body: Part;
}

/**
 * A whole page in one text: nothing is loaded, nothing runs, nothing is sent. The policy in its head says so to browsers that open it from a disk;
 * who serves it names the style by the hash of {@link PAGE_STYLE}.
 */
export function page({ title, body }: Page): string {
  return `<!doctype html>\n${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${STYLE_ELEMENT}
</head>
<body>
${body}
</body>
</html>
`}`;
}

/** Made of constants of this room, which no text of others enters. */
const STYLE_ELEMENT: Html = html`<style>${new Html(PAGE_STYLE)}</style>`;

export function section(title: string, body: Part, { lead }: { readonly lead?: string } = {}): Html {
  return html`<section>
<h2>${title}</h2>
${lead !== undefined && html`<p class="lead">${lead}</p>`}
${body}
</section>`;
}

/** Folded away until somebody asks, and unfolded on paper. */
export function folded(summary: Part, body: Part): Html {
  return html`<details><summary>${summary}</summary>
${body}
</details>`;
}

/** Name and value pairs; pairs without a value are left out. */
export function facts(pairs: readonly (readonly [name: string, value: Part])[]): Html {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== '');
  return html`<dl class="facts">${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
