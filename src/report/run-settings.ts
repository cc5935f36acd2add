import type { RunLimits } from '../domain/budget.ts';
import type { ModelIdentity } from '../domain/model.ts';
import type { PluginChoice } from '../domain/run.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import { count, plural, seconds, usd } from './figures.ts';
import { type Html, html, type Part } from './html.ts';
import { facts, section } from './page.ts';
import { table } from './table.ts';

const PARTS = ['strategy', 'planner', 'retriever', 'compressor', 'estimator', 'gate', 'predictor'] as const;

/** What decides the result: parts with versions and options, models with the hashes of their files, seed and limits. */
export function settings({ settings: chosen, createdAt, updatedAt }: RunOverview): Html {
  const rows = PARTS.map((part) => partCells(part, chosen[part]));
  const scorer = ['scorer', html`<span class="dim">log-probabilities</span>`, modelCell(chosen.scorer), ''];
  return section(
    'Models, parts and limits',
    html`${table([{ title: 'part' }, { title: 'plugin' }, { title: 'model' }, { title: 'options' }], [...rows, scorer], { caption: 'Parts of the run' })}
${facts([
  ['seed', String(chosen.seed)],
  ['limits', limitsInWords(chosen.limits)],
  ['from submission to the last event', seconds(updatedAt - createdAt)],
])}`,
    { lead: 'The same parts, models and seed over the same sources give the same report.' },
  );
}

function partCells(part: string, { id, version, options, model }: PluginChoice): Part[] {
  const said = Object.keys(options).length === 0 ? '' : html`<code class="options">${JSON.stringify(options)}</code>`;
  return [part, html`${id} <span class="dim">${version}</span>`, modelCell(model, '–'), said];
}

function modelCell(model: ModelIdentity | undefined, none = 'none: nothing was scored'): Part {
  if (model === undefined) return html`<span class="dim">${none}</span>`;
  const { name, provider, fileHash } = model;
  return html`<bdi>${name}</bdi> <span class="dim">${provider}</span>${fileHash !== undefined && html`<br><code title="SHA-256 of the weights: ${fileHash}">${fileHash.slice(0, 12)}…</code>`}`;
}

function limitsInWords({ microUsd, tokens, calls, durationMs }: RunLimits): string {
  const said = [
    ...(microUsd === undefined ? [] : [usd(microUsd)]),
    ...(tokens === undefined ? [] : [plural(tokens, 'token')]),
    ...(calls === undefined ? [] : [plural(calls, 'call')]),
    ...(durationMs === undefined ? [] : [`${count(durationMs / 60_000)} min`]),
  ];
  return said.length === 0 ? 'none' : `at most ${said.join(', ')}`;
}
