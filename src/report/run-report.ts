import type { RunOverview } from '../domain/run-overview.ts';
import { type Html, html } from './html.ts';
import { page, section } from './page.ts';
import { answer } from './run-answer.ts';
import { costs, tokenFlow } from './run-costs.ts';
import { gathering } from './run-gathering.ts';
import { settings } from './run-settings.ts';
import { sources } from './run-sources.ts';

/**
 * A run as one self-contained page of HTML: the answer with its citations, each summary that was read as a heat map of bits per token, why
 * it was kept or dropped, what it took, and by which models. Every text of sources and models is escaped.
 */
export function renderRunReport(run: RunOverview): string {
  const body = html`<header>
${eyebrow(run)}
<h1 dir="auto">${run.question}</h1>
</header>
<main>
${answer(run)}
${sources(run)}
${gathering(run)}
${section('From source to answer', tokenFlow(run), { lead: 'Tokens at each stage, each counted by the model that reads or writes them.' })}
${costs(run)}
${settings(run)}
</main>
<footer>Run <code>${run.id}</code>. This page is one file: it loads nothing, runs nothing and sends nothing.</footer>`;
  return page({ title: `${run.question} · Isthmus`, body });
}

function eyebrow({ status, reason, createdAt }: RunOverview): Html {
  const at = new Date(createdAt).toISOString();
  const why = reason === undefined ? '' : `: ${reason}`;
  return html`<p class="eyebrow"><span class="brand">Isthmus</span><span class="chip ${status === 'completed' ? 'good' : 'warn'}">${status}${why}</span><time datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time></p>`;
}
