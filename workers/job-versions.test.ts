import { expect, it } from 'vitest';
import { newerVersion, parseJobPayload, parseJobResult } from '../src/pipeline/work.ts';
import { oldAndNewSideBySide } from '../src/testing/job-versions.ts';
import { createJobStorage, createMemoryJobQueue } from '../src/testing/memory-job-queue.ts';

it('jobs of a newer version are left to newer workers', { timeout: 120_000 }, async () => {
  const storage = createJobStorage();
  await oldAndNewSideBySide(async () => createMemoryJobQueue({ storage }));
});

it('only a version that is newer is somebody else’s affair', () => {
  expect(newerVersion({ version: 2 })).toBe(2);
  for (const known of [{ version: 1 }, { version: 0 }, { version: 'two' }, {}, null, 'words']) expect(newerVersion(known)).toBeUndefined();
  expect(() => parseJobPayload({ version: 0 })).toThrow(/payload of version 1/);
  expect(parseJobResult({ steps: [] })).toEqual({ steps: [] });
});
