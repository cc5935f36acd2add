import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packagePath } from '../bundled-model.ts';
import { requestOf } from '../cli/commands/research.ts';
import { type ConfigInput, resolveConfig } from '../config.ts';
import { ingest } from '../pipeline/ingest.ts';
import { readersOf, specify } from '../pipeline/submit.ts';
import { NANO_PATH } from '../testing/llama-fixtures.ts';
import { startOpenAiServer } from '../testing/openai-server.ts';
import { openIsthmus, openTools } from './compose.ts';

const QUESTION = 'How long is the Harl Bridge?';

describe('a configured embedding model', { timeout: 120_000 }, () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-dense-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));
  const configOf = (name: string, config: ConfigInput) => resolveConfig({ ...config, dataDir: join(home, name) }, home);

  async function research(config: ReturnType<typeof configOf>) {
    await using isthmus = await openIsthmus(config);
    const docs = [packagePath('samples/corpus/harl-bridge.md')];
    const request = requestOf(QUESTION, { docs }, config);
    const progress: unknown[] = [];
    const { corpus } = await ingest(
      {
        locations: docs,
        readers: await readersOf(request, isthmus),
        signal: new AbortController().signal,
        onProgress: (done) => progress.push(done.embedded),
      },
      isthmus,
    );
    const id = await isthmus.engine.submit(await specify({ ...request, corpusId: corpus.id }, isthmus));
    const state = await isthmus.engine.advance(id, { signal: new AbortController().signal });
    return { state, corpus, progress };
  }

  test.each(['dense', 'hybrid'])('in a GGUF file serves a whole run through %s', async (use) => {
    const config = configOf(use, { embedding: { provider: 'llama', path: NANO_PATH, threads: 1, gpu: false }, retriever: { use } });
    const { state, corpus, progress } = await research(config);
    expect(state.status).toBe('completed');
    expect(progress.at(-1)).toBe(corpus.chunks.length);
    const outcome = state.steps.get('search/0')?.outcome;
    expect(outcome?.status === 'done' && outcome.result.kind === 'retrieve' ? outcome.result.chunks.length : 0).toBeGreaterThan(0);
  });

  test('at a provider is asked with prefixes, chunks first and then the question', async () => {
    await using server = await startOpenAiServer();
    const embedding = {
      provider: 'openai',
      model: 'e5',
      baseUrl: server.baseUrl,
      dimensions: 64,
      queryPrefix: 'query: ',
      passagePrefix: 'passage: ',
    } as const;
    const { state, corpus } = await research(configOf('provider', { embedding, retriever: { use: 'dense' } }));
    expect(state.status).toBe('completed');
    const inputs = server.requests.map(({ body }) => body['input'] as string[]);
    expect(inputs.flat().filter((text) => text.startsWith('passage: '))).toHaveLength(corpus.chunks.length);
    expect(inputs.at(-1)).toEqual([`query: ${QUESTION}`]);
  });

  test('that is missing is said when a run would need it, before anything is read', async () => {
    const config = configOf('none', { retriever: { use: 'hybrid' } });
    await using tools = await openTools(config);
    await expect(specify({ ...requestOf(QUESTION, { docs: [] }, config), corpusId: 'any' }, tools)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/retriever "hybrid".*`embedding`/),
    });
  });

  test('elsewhere is refused offline', async () => {
    const config = configOf('offline', {
      offline: true,
      embedding: { provider: 'openai', model: 'e5', baseUrl: 'https://vectors.example/v1' },
    });
    await expect(openIsthmus(config)).rejects.toMatchObject({ code: 'egress-refused' });
  });
});
