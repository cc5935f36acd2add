import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../bundled-model.ts';
import { type CliProcess, runCli, startCli } from '../testing/run-cli.ts';

const CORPUS = packagePath('samples/corpus');
const QUESTION = 'When was the light of the Skerry Point Lighthouse first lit?';
let home: string;
let server: CliProcess;
let url: string;
let key: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'isthmus-serve-'));
}, 120_000);
afterAll(() => rm(home, { recursive: true, force: true }));

async function ask(path: string, init: { method?: string; body?: unknown } = {}): Promise<Response> {
  const { method = init.body === undefined ? 'GET' : 'POST', body } = init;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

/** The names of a run's events, heard until its end. */
function follow(id: string): Promise<string[]> {
  const heard: string[] = [];
  const source = new EventSource(`${url}/v1/research/${id}/events`, {
    fetch: (address, init) => fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } }),
  });
  return new Promise((resolve) => {
    for (const name of [
      'run-created',
      'steps-planned',
      'steps-finished',
      'summary-gated',
      'run-completed',
      'run-incomplete',
      'run-failed',
    ]) {
      source.addEventListener(name, () => {
        heard.push(name);
        if (!/^run-(completed|incomplete|failed)$/.test(name)) return;
        source.close();
        resolve(heard);
      });
    }
  });
}

describe('isthmus serve and keys', { timeout: 180_000 }, () => {
  it('listens beyond this host with a key only, and says how to make one', async () => {
    const { code, stderr } = await runCli(['serve', '--host', '0.0.0.0', '--port', '0'], { cwd: home });
    expect([code, stderr]).toEqual([1, expect.stringContaining('isthmus keys create --owner')]);
  });

  it('makes a key whose secret is shown once and lies nowhere', async () => {
    const made = await runCli(['keys', 'create', '--owner', 'Ada', '--tenant', 'acme'], { cwd: home });
    expect(made.stdout.trim()).toMatch(/^isk_[\w-]{43}$/);
    key = made.stdout.trim();
    const listed = await runCli(['keys', 'list'], { cwd: home });
    expect(listed.stdout).toContain('Ada');
    expect(listed.stdout).not.toContain(key);
  });

  it('serves: a run from question to report, over HTTP', async () => {
    server = startCli(['serve', '--port', '0'], { cwd: home });
    [, url = ''] = await server.saw(/listening on (http:\S+)/);
    expect((await fetch(`${url}/v1/research`)).status).toBe(401);
    const documents = await Promise.all(
      (await readdir(CORPUS)).map(async (uri) => ({ uri, text: await readFile(join(CORPUS, uri), 'utf8') })),
    );
    const body = { question: QUESTION, documents };
    const estimate = await (await ask('/v1/research', { body: { ...body, dry_run: true } })).json();
    expect(estimate).toMatchObject({ object: 'research.estimate', calls: { expected: expect.any(Number) } });
    const submitted = await ask('/v1/research', { body });
    expect(submitted.status).toBe(202);
    const { id } = (await submitted.json()) as { id: string };
    const heard = await follow(id);
    expect([heard[0], heard.at(-1)]).toEqual(['run-created', 'run-completed']);
    const report = (await (await ask(`/v1/research/${id}/report`)).json()) as {
      citations: { uri: string; quote: string }[];
      sources: unknown[];
    };
    expect(report.citations.length).toBeGreaterThan(0);
    for (const { uri, quote } of report.citations) expect(documents.find((document) => document.uri === uri)?.text).toContain(quote);
    expect(await (await ask(`/v1/research/${id}/report?format=markdown`)).text()).toContain('## Sources');
  });

  it('compresses and scores without a run', async () => {
    const text = await readFile(packagePath('samples/corpus/skerry-point-lighthouse.md'), 'utf8');
    const compressed = (await (await ask('/v1/compress', { body: { text, question: QUESTION, chunks: 2 } })).json()) as {
      parts: { kept: boolean }[];
    };
    expect(compressed.parts).toHaveLength(2);
    const rows = [
      { x: 'The light was lit in 1841.', q: 'When?', z: 'in 1841' },
      { x: 'The bridge is of iron.', q: 'When?', z: 'of iron' },
    ];
    const scored = (await (await ask('/v1/score', { body: { rows } })).json()) as { rows: { information: { ceiling_bits: number } }[] };
    expect(scored.rows[0]?.information.ceiling_bits).toBeCloseTo(1, 6);
  });

  it('refuses what it cannot do, without a word of where it lies', async () => {
    for (const body of [
      { question: 'Why?', corpus_id: 'nobody-has-this' },
      { question: 'Why?', documents: [{ uri: 'a', text: 'b' }], compressor: 'no-such-plugin' },
      { question: 'Why?', documents: [{ uri: 'a', text: 'b' }], compressor: 'abstractive@no-such-model' },
      { question: 'x '.repeat(5_000), documents: [{ uri: 'a', text: 'b' }] },
    ]) {
      const response = await ask('/v1/research', { body });
      const answer = await response.text();
      expect(response.status, answer).toBeGreaterThanOrEqual(400);
      expect(response.status, answer).toBeLessThan(500);
      expect(answer).not.toContain(home);
    }
  });

  it('ends when it is told to, also while somebody listens', async () => {
    const { id } = (await (
      await ask('/v1/research', { body: { question: QUESTION, documents: [{ uri: 'a', text: 'The light was lit in 1841.' }] } })
    ).json()) as {
      id: string;
    };
    await fetch(`${url}/v1/research/${id}/events`, { headers: { authorization: `Bearer ${key}` } });
    server.child.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });
});
