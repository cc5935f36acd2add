import { stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { IsthmusError } from '../domain/errors.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import { renderRunReport } from '../report/run-report.ts';
import type { Io } from './io.ts';

/** Asked before the work begins: a run of an hour should not end at a folder that does not exist. @throws IsthmusError `invalid-input` */
export async function checkHtmlFile(file: string | undefined, io: Io): Promise<void> {
  if (file === undefined) return;
  const folder = dirname(resolve(io.cwd, file));
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new IsthmusError('invalid-input', `Expected --html to name a file in a folder that exists, but ${folder} is none.`);
}

export async function writeHtml(overview: RunOverview, file: string, io: Io): Promise<void> {
  const path = resolve(io.cwd, file);
  try {
    await writeFile(path, renderRunReport(overview));
  } catch (cause) {
    throw new IsthmusError('invalid-input', `Expected a file that can be written at ${path}, but it cannot.`, { cause });
  }
  io.note(io.colors.dim(`report written to ${file}`));
}
