import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { EXIT } from '../run-command.ts';
import { renderForgotten } from '../views/forget-view.ts';
import { withIsthmus } from './corpora.ts';

interface ForgetFlags {
  readonly corpus: string;
  readonly cancel?: boolean;
  readonly withRuns?: boolean;
  readonly vacuum?: boolean;
  readonly json?: boolean;
  readonly config?: string;
}

export function addForget(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('forget')
    .description('delete documents from a corpus and from everything that was made of them')
    .argument('<document...>', 'names as `isthmus corpora <name>` shows them, patterns such as reports/**, or ids')
    .requiredOption('--corpus <name>', 'where they are')
    .option('--cancel', 'end runs that are reading them, instead of refusing')
    .option('--with-runs', 'delete the runs that have read them, with reports and logs, which may quote them')
    .option('--vacuum', 'then rewrite the tables, so that no deleted row stays in a data file')
    .option('--json', 'print what was deleted as JSON')
    .option('--config <file>', 'configuration file')
    .action(async (selectors: string[], flags: ForgetFlags) => {
      await withIsthmus(flags, io, async ({ corpora }) => {
        const key = { tenant: 'local', name: flags.corpus };
        const forgotten = await corpora.forget({
          key,
          selectors,
          cancel: flags.cancel === true,
          withRuns: flags.withRuns === true,
        });
        if (flags.vacuum === true) await corpora.scrub();
        const isScrubbed = flags.vacuum === true;
        io.write(flags.json === true ? JSON.stringify(forgotten, null, 2) : renderForgotten(forgotten, { name: key.name, isScrubbed }));
      });
      exit(EXIT.ok);
    });
}
