import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from './bundled-model.ts';
import { createIsthmus, type IsthmusError } from './index.ts';
import { createReader } from './testing/research.ts';
import { createScriptedTools } from './testing/scripted-tools.ts';

const BRIDGE = packagePath('samples/corpus/harl-bridge.md');
const QUESTION = 'How long is the Harl Bridge?';
const CANAL = [
  { uri: 'canal.md', text: 'The canal at Brackwater was opened in 1869. It rained on that day.' },
  { uri: 'toll.md', text: 'Salt came down the canal by boat. The toll was two pence.' },
  { uri: 'copy.md', text: 'Salt came down the canal by boat. The toll was two pence.' },
];

describe('the library', { timeout: 120_000 }, () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-library-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  const openScripted = (dataDir: string) =>
    createIsthmus({ tools: createScriptedTools({ model: createReader(), config: { dataDir }, cwd: home }), cwd: home });

  it('answers over files with the bundled model, with its estimate beside the fact', async () => {
    await using isthmus = await createIsthmus({ config: { dataDir: 'nano' }, cwd: home });
    const { status, report, citations, estimate, ledger } = await isthmus.research(QUESTION, { docs: BRIDGE });
    expect(status).toBe('completed');
    const text = await readFile(BRIDGE, 'utf8');
    expect(citations.length > 0).toBe(report?.status === 'answered');
    for (const { span, quote } of citations) expect(text.slice(span.start, span.end)).toBe(quote);
    expect(estimate?.fact.calls).toBe(ledger.total.calls);
    expect(estimate?.fact.tokens).toBeLessThanOrEqual(estimate?.expected.tokens.high ?? 0);
  });

  it('answers over texts, each once, and tells every event', async () => {
    const events: string[] = [];
    await using isthmus = await openScripted('texts');
    const overview = await isthmus.research('When was the canal at Brackwater opened?', {
      documents: CANAL,
      scorer: null,
      onEvent: ({ event }) => events.push(event.type),
    });
    expect(overview).toMatchObject({ status: 'completed', report: { text: 'It was so [1].' }, citations: [{ uri: 'canal.md' }] });
    expect(overview.sources.map(({ uri }) => uri).sort()).toEqual(['canal.md', 'copy.md']);
    expect(events.at(-1)).toBe('run-completed');
    const { runs } = await isthmus.services();
    expect(await runs.findRun(overview.id)).toMatchObject({ status: 'completed' });
  });

  it('keeps to a limit, stops at a signal, and goes on', async () => {
    await using isthmus = await openScripted('limits');
    const asked = { documents: CANAL } as const;
    const limited = await isthmus.research('When was the canal opened?', { ...asked, limits: { calls: 2 } });
    expect(limited).toMatchObject({ status: 'incomplete', reason: expect.stringContaining('2 calls') });
    expect(limited.ledger.total.calls).toBeLessThanOrEqual(2);
    const stopped = await isthmus.research('Was there a toll?', { ...asked, signal: AbortSignal.abort() }).catch((error) => error);
    expect((stopped as IsthmusError).code).toBe('aborted');
    const controller = new AbortController();
    const cut = await isthmus.research('What came down the canal?', {
      ...asked,
      signal: controller.signal,
      onEvent: ({ event }) => event.type === 'steps-planned' && controller.abort(),
    });
    expect(cut).toMatchObject({ status: 'in_progress', reason: 'interrupted' });
    expect(await isthmus.resume(cut.id)).toMatchObject({ status: 'completed' });
  });

  it('compresses, scores and estimates without a database', async () => {
    await using isthmus = await openScripted('none');
    const text = CANAL.map((document) => document.text);
    const { parts, scored, ledger } = await isthmus.compress(text, 'When was the canal opened?');
    expect(parts[0]).toMatchObject({ source: 0, decision: { kept: true } });
    expect(scored?.estimate.samples).toBe(2);
    expect(ledger.total.calls).toBeGreaterThan(2);
    const { rows } = await isthmus.score([
      { x: 'The canal was opened in 1869.', z: 'opened in 1869' },
      { x: 'Salt came by boat.', q: 'What came?', z: 'salt' },
    ]);
    expect(rows.map(({ id, score }) => [id, (score?.bits ?? 0) > 0])).toEqual([
      ['1', true],
      ['2', true],
    ]);
    const estimate = await isthmus.estimate('When was the canal opened?', { documents: CANAL });
    expect(estimate.chunks).toBe(2);
    await expect(rm(join(home, 'none'))).rejects.toThrow('ENOENT');
  });

  it('says what is wrong with a configuration or a request', async () => {
    await expect(createIsthmus({ config: { seed: -1 } })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(createIsthmus({ config: 'nowhere.yaml', cwd: home })).rejects.toThrow('nowhere.yaml');
    await writeFile(join(home, 'mine.yaml'), 'scorer: null\n');
    await using isthmus = await createIsthmus({ config: 'mine.yaml', cwd: home });
    expect(isthmus.config.scorer).toBeNull();
    await expect(isthmus.score([])).rejects.toThrow('name a model as `scorer`');
    await expect(isthmus.research('Why?', {})).rejects.toThrow('Expected `docs`');
    await expect(isthmus.compress('Some text.', 'Why?', { compressor: 'magic' })).rejects.toMatchObject({ code: 'unknown-plugin' });
  });
});
