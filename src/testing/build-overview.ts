import { summariseLedger } from '../domain/ledger-summary.ts';
import type { RunOverview, SourceRow } from '../domain/run-overview.ts';
import { buildRunSpec, entry } from './build-run.ts';

/** A chunk that was read, kept and scored at three quarters of its ceiling. */
export function buildSource(change: Partial<SourceRow> = {}): SourceRow {
  return {
    uri: 'notes/canal.md',
    title: 'Carrow Canal',
    span: { start: 0, end: 400 },
    sourceTokens: 90,
    status: 'text',
    summary: 'Opened in 1869.',
    summaryTokens: 4,
    score: { nats: 3 * Math.LN2, bits: 3, ceilingBits: 4, saturation: 0.75, bitsPerToken: 0.75, bitsPerByte: 0.2, contexts: 16 },
    tokenScores: [
      { text: 'Opened', nats: -0.3 * Math.LN2 },
      { text: ' in', nats: 0 },
      { text: ' 1869.', nats: 3.2 * Math.LN2 },
      { text: '', nats: 0.1 * Math.LN2 },
    ],
    kept: true,
    reason: 'it shares words with the question',
    flags: [],
    relevance: 2.5,
    ...change,
  };
}

/** What is shown of a run that found its answer in one source and left another out. */
export function buildOverview(change: Partial<RunOverview> = {}): RunOverview {
  const spec = buildRunSpec({ question: 'When was the canal opened?' });
  return {
    id: 'run_1',
    question: spec.question,
    status: 'completed',
    createdAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    updatedAt: Date.UTC(2026, 0, 2, 3, 4, 9),
    settings: spec,
    report: { status: 'answered', text: 'In 1869 [1].', form: 'model', citations: [], dropped: [] },
    citations: [{ number: 1, uri: 'notes/canal.md', title: 'Carrow Canal', span: { start: 10, end: 25 }, quote: 'Opened in 1869.' }],
    sources: [
      buildSource(),
      buildSource({ uri: 'notes/bridge.md', title: 'Harl Bridge', kept: false, reason: 'shares too few words', flags: ['generic'] }),
    ],
    ledger: summariseLedger([entry('compress'), entry('predict', { role: 'predict' })]),
    baselines: [{ id: 'raw', chunks: 2, tokens: 180, fits: true, saved: { tokens: 120 }, note: 'unpriced' }],
    ...change,
  };
}
