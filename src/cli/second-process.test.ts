import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../bundled-model.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import { createIsthmus } from '../index.ts';
import { type CliProcess, runCli, startCli } from '../testing/run-cli.ts';

const CANAL = packagePath('samples/corpus/carrow-canal.md');

interface DoorFile {
  readonly port: number;
  readonly token: string;
}

describe('a second command on a data directory that `serve` holds', { timeout: 240_000 }, () => {
  let home: string;
  let server: CliProcess;
  let url: string;
  let secret: string;
  let runId: string;

  const cli = (...args: readonly string[]) => runCli(args, { cwd: home });
  const readDoor = async () => JSON.parse(await readFile(join(home, '.isthmus', 'admin.json'), 'utf8')) as DoorFile;
  const list = (key: string) => fetch(`${url}/v1/research`, { headers: { authorization: `Bearer ${key}` } });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-second-'));
    await writeFile(join(home, 'isthmus.config.yaml'), 'compressor: { use: extractive, model: nano }\nscorer: null\n');
    server = startCli(['serve', '--port', '0'], { cwd: home });
    [, url = ''] = await server.saw(/listening on (http:\S+)/);
  }, 120_000);
  afterAll(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    await rm(home, { recursive: true, force: true });
  });

  it('asks a run of the process that holds it, and shows it as its own', async () => {
    const { code, stdout, stderr } = await cli(
      'research',
      'When was the Carrow Canal opened?',
      '--docs',
      CANAL,
      '--priority',
      'high',
      '--json',
    );
    expect(code, stderr).toBe(0);
    const overview = JSON.parse(stdout) as RunOverview;
    runId = overview.id;
    expect(overview).toMatchObject({ status: 'completed', question: 'When was the Carrow Canal opened?' });
    expect(overview.sources.length).toBeGreaterThan(0);
    const shown = await cli('runs', overview.id.slice(0, 12), '--json');
    expect(JSON.parse(shown.stdout)).toEqual(overview);
    const listed = JSON.parse((await cli('runs', '--json')).stdout) as { id: string }[];
    expect(listed.map(({ id }) => id)).toEqual([overview.id]);
    const resumed = await cli('resume', overview.id, '--json');
    expect([resumed.code, JSON.parse(resumed.stdout)]).toEqual([0, overview]);
    expect((await fetch(`${url}/v1/research/${overview.id}`)).status).toBe(200);
  });

  it('says what the other process refuses', async () => {
    const unknown = await cli('research', 'When?', '--docs', CANAL, '--compressor', 'magic');
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringMatching(/Expected one of the compressors.*magic/)]);
    expect((await cli('runs', 'run_nobody')).stderr).toContain('There is no run run_nobody');
  });

  it('makes, lists, rotates and revokes keys, which the server follows', async () => {
    const made = await cli('keys', 'create', '--owner', 'Ada', '--json');
    const { key, secret: first } = JSON.parse(made.stdout) as { key: { id: string }; secret: string };
    // Until two seconds ago there was no key, and nobody needed one.
    await expect.poll(async () => (await fetch(`${url}/v1/research`)).status, { timeout: 10_000 }).toBe(401);
    expect((await list(first)).status).toBe(200);
    expect((await cli('keys', 'list')).stdout).toContain('Ada');
    secret = (await cli('keys', 'rotate', key.id, '--grace-hours', '0')).stdout.trim();
    await expect.poll(async () => (await list(first)).status, { timeout: 10_000 }).toBe(401);
    expect((await list(secret)).status).toBe(200);
    await cli('keys', 'create', '--owner', 'Bob');
    expect((await cli('keys', 'revoke', key.id)).code).toBe(0);
    await expect.poll(async () => (await list(secret)).status, { timeout: 10_000 }).toBe(401);
    expect((await cli('keys', 'revoke', 'key_nobody')).stderr).toContain('There is no key key_nobody');
  });

  it('comes in by a token that only the owner of the directory can read, at a port that is not the API’s', async () => {
    const { mode } = await stat(join(home, '.isthmus', 'admin.json'));
    expect(mode & 0o777).toBe(0o600);
    const { port, token } = await readDoor();
    expect(new URL(url).port).not.toBe(String(port));
    const ask = (headers: Record<string, string>, path = 'listKeys') =>
      fetch(`http://127.0.0.1:${port}/${path}`, { method: 'POST', headers, body: '{}' });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: `Bearer ${token.slice(0, -1)}x` })).status).toBe(401);
    expect((await ask({ authorization: `Bearer ${secret}` })).status).toBe(401);
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await ask({ authorization: `Bearer ${token}` }, 'toString')).status).toBe(404);
    expect((await fetch(`${url}/listKeys`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })).status).toBe(404);
  });

  it('is refused where it would need the store itself, with the address and the way', async () => {
    const { code, stderr } = await cli('serve', '--port', '0');
    expect(code).toBe(1);
    expect(stderr).toContain(`POST ${url}/v1/research`);
    expect(stderr).toMatch(/isthmus keys.*stop it, or choose another data directory/);
  });

  it('opens the store itself again once the server has gone, by whatever end', async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    expect((await readDoor()).token).not.toBe('');
    const listed = await cli('keys', 'list', '--json');
    expect((JSON.parse(listed.stdout) as { owner: string }[]).map(({ owner }) => owner)).toEqual(['Ada', 'Bob']);
  });

  it('has done the run with the priority that was asked for', async () => {
    await using isthmus = await createIsthmus({ cwd: home });
    const [created] = await (await isthmus.services()).runs.readEvents(runId, 0);
    expect(created?.event).toMatchObject({ type: 'run-created', spec: { priority: 'high' } });
  });
});
