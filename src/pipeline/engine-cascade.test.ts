import { describe, expect, it } from 'vitest';
import { openEngineBench } from '../testing/engine-bench.ts';
import { createReader, expectConsistent, readerReply } from '../testing/research.ts';
import { estimateRun } from './estimate.ts';
import { toFork } from './job-request.ts';

/** Invents a year for every chunk; what it is asked as a predictor it answers as others do. */
const inventor = () => createReader({ reply: (_request, prompt) => readerReply(prompt).replace(/\b\d{4}\b/, '1234') });

const CASCADE = [
  { use: 'extractive', model: 'reader', options: {} },
  { use: 'identity', model: 'reader', options: {} },
];

async function bench() {
  const opened = await openEngineBench({ models: { reader: createReader(), inventor: inventor() } });
  const { plugins } = opened.request;
  const request = {
    plugins: { ...plugins, compressor: { use: 'abstractive', model: 'inventor', options: {} }, gate: { use: 'cascade', options: {} } },
    cascade: CASCADE,
  };
  return { opened, request };
}

describe('a run with a cascade', () => {
  it('reads again what the first compressor invented, and answers from the second', async () => {
    const { opened, request } = await bench();
    const runId = await opened.submit(request);
    const state = await opened.engine.advance(runId, { signal: new AbortController().signal });
    expect(state.status).toBe('completed');
    const reasons = [...state.gates.values()].map(({ reason }) => reason);
    expect(reasons).toContainEqual(expect.stringContaining('replaced by compress/'));
    expect(state.report?.citations.map(({ text }) => text)).toEqual(['The canal at Brackwater was opened in 1869.']);
    // Which compressor has made what is in the ledger by its model.
    expect(new Set(state.ledger.filter(({ role }) => role === 'compress').map(({ model }) => model))).toEqual(new Set(['inventor']));
    await expectConsistent(opened, state);
  });

  it('is estimated from nothing read again to everything', async () => {
    const { opened, request } = await bench();
    const estimate = async (cascade: typeof CASCADE) => {
      const asked = {
        ...opened.request,
        ...request,
        cascade: cascade.map((tier) => ({ ...tier, use: tier.use === 'identity' ? 'identity' : 'abstractive' })),
      };
      return estimateRun(asked, opened.deps);
    };
    const [plain, cascaded] = [await estimate([]), await estimate(CASCADE)];
    expect(cascaded.calls.low).toBe(plain.calls.low);
    expect(cascaded.calls.high).toBeGreaterThan(plain.calls.high);
  });

  it('is kept by a fork, unless that names another compressor', async () => {
    const { opened, request } = await bench();
    const spec = await opened.specify(request);
    expect(toFork(spec, { seed: 2 }).defaults.cascade).toMatchObject([{ use: 'extractive' }, { use: 'identity' }]);
  });
});
