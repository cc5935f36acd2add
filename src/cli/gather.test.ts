import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packagePath } from '../bundled-model.ts';
import type { EgressRecord } from '../domain/egress.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import { runCli } from '../testing/run-cli.ts';
import { page, startWebServer, type WebServer } from '../testing/web-servers.ts';

const ARTICLE = `<!doctype html><html><head><title>The Carrow Canal</title></head><body><article><h1>The Carrow Canal</h1>
<p>The Carrow Canal was opened on 17 September 1869. It is nine kilometres long and has four locks.</p>
<p>Coal and salt were carried on it until 1932, when the railway had taken the traffic and the canal was closed.</p></article></body></html>`;

describe('research over pages of the web', { timeout: 240_000 }, () => {
  let home: string;
  let server: WebServer;
  const cli = (...args: string[]) => runCli(args, { cwd: home, env: { ISTHMUS_DATA_DIR: join(home, 'data') } });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-gather-'));
    server = await startWebServer({ '/canal': page(ARTICLE) });
    await writeFile(join(home, 'isthmus.config.yaml'), `web:\n  allowAddresses: ["${server.address}"]\n  requestsPerSecond: 50\n`);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  test('a page is fetched, read and cited; what was not read and what was asked is told; and once is enough for a day', async () => {
    const args = ['research', 'When was the Carrow Canal opened?', '--url', `${server.origin}/canal`, `${server.origin}/gone`];
    const first = await cli(...args, '--json');
    expect(first.code, first.stderr).toBe(0);
    const overview = JSON.parse(first.stdout) as RunOverview;
    expect(overview.citations.map(({ uri }) => uri)).toContain(`${server.origin}/canal`);
    expect(overview.gathering?.sources.map(({ url, documentId }) => [url, documentId !== undefined])).toEqual([
      [`${server.origin}/canal`, true],
      [`${server.origin}/gone`, false],
    ]);
    expect([...server.pages()].sort()).toEqual(['/canal', '/gone']);

    const again = await cli(...args);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toContain('1 of 2 pages read; taken from an earlier run');
    expect(again.stdout).toContain(`not read ${server.origin}/gone`);
    expect(server.pages()).toHaveLength(2);

    const egress = await cli('runs', overview.id, '--egress', '--json');
    expect((JSON.parse(egress.stdout) as readonly EgressRecord[]).map(({ purpose, status }) => [purpose, status])).toEqual(
      expect.arrayContaining([
        ['page', 200],
        ['page', 404],
      ]),
    );
  });

  test('offline, nothing is asked, and the run says so', async () => {
    const before = server.requests.length;
    const { code, stderr } = await cli('research', 'When was it opened?', '--url', `${server.origin}/canal?other`, '--offline');
    expect(code).toBe(1);
    expect(stderr).toMatch(/None of the sources could be gathered.*offline/s);
    expect(server.requests).toHaveLength(before);
  });

  test.each([
    [['research', 'q'], /--docs.*--url.*--web/],
    [['research', 'q', '--url', 'https://a.test/', '--docs', packagePath('samples/corpus')], /either --docs or pages of the web/],
    [['research', 'q', '--url', 'notes.md'], /http or https address/],
    [['research', 'q', '--web', '99'], /from 1 to 20/],
    [['research', 'q', '--web'], /needs a search provider/],
    [['research', 'q', '--docs', packagePath('samples/corpus'), '--fresh'], /--fresh is for pages/],
    [['research', 'q', '--url', 'https://a.test/', '--dry-run'], /not known before they are gathered/],
    [['runs', '--egress'], /id of a run beside --egress/],
  ])('%j says what was expected', async (args, message) => {
    const { code, stderr } = await cli(...args);
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });
});
