import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LlamaModel } from '../adapters/llama/llama-model.ts';
import { packagePath } from '../bundled-model.ts';
import { requestOf } from '../cli/commands/research.ts';
import { type Config, parseConfig } from '../config.ts';
import type { RunState } from '../domain/run.ts';
import { ingest } from '../pipeline/ingest.ts';
import { readersOf, specify } from '../pipeline/submit.ts';
import { type Isthmus, openIsthmus } from './compose.ts';

const QUESTION = 'How long is the Harl Bridge?';

async function submit(isthmus: Isthmus, config: Config): Promise<string> {
  const docs = [packagePath('samples/corpus')];
  const request = requestOf(QUESTION, { docs }, config);
  const { corpus } = await ingest(
    { locations: docs, readers: await readersOf(request, isthmus), signal: new AbortController().signal },
    isthmus,
  );
  return isthmus.engine.submit(await specify({ ...request, corpusId: corpus.id }, isthmus));
}

describe('the composed service', { timeout: 120_000 }, () => {
  let home: string;
  let config: Config;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-compose-'));
    config = { ...parseConfig({}, 'test'), dataDir: join(home, 'data') };
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  test('a killed model process fails only its own steps, which are tried again', async () => {
    await using isthmus = await openIsthmus(config);
    const id = await submit(isthmus, config);
    const { model } = await isthmus.models.open('nano');
    const pids: number[] = [];
    const kill = async (state: RunState): Promise<void> => {
      const done = [...state.steps.values()].filter((step) => step.planned.id.startsWith('compress/') && step.outcome !== undefined).length;
      if (done < 2 || pids.length > 0) return;
      pids.push(0);
      const pid = (await (model as LlamaModel).status())?.pid;
      if (pid === undefined) return;
      pids[0] = pid;
      process.kill(pid, 'SIGKILL');
    };
    const state = await isthmus.engine.advance(id, { signal: new AbortController().signal, onEvent: (_event, now) => void kill(now) });
    expect(state.status).toBe('completed');
    expect(pids[0]).toBeGreaterThan(0);
    expect((await (model as LlamaModel).status())?.pid).not.toBe(pids[0]);
    expect([...state.steps.values()].filter((step) => step.outcome?.status !== 'done')).toEqual([]);
  });
});
