import { HEAT_COLOURS, type HeatColour } from './heat-steps.ts';

const LIGHT =
  '--page: #fbfaf7; --card: #ffffff; --ink: #1b1f24; --dim: #5a636e; --line: #e2dfd8; --accent: #175c9e; --warm: #9c4a06; --good: #1a6b3a; --track: #ebe8e1; --mark: #fff3c4;';
const DARK =
  '--page: #0e1217; --card: #151b22; --ink: #e6eaef; --dim: #97a3b0; --line: #29313b; --accent: #7dbcf0; --warm: #f2b06a; --good: #6cc28d; --track: #242c36; --mark: #3a3414;';

function heatRules(scheme: 'light' | 'dark'): string {
  const rule = (name: string) => (colour: HeatColour, i: number) =>
    `.${name}${i + 1} { background: ${colour.fill}; color: ${colour.ink}; }`;
  return [...HEAT_COLOURS[scheme].for.map(rule('p')), ...HEAT_COLOURS[scheme].against.map(rule('n'))].join('\n');
}

/** Of all pages, as it stands between the style tags. It follows the reader's scheme on screens and is light on paper. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
${heatRules('light')}
@media screen and (prefers-color-scheme: dark) {
:root { ${DARK} }
${heatRules('dark')}
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 52rem; background: var(--page); color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: 0.15em; }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
h1, blockquote, .answer { font-family: Georgia, "Iowan Old Style", "Times New Roman", serif; }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.3rem); line-height: 1.2; font-weight: 600; margin: 0.4rem 0 1.2rem; text-wrap: balance; }
h2 { font-size: 1.15rem; margin: 3rem 0 0.4rem; letter-spacing: -0.01em; }
h3 { font-size: 1rem; margin: 0; font-weight: 600; }
.source h3 + .place { margin: 0 0 0.6rem; }
.options { display: block; min-width: 12rem; max-width: 24rem; overflow-wrap: anywhere; }
.baselines { padding: 0; margin: 0.4rem 0 0; list-style: none; font-size: 0.9rem; } .baselines li { margin: 0 0 0.4rem; }
.dim, .lead, .eyebrow { color: var(--dim); }
.lead { margin: 0 0 1rem; max-width: 44rem; font-size: 0.92rem; }
.eyebrow { display: flex; flex-wrap: wrap; gap: 0.2rem 0.9rem; font-size: 0.82rem; margin: 0; align-items: baseline; }
.brand { font-weight: 650; color: var(--ink); letter-spacing: 0.01em; }
.chip { display: inline-block; padding: 0 0.55em; border: 1px solid currentColor; border-radius: 1em; font-size: 0.78rem; line-height: 1.5; white-space: nowrap; }
.chip.good { color: var(--good); } .chip.warn { color: var(--warm); }
.answer { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 6px; padding: 1.1rem 1.3rem; font-size: 1.2rem; line-height: 1.55; }
.answer p { margin: 0 0 0.7rem; white-space: pre-line; } .answer p:last-child { margin: 0; }
.note { font-size: 0.88rem; color: var(--dim); margin: 0.7rem 0 0; }
.note.warning { color: var(--warm); }
.cite { font: 600 0.68em/1 system-ui, sans-serif; vertical-align: super; text-decoration: none; padding: 0.1em 0.35em; border-radius: 0.8em; background: var(--track); margin-left: 0.12em; }
.quotes { list-style: none; padding: 0; margin: 1.4rem 0 0; }
.quotes li { display: grid; grid-template-columns: 1.9rem 1fr; gap: 0 0.3rem; margin: 0 0 1.1rem; padding: 0.35rem 0.4rem; border-radius: 6px; }
.quotes .number { color: var(--accent); font-weight: 650; }
blockquote { margin: 0 0 0.2rem; font-style: italic; }
.place { font-size: 0.85rem; color: var(--dim); }
:target { background: var(--mark); }
.source { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.2rem; margin: 0 0 1rem; }
.source:target { border-color: var(--accent); }
.source.dropped { background: transparent; }
.heat { font-size: 1.06rem; line-height: 2; margin: 0 0 0.7rem; white-space: pre-wrap; }
.heat span, .scale span { border-radius: 3px; forced-color-adjust: none; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.heat span { padding: 0.18em 0; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.heat span:hover { outline: 2px solid var(--accent); }
.n1, .n2, .n3, .n4, .n5 { text-decoration: underline dotted; text-underline-offset: 0.22em; }
.legend { margin: 0.4rem 0 1.4rem; max-width: 36rem; font-size: 0.76rem; }
.scale { display: grid; grid-template-columns: repeat(11, 1fr); gap: 2px; text-align: center; font-variant-numeric: tabular-nums; }
.scale span { padding: 0.15em 0; white-space: nowrap; text-decoration: none; } .scale .h0 { border: 1px solid var(--line); }
figcaption { display: flex; justify-content: space-between; color: var(--dim); margin-top: 0.2rem; }
.score { display: grid; grid-template-columns: minmax(6rem, 1fr) auto; gap: 0.2rem 0.9rem; align-items: center; margin: 0 0 0.6rem; font-size: 0.9rem; }
.meter { display: block; width: 100%; height: 0.55rem; border-radius: 0.3rem; overflow: hidden; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.track { fill: var(--track); } .fill { fill: var(--accent); } .fill.against { fill: var(--warm); }
.facts { display: flex; flex-wrap: wrap; gap: 0.45rem 1.6rem; margin: 0.5rem 0 0; font-size: 0.88rem; }
.facts dt { color: var(--dim); font-size: 0.78rem; } .facts dd { margin: 0; font-variant-numeric: tabular-nums; }
.verdict { font-size: 0.9rem; margin: 0.6rem 0 0; }
.flow { list-style: none; padding: 0; margin: 0.8rem 0 0; }
.flow li { display: grid; grid-template-columns: 6rem 1fr 19rem; gap: 0.1rem 1rem; align-items: center; padding: 0.3rem 0; font-size: 0.9rem; }
.flow .words { font-variant-numeric: tabular-nums; } .flow .dim { font-size: 0.85em; }
.scroll { overflow-x: auto; margin: 0.6rem 0 0; }
table { border-collapse: collapse; width: 100%; font-size: 0.86rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th { text-align: left; font-weight: 500; color: var(--dim); font-size: 0.78rem; }
th, td { padding: 0.4rem 0.9rem 0.4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
.figure { text-align: right; white-space: nowrap; } tfoot td { font-weight: 650; border-bottom: 0; }
code, .token { font: 0.86em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; } .token { white-space: pre; }
details { margin: 0.7rem 0 0; } summary { cursor: pointer; color: var(--accent); font-size: 0.9rem; width: fit-content; }
details[open] > summary { margin-bottom: 0.6rem; }
section > details > summary { font-size: 1rem; }
footer { margin: 3.5rem 0 0; padding: 1rem 0 0; border-top: 1px solid var(--line); font-size: 0.82rem; color: var(--dim); }
@media (max-width: 36rem) {
body { padding: 1.4rem 1rem 3rem; }
.source { padding: 0.85rem 0.9rem; } .answer { padding: 0.9rem 1rem; font-size: 1.1rem; }
.scale { font-size: 0.62rem; gap: 1px; letter-spacing: -0.03em; }
.flow li { grid-template-columns: 1fr; gap: 0.15rem; padding: 0.45rem 0; } .score { grid-template-columns: 1fr; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
body { max-width: none; padding: 0; font-size: 10pt; background: #fff; }
.source, .answer, .quotes li, tr { break-inside: avoid; } h2 { break-after: avoid; }
.scroll { overflow: visible; } .scale span { border: 1px solid #ccc; } summary { color: var(--ink); list-style: none; }
section > details::details-content { content-visibility: visible; height: auto; } .source details { display: none; }
}
`;
