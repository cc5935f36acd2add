import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Postgres' own files take about 60 MiB of it. */
const SIZE = '256m';
/** What is written at a time when it is filled. */
const BLOCK_BYTES = 64 * 1024;
const BALLAST = 'ballast';

/** A file system of its own, which can be full. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  fill(): void;
  empty(): void;
}

/** A tmpfs of 256 MiB; undefined where this user may not mount one. */
export async function mountSmallDisk(): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'isthmus-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', path]);
  if (status !== 0) {
    await rm(path, { recursive: true });
    return undefined;
  }
  // Postgres runs as another user.
  chmodSync(path, 0o755);
  const ballast = join(path, BALLAST);
  return {
    path,
    fill: () => fill(path, ballast),
    empty: () => rmSync(ballast, { force: true }),
    [Symbol.asyncDispose]: async () => {
      spawnSync('umount', ['-l', path]);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Until not even a small block fits. */
function fill(path: string, ballast: string): void {
  const { bavail, bsize } = statfsSync(path);
  try {
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    for (;;) writeFileSync(ballast, Buffer.alloc(BLOCK_BYTES), { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
