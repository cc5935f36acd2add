import type { Command } from 'commander';
import { openIsthmus } from '../../compose/compose.ts';
import { findRunId } from '../../compose/find-run.ts';
import { findServing, openAdmin } from '../../compose/open-admin.ts';
import { loadConfig } from '../../config.ts';
import { IsthmusError } from '../../domain/errors.ts';
import type { RunSummary } from '../../ports/run-store.ts';
import { followThere } from '../follow-there.ts';
import { checkHtmlFile } from '../html-file.ts';
import type { Io } from '../io.ts';
import { driveRun, EXIT, interruptible, showRun } from '../run-command.ts';
import { renderEgress } from '../views/gathering-view.ts';
import { renderTable } from '../views/table.ts';
import { wholeNumber } from '../whole-number.ts';

export function addResume(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('resume')
    .description('go on with a run that was stopped, killed or failed; what it has paid for is not paid again')
    .argument('<run>', 'its id, as `isthmus runs` shows it; the beginning is enough')
    .option('--json', 'print the whole result as JSON')
    .option('--html <file>', 'write the report to this file too, as one page of HTML with heat maps')
    .option('--config <file>', 'configuration file')
    .action(async (id: string, flags: { json?: boolean; html?: string; config?: string }) => {
      await checkHtmlFile(flags.html, io);
      const config = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
      exit(
        await interruptible(io, async (signal) => {
          const serving = await findServing(config);
          if (serving !== undefined) {
            return followThere(serving, { id: await serving.resumeRun(id), json: flags.json === true, html: flags.html, signal }, io);
          }
          await using isthmus = await openIsthmus(config);
          const runId = await findRunId(isthmus.runs, id);
          return await driveRun(isthmus, io, {
            json: flags.json === true,
            html: flags.html,
            signal,
            drive: (options) => isthmus.engine.resume(runId, options),
          });
        }),
      );
    });
}

export function addRuns(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('runs')
    .description('list the runs of this data directory, newest first, or show one again')
    .argument('[run]', 'show this one')
    .option('--limit <n>', 'how many to list', wholeNumber(1), 20)
    .option('--json', 'print as JSON')
    .option('--egress', 'with a run: list what it asked the web')
    .option('--html <file>', 'with a run: write its report to this file too, as one page of HTML with heat maps')
    .option('--config <file>', 'configuration file')
    .action(async (id: string | undefined, flags: RunsFlags) =>
      exit(await (id === undefined ? listRuns(flags, io) : showOne(id, flags, io))),
    );
}

interface RunsFlags {
  readonly limit: number;
  readonly json?: boolean;
  readonly egress?: boolean;
  readonly html?: string;
  readonly config?: string;
}

async function open(flags: RunsFlags, io: Io): ReturnType<typeof openAdmin> {
  return openAdmin(await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) }));
}

async function showOne(id: string, flags: RunsFlags, io: Io): Promise<number> {
  await checkHtmlFile(flags.html, io);
  await using admin = await open(flags, io);
  const run = await admin.showRun(id);
  if (flags.egress !== true) return await showRun(run, { json: flags.json === true, html: flags.html }, io);
  const { gathering } = run.overview;
  io.write(flags.json === true ? JSON.stringify(gathering?.egress ?? [], null, 2) : renderEgress(run.overview, io.colors));
  return EXIT.ok;
}

async function listRuns(flags: RunsFlags, io: Io): Promise<number> {
  for (const [flag, example] of [
    ['egress', ''],
    ['html', ' report.html'],
  ] as const)
    if (flags[flag] !== undefined)
      throw new IsthmusError('invalid-input', `Expected the id of a run beside --${flag}: isthmus runs <run> --${flag}${example}`);
  await using admin = await open(flags, io);
  const runs = await admin.listRuns(flags.limit);
  if (flags.json === true) io.write(JSON.stringify(runs, null, 2));
  else if (runs.length === 0) io.note('There are no runs yet. Start one with: isthmus research "<question>" --docs <folder>');
  else io.write(renderTable(columns(io), runs.map(toRow)));
  return EXIT.ok;
}

function columns({ columns: width }: Io) {
  return [{ title: 'run' }, { title: 'state' }, { title: 'submitted (UTC)' }, { title: 'question', maxWidth: Math.max(20, width - 55) }];
}

function toRow({ id, status, createdAt, question }: RunSummary): string[] {
  return [id.slice(0, 16), status, new Date(createdAt).toISOString().slice(0, 19).replace('T', ' '), question];
}
