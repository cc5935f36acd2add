import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openIsthmus } from '../../compose/compose.ts';
import { loadConfig } from '../../config.ts';
import type { IngestCounts } from '../../pipeline/collections-ingest.ts';
import type { Io } from '../io.ts';
import { progressBar } from '../progress.ts';
import { EXIT, interruptible } from '../run-command.ts';
import { bytesPerSecond, renderIngest } from '../views/collections-view.ts';
import { LOCAL_ONLY } from './corpora.ts';

interface IngestFlags {
  readonly corpus: string;
  readonly check?: boolean;
  readonly keepMissing?: boolean;
  readonly json?: boolean;
  readonly config?: string;
}

export function addIngest(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('ingest')
    .description('read files, folders and pages into a named corpus; again: only what has changed')
    .argument('<path...>', 'folders, files and addresses')
    .requiredOption('--corpus <name>', 'the corpus, which is made if there is none')
    .option('--check', 'read every file to see whether it has changed, not only those of another size or time')
    .option('--keep-missing', 'keep documents whose files are gone')
    .option('--json', 'print everything that was done as JSON')
    .option('--config <file>', 'configuration file')
    .addHelpText('after', '\nExample:\n  isthmus ingest reports/ --corpus reports\n  isthmus research "What changed?" --corpus reports')
    .action(async (paths: string[], flags: IngestFlags) => exit(await ingest(paths, flags, io)));
}

async function ingest(paths: readonly string[], flags: IngestFlags, io: Io): Promise<number> {
  const config = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
  const locations = paths.map((path) => (/^[a-z][a-z0-9+.-]+:\/\//i.test(path) ? path : resolve(io.cwd, path)));
  return interruptible(io, async (signal) => {
    await using isthmus = await openIsthmus(config, LOCAL_ONLY);
    const summary = await isthmus.corpora.ingest({
      key: { tenant: 'local', name: flags.corpus },
      locations,
      check: flags.check === true,
      keepMissing: flags.keepMissing === true,
      signal,
      onProgress: tellProgress(io),
    });
    io.write(flags.json === true ? JSON.stringify(summary, null, 2) : renderIngest(summary, io.colors));
    return summary.documents === 0 && summary.removed.length === 0 ? EXIT.failed : EXIT.ok;
  });
}

function tellProgress(io: Io): (done: IngestCounts) => void {
  const start = performance.now();
  return ({ files, of, chunks, bytes }) =>
    io.progress(
      `${progressBar('files', files, of)}  ${chunks === 0 ? bytesPerSecond(bytes, performance.now() - start) : `${chunks} chunks`}`,
    );
}
