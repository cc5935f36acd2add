import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createIsthmus, type Isthmus, type JobPriority } from '../index.ts';
import { createReader, isPrediction, readerReply } from '../testing/research.ts';
import { createScriptedTools } from '../testing/scripted-tools.ts';
import { waitFor } from '../testing/wait-for.ts';

const FIRST = 'When was the canal opened?';
const SECOND = 'Who dug the canal?';
const DOCUMENTS = Array.from({ length: 10 }, (_, i) => ({ uri: `${i}.md`, text: `The canal ${i} was opened in 18${i}9. It rained.` }));

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'isthmus-priority-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** One at a time, and none before `open` is called; `read` holds the question of each summary, in order. */
async function openSlowly() {
  const read: string[] = [];
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reply = async (_request: unknown, prompt: string): Promise<string> => {
    if (!isPrediction(prompt)) read.push(prompt.includes(SECOND) ? SECOND : FIRST);
    await gate;
    return readerReply(prompt);
  };
  const config = { dataDir: 'runs', concurrency: { compress: 1 } };
  const isthmus = await createIsthmus({ tools: createScriptedTools({ model: createReader({ reply }), config, cwd: home }), cwd: home });
  return { isthmus, read, open };
}

async function untilWaiting(isthmus: Isthmus, count: number): Promise<void> {
  const { watch } = await isthmus.services();
  await waitFor(`${count} jobs that wait`, async () => {
    const { queues } = await watch.system({ tenant: 'local' });
    return queues.some(({ name, waiting }) => name === 'compress' && waiting >= count) ? true : undefined;
  });
}

it('a run of high priority overtakes one of low priority that has begun before it', { timeout: 120_000 }, async () => {
  const { isthmus, read, open } = await openSlowly();
  await using _ = isthmus;
  const ask = (question: string, priority: JobPriority) =>
    isthmus.research(question, { documents: DOCUMENTS, compressor: 'abstractive', scorer: null, priority });
  const first = ask(FIRST, 'low');
  await untilWaiting(isthmus, DOCUMENTS.length - 1);
  const second = ask(SECOND, 'high');
  await untilWaiting(isthmus, 2 * DOCUMENTS.length - 1);
  open();
  expect([await first, await second]).toMatchObject([{ status: 'completed' }, { status: 'completed' }]);
  expect(read).toHaveLength(2 * DOCUMENTS.length);
  const overtaken = read.slice(0, read.lastIndexOf(SECOND)).filter((question) => question === FIRST);
  expect(overtaken.length).toBeLessThanOrEqual(2);
});

it('says which priorities there are', async () => {
  await using isthmus = await createIsthmus({ tools: createScriptedTools({ model: createReader(), cwd: home }), cwd: home });
  const asked = isthmus.research(FIRST, { documents: DOCUMENTS, priority: 'urgent' as JobPriority });
  await expect(asked).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('low, normal, high') });
});
