import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FinishedStep, RunEvent } from '../domain/run.ts';
import type { Step, StepResult } from '../domain/step.ts';
import { buildJudgement, buildRunSpec, entry } from '../testing/build-run.ts';
import { buildEvidence, buildSummary } from '../testing/builders.ts';
import { convertEvent } from './convert-event.ts';
import { EVENT_NAMES, EVENTS, type EventName, STREAM_EVENTS } from './event-contract.ts';

/** The names as they were first published. A line may be added; none is ever changed or removed. */
const PUBLISHED = [
  'capsule-chosen',
  'intent-unknown',
  'patch-judged',
  'run-cancelled',
  'run-completed',
  'run-created',
  'run-failed',
  'run-incomplete',
  'run-interrupted',
  'run-resumed',
  'steps-finished',
  'steps-planned',
  'steps-withdrawn',
  'summary-gated',
  'summary-scored',
  'summary-unscored',
  'web-asked',
];

const SECRET = 'must-not-leave';
const model = { provider: 'llama', name: 'nano', fileHash: 'ff', settings: { baseUrl: SECRET } } as const;
const choice = { id: 'abstractive', version: '1', options: { tokens: 3 }, model };
const report = {
  status: 'answered',
  text: 'Yes [1].',
  form: 'model',
  citations: [{ number: 1, documentId: 'd', span: { start: 0, end: 3 }, text: 'yes' }],
  dropped: [{ evidence: 2, reason: 'it is not there' }],
  unread: [3],
} as const;
const error = { code: 'provider-timeout', message: 'It took too long.', isRetryable: true, details: { secret: SECRET } } as const;
const asked = { at: 1, purpose: 'page', url: SECRET, bytes: 0, durationMs: 1 } as const;
const ledger = [entry(SECRET, { microUsd: 5 })];

const STEPS: readonly Step[] = [
  { kind: 'chat', role: 'plan', question: 'Why?' },
  { kind: 'chat', role: 'compress', query: 'Why?', chunkId: 'c' },
  { kind: 'chat', role: 'predict', question: 'Why?', evidence: buildEvidence(['because']) },
  { kind: 'score', query: 'Why?', contextId: 'c', continuation: { text: 'because', tokenIds: [1], ended: true } },
  { kind: 'retrieve', selection: { type: 'search', query: 'Why?', limit: 3 } },
  { kind: 'retrieve', selection: { type: 'panel', seed: 1, size: 3 } },
  { kind: 'gather', urls: ['https://a.test/'], chunkTokens: { [SECRET]: 3 }, period: SECRET },
];
const RESULTS: readonly StepResult[] = [
  { kind: 'plan', queries: ['Why?'] },
  { kind: 'compress', summary: buildSummary('because', { tokenIds: [1, 2], quotes: [{ start: 0, end: 7 }] }) },
  { kind: 'predict', draft: { status: 'answered', text: 'Because [1].', form: 'model', citations: [{ evidence: 1 }] } },
  {
    kind: 'retrieve',
    chunks: [{ chunkId: 'c', documentId: 'd', score: 1 }],
    statistics: { chunkCount: 1, averageLength: 3, chunkFrequency: {} },
  },
  {
    kind: 'gather',
    corpusId: 'corpus',
    sources: [{ url: 'https://a.test/', from: 'search', query: 'why', reason: 'gone', isTemporary: true }],
    searches: [{ query: 'why', hits: 1 }],
    egress: [asked],
  },
  { kind: 'score', logProb: Number.NEGATIVE_INFINITY, tokenCount: 3, tokenLogProbs: [-1] },
];
const finished: FinishedStep[] = [
  ...RESULTS.map((result, i): FinishedStep => ({ id: `s${i}`, outcome: { status: 'done', result, isCached: false }, ledger })),
  { id: 'failed', outcome: { status: 'failed', error }, ledger: [] },
];
const score = { nats: 1, bits: 1.44, ceilingBits: 4, saturation: 0.36, bitsPerToken: Number.NaN, bitsPerByte: 0.1, contexts: 16 };

/** One of each, with everything in it that should stay inside. */
const EXAMPLES: { readonly [Type in RunEvent['type']]: Extract<RunEvent, { type: Type }> } = {
  'run-created': {
    type: 'run-created',
    spec: buildRunSpec({
      compressor: choice,
      scorer: model,
      tenant: SECRET,
      limits: { microUsd: 5, tokens: 6, calls: 2, durationMs: 3_000 },
    }),
  },
  'run-resumed': { type: 'run-resumed', epoch: 2 },
  'steps-planned': {
    type: 'steps-planned',
    steps: STEPS.map((step, i) => ({ id: `s${i}`, step, stepKey: SECRET, jobId: SECRET, reserved: { tokens: 5, microUsd: 7, calls: 1 } })),
  },
  'steps-finished': { type: 'steps-finished', steps: finished },
  'steps-withdrawn': { type: 'steps-withdrawn', stepIds: ['s1'], reason: 'the time is over' },
  'intent-unknown': { type: 'intent-unknown', stepId: 's1', ledger: entry(SECRET, { kind: 'unknown' }) },
  'web-asked': { type: 'web-asked', stepId: 's6', egress: [asked] },
  'summary-scored': { type: 'summary-scored', stepId: 's1', score },
  'summary-unscored': { type: 'summary-unscored', stepId: 's1', reason: 'a scoring has failed' },
  'summary-gated': {
    type: 'summary-gated',
    stepId: 's1',
    decision: { kept: false, reason: 'off topic', relevance: 0, flags: ['generic'], repeats: 's0' },
  },
  'capsule-chosen': {
    type: 'capsule-chosen',
    choice: { round: 0, plan: '1. a\n2. b', guidance: 'a b', budget: 16, reconstruction: 0.4, agreement: 1, reason: 'short' },
  },
  'patch-judged': { type: 'patch-judged', judgement: buildJudgement({ chunkIds: ['c'] }) },
  'run-interrupted': { type: 'run-interrupted', reason: 'the process ended' },
  'run-completed': { type: 'run-completed', report },
  'run-incomplete': { type: 'run-incomplete', report, reason: 'limit reached' },
  'run-failed': { type: 'run-failed', error },
  'run-cancelled': { type: 'run-cancelled' },
};

describe('the contract of events', () => {
  it('has the names that were published, no more and no fewer', () => {
    expect([...EVENT_NAMES].sort()).toEqual(PUBLISHED);
    expect(Object.keys(STREAM_EVENTS)).toEqual(['gap', 'error']);
  });

  it('has the names of the domain', () => {
    const source = readFileSync(new URL('../domain/run.ts', import.meta.url), 'utf8');
    const union = [/export type Finding =([\s\S]+?);\n\n/, /export type RunEvent =([\s\S]+?);\n\n/].map(
      (part) => part.exec(source)?.[1] ?? '',
    );
    const names = [...union.join('').matchAll(/readonly type: '([\w-]+)'/g)].map((match) => match[1]);
    expect(names.sort()).toEqual(PUBLISHED);
  });

  it.each(EVENT_NAMES)('%s has the content it promises, and nothing that should stay inside', (name) => {
    const event = convertEvent({ sequence: 3, at: 1_700_000_000_000, event: EXAMPLES[name] }, 'run_1');
    expect(() => EVENTS[name].parse(event)).not.toThrow();
    expect(event).toMatchObject({ type: name, run_id: 'run_1', sequence: 3 });
    const text = JSON.stringify(event);
    expect(text).not.toContain(SECRET);
    expect(text).not.toMatch(/token_?ids|step_?key|job_?id|settings|details/i);
  });

  it('says of every limit what it is, and of every step what was set aside', () => {
    const published = (name: EventName) => convertEvent({ sequence: 1, at: 1, event: EXAMPLES[name] }, 'run_1');
    expect(published('run-created')).toMatchObject({ limits: { micro_usd: 5, tokens: 6, calls: 2, duration_ms: 3_000 } });
    expect(published('steps-planned')).toMatchObject({ steps: STEPS.map(() => ({ reserved: { tokens: 5, micro_usd: 7, calls: 1 } })) });
    // Logs that were written before calls were counted: unknown, and not none.
    const step = { id: 's0', step: { kind: 'chat', role: 'plan', question: 'Why?' }, stepKey: 'k', reserved: { tokens: 5 } } as const;
    const old = convertEvent({ sequence: 2, at: 1, event: { type: 'steps-planned', steps: [step] } }, 'run_1');
    expect(old).toMatchObject({ steps: [{ reserved: { tokens: 5, micro_usd: null, calls: null } }] });
  });
});
