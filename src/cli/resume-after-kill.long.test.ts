import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedStore } from '../adapters/database/open-store.ts';
import { packagePath } from '../bundled-model.ts';
import { createRandom } from '../domain/random.ts';
import type { StoredEvent } from '../domain/run.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import { runCli, startCli } from '../testing/run-cli.ts';

const KILLS = 10;
const DOCS = ['carrow-canal.md', 'harl-bridge.md', 'skerry-point-lighthouse.md'].map((name) => packagePath(`samples/corpus/${name}`));
const RESEARCH = ['research', 'When was the Carrow Canal opened?', '--docs', ...DOCS, '--json'];

/** Everything a reader sees that must not depend on what the process went through. */
function essence(stdout: string): Pick<RunOverview, 'status' | 'report' | 'citations' | 'sources'> {
  const { status, report, citations, sources } = JSON.parse(stdout) as RunOverview;
  return { status, ...(report === undefined ? {} : { report }), citations, sources };
}

async function readEvents(dataDir: string, runId: string): Promise<readonly StoredEvent[]> {
  const store = await openEmbeddedStore({ dataDir });
  try {
    return await store.runStore.readEvents(runId, 0);
  } finally {
    await store.close();
  }
}

/** One result and at most one bill for each step, whatever number of processes worked on the run. */
function expectNothingTwice(events: readonly StoredEvent[]): void {
  const finished = events.flatMap(({ event }) => (event.type === 'steps-finished' ? event.steps : []));
  const ids = finished.map((step) => step.id);
  expect(new Set(ids).size).toBe(ids.length);
  const billed = finished.flatMap((step) => step.ledger.filter((entry) => entry.kind === 'call').map((entry) => entry.stepKey));
  expect(new Set(billed).size).toBe(billed.length);
}

describe('kill -9 in the middle of a run, then resume', () => {
  let home: string;
  let durationMs: number;
  let undisturbed: ReturnType<typeof essence>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-kill-'));
    // Small enough for ten kills, large enough that each stage can be hit.
    await writeFile(join(home, 'isthmus.config.yaml'), 'strategy: { use: map-reduce, options: { chunks: 5 } }\n');
    // An empty store to copy: a first start takes seconds that are not the point here.
    await (await openEmbeddedStore({ dataDir: join(home, 'empty') })).close();
    await cp(join(home, 'empty'), join(home, 'whole'), { recursive: true });
    const whole = startCli(RESEARCH, { cwd: home, env: { ISTHMUS_DATA_DIR: join(home, 'whole') } });
    await whole.saw(/run run_/);
    const started = Date.now();
    const { code, stdout, stderr } = await whole.ended;
    expect(code, stderr).toBe(0);
    durationMs = Date.now() - started;
    undisturbed = essence(stdout);
    expect(undisturbed.sources.some((source) => source.score !== undefined)).toBe(true);
  }, 180_000);

  afterAll(() => rm(home, { recursive: true, force: true }));

  const random = createRandom(20_261_120);
  test.each(Array.from({ length: KILLS }, (_, i) => ({ kill: i + 1, at: (i + random()) / KILLS })))(
    'number $kill: the report is that of an undisturbed run, and no journaled step ran again',
    async ({ kill, at }) => {
      const dataDir = join(home, `kill-${kill}`);
      await cp(join(home, 'empty'), dataDir, { recursive: true });
      const env = { ISTHMUS_DATA_DIR: dataDir };
      const first = startCli(RESEARCH, { cwd: home, env });
      const [, runId = ''] = await first.saw(/run (run_\w+)/);
      await delay(at * durationMs);
      first.child.kill('SIGKILL');
      await first.ended;
      const before = await readEvents(dataDir, runId);
      const resumed = await runCli(['resume', runId, '--json'], { cwd: home, env });
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(essence(resumed.stdout)).toEqual(undisturbed);
      const after = await readEvents(dataDir, runId);
      expect(after.slice(0, before.length)).toEqual(before);
      expectNothingTwice(after);
    },
    120_000,
  );
});
