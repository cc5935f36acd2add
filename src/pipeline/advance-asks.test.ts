import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { buildCorpus } from '../testing/builders.ts';
import { openEngineBench } from '../testing/engine-bench.ts';
import { createReader, drive, readerReply } from '../testing/research.ts';

const CHUNKS = 200;

it('an advance asks the queue about jobs that have ended, and not about all that wait each time one ends', async () => {
  const texts = Array.from({ length: CHUNKS }, (_, i) => `Lock ${i} of the canal was opened in ${1700 + i}.`);
  const reply = async (_request: unknown, prompt: string) => {
    await delay(5);
    return readerReply(prompt);
  };
  // The time does not pass: a look at everything, which is due every two seconds, is taken once.
  const clock = { now: () => 0, sleep: (ms: number, signal?: AbortSignal) => delay(ms, undefined, { signal }).catch(() => undefined) };
  await using bench = await openEngineBench({
    models: { reader: createReader({ reply, contextTokens: 1_000_000 }) },
    corpus: buildCorpus(texts),
    deps: { clock },
  });
  const asked = vi.spyOn(bench.deps.queue, 'states');
  const plugins = { ...bench.request.plugins, strategy: { use: 'map-reduce', options: { chunks: CHUNKS } } };
  const { state } = await drive(bench, { plugins, scorer: null });
  expect(state).toMatchObject({ status: 'completed' });
  expect([...state.steps.keys()].filter((id) => id.startsWith('compress/'))).toHaveLength(CHUNKS);
  const ids = asked.mock.calls.reduce((sum, [, jobIds]) => sum + jobIds.length, 0);
  // Each once before it is sent and once when it has ended; asked about all at each pass, it would be some thousands.
  expect(ids).toBeLessThan(3 * CHUNKS);
});
