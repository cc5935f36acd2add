import type { Command } from 'commander';
import { openIsthmus } from '../../compose/compose.ts';
import { findRunId } from '../../compose/find-run.ts';
import { findServing, openAdmin } from '../../compose/open-admin.ts';
import { loadConfig } from '../../config.ts';
import { IsthmusError } from '../../domain/errors.ts';
import { followThere } from '../follow-there.ts';
import { checkHtmlFile } from '../html-file.ts';
import type { Io } from '../io.ts';
import { driveRun, EXIT, interruptible, showRun } from '../run-command.ts';
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
    .option('--html <file>', 'with a run: write its report to this file too, as one page of HTML with heat maps')
    .option('--config <file>', 'configuration file')
    .action(async (id: string | undefined, flags: { limit: number; json?: boolean; html?: string; config?: string }) => {
      if (id === undefined && flags.html !== undefined)
        throw new IsthmusError('invalid-input', 'Expected the id of a run beside --html: isthmus runs <run> --html report.html');
      await checkHtmlFile(flags.html, io);
      const config = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
      await using admin = await openAdmin(config);
      if (id !== undefined) {
        exit(await showRun(await admin.showRun(id), { json: flags.json === true, html: flags.html }, io));
        return;
      }
      const runs = await admin.listRuns(flags.limit);
      if (flags.json === true) io.write(JSON.stringify(runs, null, 2));
      else if (runs.length === 0) io.note('There are no runs yet. Start one with: isthmus research "<question>" --docs <folder>');
      else {
        const rows = runs.map((run) => [
          run.id.slice(0, 16),
          run.status,
          new Date(run.createdAt).toISOString().slice(0, 19).replace('T', ' '),
          run.question,
        ]);
        io.write(
          renderTable(
            [
              { title: 'run' },
              { title: 'state' },
              { title: 'submitted (UTC)' },
              { title: 'question', maxWidth: Math.max(20, io.columns - 55) },
            ],
            rows,
          ),
        );
      }
      exit(EXIT.ok);
    });
}
