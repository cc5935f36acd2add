import type { Command } from 'commander';
import { openIsthmus } from '../../compose/compose.ts';
import { findRunId } from '../../compose/find-run.ts';
import { findServing, openAdmin } from '../../compose/open-admin.ts';
import { loadConfig } from '../../config.ts';
import { followThere } from '../follow-there.ts';
import type { Io } from '../io.ts';
import { driveRun, EXIT, interruptible, showShown } from '../run-command.ts';
import { renderTable } from '../views/table.ts';
import { wholeNumber } from '../whole-number.ts';

export function addResume(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('resume')
    .description('go on with a run that was stopped, killed or failed; what it has paid for is not paid again')
    .argument('<run>', 'its id, as `isthmus runs` shows it; the beginning is enough')
    .option('--json', 'print the whole result as JSON')
    .option('--config <file>', 'configuration file')
    .action(async (id: string, flags: { json?: boolean; config?: string }) => {
      const config = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
      exit(
        await interruptible(io, async (signal) => {
          const serving = await findServing(config);
          if (serving !== undefined) {
            return followThere(serving, { id: await serving.resumeRun(id), json: flags.json === true, signal }, io);
          }
          await using isthmus = await openIsthmus(config);
          const runId = await findRunId(isthmus.runs, id);
          return await driveRun(isthmus, io, {
            json: flags.json === true,
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
    .option('--config <file>', 'configuration file')
    .action(async (id: string | undefined, flags: { limit: number; json?: boolean; config?: string }) => {
      const config = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
      await using admin = await openAdmin(config);
      if (id !== undefined) {
        exit(showShown(await admin.showRun(id), flags.json === true, io));
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
