import { spawnSync } from 'node:child_process';
import dns from 'node:dns';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { packagePath } from '../bundled-model.ts';
import { createIsthmus } from '../index.ts';
import { runCli } from '../testing/run-cli.ts';
import { page, startWebServer } from '../testing/web-servers.ts';

const CANAL = packagePath('samples/corpus/carrow-canal.md');
const QUESTION = 'When was the Carrow Canal opened?';

/** How a process is started in a network namespace of its own, with no interface but a loopback that is down; undefined where that is not permitted. */
const UNSHARE = [
  ['unshare', '-rn'],
  ['unshare', '-n'],
].find(([program = '', ...args]) => spawnSync(program, [...args, 'true']).status === 0);

describe('offline', { timeout: 120_000 }, () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-offline-'));
    await writeFile(join(home, 'isthmus.config.yaml'), 'offline: true\n');
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  // Where no namespace may be made, nothing can be shown by one: the tests below hold the same in this process, but not for its children.
  describe.skipIf(UNSHARE === undefined)('in a network without a way out (skipped where `unshare -n` is not permitted)', () => {
    const cli = (...args: string[]) => runCli(args, { cwd: home, env: { ISTHMUS_DATA_DIR: join(home, 'data') }, under: UNSHARE ?? [] });

    it('has indeed no way out', () => {
      const [program = '', ...args] = UNSHARE ?? [];
      const script =
        "fetch('http://1.1.1.1/').then(() => process.exit(0), (error) => process.exit(error.cause.code === 'ENETUNREACH' ? 42 : 1))";
      expect(spawnSync(program, [...args, process.execPath, '-e', script]).status).toBe(42);
    });

    it('answers with the bundled model', async () => {
      const { code, stdout, stderr } = await cli('research', QUESTION, '--docs', CANAL, '--json');
      expect(stderr).not.toMatch(/ENETUNREACH|EAI_AGAIN|ENOTFOUND/);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', report: { text: expect.stringMatching(/\S/) } });
    });

    it('says that it is offline where a page is among the sources', async () => {
      const { code, stdout, stderr } = await cli('research', QUESTION, '--url', 'https://example.org/canal.html');
      expect(code).not.toBe(0);
      expect(`${stdout}${stderr}`).toContain('offline');
      expect(`${stdout}${stderr}`).not.toMatch(/ENETUNREACH|EAI_AGAIN|ENOTFOUND/);
    });
  });

  it('opens no connection and looks up no name, from the first document to the report', async () => {
    const connect = vi.spyOn(Socket.prototype, 'connect');
    const lookup = vi.spyOn(dns, 'lookup');
    await using isthmus = await createIsthmus({ config: { dataDir: 'spied', offline: true }, cwd: home });
    const { status } = await isthmus.research(QUESTION, { docs: CANAL });
    expect(status).toBe('completed');
    const { web } = isthmus.tools;
    const told: unknown[] = [];
    const call = { signal: AbortSignal.timeout(5000), onEgress: (record: unknown) => told.push(record) };
    await expect(web.fetch('https://example.org/?token=hush', call)).rejects.toMatchObject({ code: 'egress-refused', isRetryable: false });
    await expect(web.search('canal', { ...call, limit: 3 })).rejects.toMatchObject({ code: 'egress-refused' });
    expect(told).toEqual([
      expect.objectContaining({ purpose: 'page', bytes: 0, refused: 'offline' }),
      expect.objectContaining({ purpose: 'search', bytes: 0, refused: 'offline' }),
    ]);
    expect(JSON.stringify(told)).not.toContain('hush');
    expect(connect).not.toHaveBeenCalled();
    expect(lookup).not.toHaveBeenCalled();
  });

  it('has spies that see what there is to see', async () => {
    await using server = await startWebServer({ '/a': page('x') });
    const connect = vi.spyOn(Socket.prototype, 'connect');
    await using isthmus = await createIsthmus({
      config: { dataDir: 'online', web: { allowAddresses: [server.address], requestsPerSecond: 100 } },
      cwd: home,
    });
    await isthmus.tools.web.fetch(`${server.origin}/a`, { signal: AbortSignal.timeout(5000) });
    expect(connect).toHaveBeenCalled();
  });

  it.each([
    [undefined, 'api.openai.com'],
    ['https://models.example.org/v1', 'models.example.org'],
    ['http://10.0.0.5:8000/v1', '10.0.0.5'],
  ])('refuses a model at another machine (%s)', async (baseUrl, host) => {
    const remote = { provider: 'openai' as const, model: 'm', ...(baseUrl === undefined ? {} : { baseUrl }) };
    await using isthmus = await createIsthmus({ config: { dataDir: 'remote', offline: true, models: { remote } }, cwd: home });
    await expect(isthmus.tools.models.open('remote')).rejects.toMatchObject({
      code: 'egress-refused',
      isRetryable: false,
      message: expect.stringContaining(host),
    });
  });

  it.each(['http://127.0.0.1:8000/v1', 'http://localhost:8000/v1', 'http://[::1]:8000/v1'])(
    'opens a model on this machine (%s)',
    async (baseUrl) => {
      const models = { here: { provider: 'openai' as const, model: 'm', baseUrl } };
      await using isthmus = await createIsthmus({ config: { dataDir: 'here', offline: true, models }, cwd: home });
      expect((await isthmus.tools.models.open('here')).model.identity.name).toBe('here');
    },
  );
});
