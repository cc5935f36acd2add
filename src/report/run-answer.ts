import type { CitationRow, RunOverview } from '../domain/run-overview.ts';
import { warningInWords } from '../domain/source-warnings.ts';
import { plural } from './figures.ts';
import { type Html, html, linkTo, type Part } from './html.ts';
import { placeOf } from './run-sources.ts';

/** The answer with its marks, and below the words of the sources that they stand for. */
export function answer(run: RunOverview): Html {
  const { report, citations, warnings = [] } = run;
  if (report === undefined) return html`<div class="answer"><p>There is no report yet.</p></div>`;
  const numbers = new Set(citations.map(({ number }) => number));
  return html`<div class="answer" dir="auto">${report.text.split(/\n{2,}/).map((text) => html`<p>${withMarks(text, numbers)}</p>`)}</div>
${notesOf(report).map((note) => html`<p class="note">${note}</p>`)}
${warnings.map((warning) => html`<p class="note warning" dir="auto">${warningInWords(warning)}</p>`)}
${citations.length > 0 && html`<ol class="quotes" aria-label="Citations">${citations.map((citation) => quote(citation, run))}</ol>`}`;
}

/** A mark without a citation stays what it is: text. */
function withMarks(text: string, numbers: ReadonlySet<number>): Part {
  return text.split(/(\[\d+\])/).map((piece) => {
    const number = Number(/^\[(\d+)\]$/.exec(piece)?.[1]);
    return numbers.has(number) ? html`<a class="cite" href="#quote-${number}" aria-label="Citation ${number}">${number}</a>` : piece;
  });
}

function notesOf({ status, form, dropped, unread }: NonNullable<RunOverview['report']>): string[] {
  return [
    ...(status === 'answered' && form === 'template' ? ['A short answer copied by the model, set into a template.'] : []),
    ...(form === 'memory' ? ['From the model’s memory: no source was read, and nothing can be cited.'] : []),
    ...(dropped.length > 0
      ? [`${plural(dropped.length, 'citation')} could not be verified: ${dropped.map(({ reason }) => reason).join('; ')}.`]
      : []),
    ...(unread !== undefined && unread.length > 0
      ? [`${plural(unread.length, 'piece')} of evidence not read by the predictor: its context is full, or its profile reads fewer.`]
      : []),
  ];
}

function quote({ number, uri, title, span, quote: words, place }: CitationRow, { sources }: RunOverview): Html {
  const row = sources.findIndex(
    (source) => source.kept && source.uri === uri && source.span.start <= span.start && span.end <= source.span.end,
  );
  const name = title === '' || title === uri ? undefined : html`<bdi>${title}</bdi>, `;
  return html`<li id="quote-${number}"><span class="number">${number}</span><div><blockquote dir="auto">${words.replace(/\s+/g, ' ').trim()}</blockquote>
<span class="place">${name}${linkTo(uri)}, ${place !== undefined && html`<bdi>${place}</bdi>, `}${placeOf(span)}${row >= 0 && html` · <a href="#source-${row + 1}">its summary and bits</a>`}</span></div></li>\n`;
}
