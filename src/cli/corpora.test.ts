import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunOverview } from '../domain/run-overview.ts';
import type { IngestSummary } from '../pipeline/collections-ingest.ts';
import type { Forgotten } from '../pipeline/forget.ts';
import { runCli, startCli } from '../testing/run-cli.ts';

describe('named corpora on the command line', { timeout: 240_000 }, () => {
  let home: string;
  const cli = (...args: readonly string[]) => runCli(args, { cwd: home });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-corpora-'));
    await mkdir(join(home, 'notes'));
    await writeFile(join(home, 'isthmus.config.yaml'), 'compressor: { use: extractive, model: nano }\nscorer: null\n');
    await writeFile(join(home, 'notes/canal.md'), '# The canal\n\nThe Carrow Canal was opened in 1869 by the harbour master.\n');
    await writeFile(join(home, 'notes/bridge.md'), '# The bridge\n\nThe Harl Bridge has eleven arches of granite.\n');
    await writeFile(join(home, 'notes/picture.xyz'), 'no text');
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('are filled, listed, searched, asked, and forgotten from', async () => {
    const made = await cli('ingest', 'notes', '--corpus', 'notes');
    expect([made.code, made.stdout], made.stderr).toEqual([
      0,
      expect.stringMatching(/added +2[\s\S]*not read +1[\s\S]*picture\.xyz[\s\S]*2 documents/),
    ]);
    expect((await cli('corpora', 'notes')).stdout).toMatch(/canal\.md +read[\s\S]*picture\.xyz +not read/);

    const hits = await cli('search', '"carrow canal" uri:*.md', '--corpus', 'notes');
    expect(hits.stdout).toMatch(/^ 1 {2}canal\.md[\s\S]*opened in 1869/);
    expect(hits.stdout).not.toContain('bridge');
    const { stdout, stderr } = await cli('research', 'When was the Carrow Canal opened?', '--corpus', 'notes', '--json');
    const overview = JSON.parse(stdout) as RunOverview;
    expect(overview.status, stderr).toBe('completed');
    expect(overview.sources.map(({ uri }) => uri)).toContain('canal.md');

    const forgotten = JSON.parse((await cli('forget', 'canal.md', '--corpus', 'notes', '--json')).stdout) as Forgotten;
    expect(forgotten.quotingRuns).toEqual([overview.id]);
    const rest = await cli('forget', forgotten.documents[0]?.id ?? '', '--corpus', 'notes', '--with-runs', '--vacuum');
    expect(rest.stdout).toContain(`deleted 1 run: ${overview.id}`);
    expect((await cli('corpora')).stdout).toMatch(/notes +1 +1 +\d\d B/);
    expect((await cli('corpora', 'rm', 'notes')).code).toBe(0);
  });

  it('say what is wrong', async () => {
    expect(await cli('ingest', 'notes/picture.xyz', '--corpus', 'empty')).toMatchObject({ code: 1 });
    expect((await cli('research', 'Who?')).stderr).toContain('--corpus <name>');
    expect((await cli('research', 'Who?', '--corpus', 'a', '--docs', 'notes')).stderr).toContain('got both');
    expect((await cli('research', 'Who?', '--corpus', 'a')).stderr).toContain('There is no corpus "a"');
  });

  it('are whole after a kill at any moment and another call', async () => {
    await mkdir(join(home, 'many'));
    for (let i = 0; i < 120; i++) await writeFile(join(home, `many/${i}.md`), `# Note ${i}\n\nThe heron number ${i} nests at post ${i}.\n`);
    const killed = startCli(['ingest', 'many', '--corpus', 'many'], { cwd: home });
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    killed.child.kill('SIGKILL');
    await killed.ended;
    const { code, stdout, stderr } = await cli('ingest', 'many', '--corpus', 'many', '--json');
    expect(code, stderr).toBe(0);
    const summary = JSON.parse(stdout) as IngestSummary;
    expect(summary).toMatchObject({ documents: 120, removed: [], notRead: [] });
  });
});
