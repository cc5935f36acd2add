import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { openPostgresStore } from '../adapters/database/open-store.ts';
import { expectConsistent } from '../testing/research.ts';
import { type ServerProcess, startPostgres } from '../testing/server-processes.ts';
import { CALLER, createHeldReader, JOB, openServiceBench } from '../testing/service-bench.ts';
import { mountSmallDisk, type SmallDisk } from '../testing/small-disk.ts';
import { waitFor } from '../testing/wait-for.ts';
import { openWay, type Way } from '../testing/way.ts';

const { databaseUrl } = inject('servers');
/** A server's start, and the rests between two tries at a run. */
const BACK_MS = 60_000;

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

interface Place {
  readonly postgres: ServerProcess;
  readonly way: Way;
  readonly disk: SmallDisk | undefined;
}

async function openPlace(parent?: SmallDisk): Promise<Place> {
  const postgres = await startPostgres(parent === undefined ? {} : { parent: parent.path });
  if (postgres === null) throw new Error('Postgres is not installed.');
  if (parent !== undefined) open.push(parent);
  open.push({ [Symbol.asyncDispose]: () => postgres.stop() });
  const way = await openWay(postgres.url);
  open.push(way);
  return { postgres, way, disk: parent };
}

interface Harm {
  away(): Promise<void>;
  back(): Promise<void>;
}

/** The database goes away in the middle of a run's calls. The process that advances the run meets it, and lives to end the run. */
async function outlives({ way }: Place, { away, back }: Harm): Promise<void> {
  const { model, release, asked } = createHeldReader();
  const store = await openPostgresStore({ url: way.url });
  open.push({ [Symbol.asyncDispose]: () => store.close() });
  const newId = () => `run-${randomUUID()}`;
  const bench = await openServiceBench({ models: { reader: model }, deps: { runs: store.runStore } }, { newId });
  open.push(bench);
  const { runId } = await bench.service.submit(CALLER, JOB);
  await asked();
  await away();
  release();
  await waitFor('the advance to meet it', async () => (bench.errors.length > 0 ? true : undefined));
  await back();
  const statusOf = () => bench.service.summary(CALLER, runId).catch(() => undefined);
  const status = await waitFor(
    'the end of the run',
    async () => {
      const now = (await statusOf())?.status;
      return now === undefined || now === 'queued' || now === 'in_progress' ? undefined : now;
    },
    BACK_MS,
  );
  expect(status).toBe('completed');
  await expectConsistent(bench, await bench.service.read(CALLER, runId));
  const prompts = model.calls.generate.map(({ prompt }) => JSON.stringify(prompt));
  expect(new Set(prompts).size).toBe(prompts.length);
}

describe.skipIf(databaseUrl === null)('a database that goes away in the middle of a run', { timeout: 180_000 }, () => {
  it('killed: the run ends once it is back, and no call is made twice', async () => {
    const place = await openPlace();
    await outlives(place, { away: () => place.postgres.kill(), back: () => place.postgres.restart() });
  });

  it('cut off: the run ends once it is back, and no call is made twice', async () => {
    const place = await openPlace();
    await outlives(place, { away: async () => place.way.cut(), back: async () => place.way.mend() });
  });

  it('its disk full: the run ends once there is room, and no call is made twice', async ({ skip }) => {
    const disk = await mountSmallDisk();
    if (disk === undefined) return skip('This user may not mount a disk.');
    const place = await openPlace(disk);
    await outlives(place, {
      away: async () => disk.fill(),
      // It ends itself where it cannot write its log.
      back: async () => {
        disk.empty();
        await place.postgres.kill();
        await place.postgres.restart();
      },
    });
  });
});
