import type { Command } from 'commander';
import { type Isthmus, openIsthmus } from '../../compose/compose.ts';
import { loadConfig } from '../../config.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../run-command.ts';
import { renderCorpora, renderCorpus } from '../views/collections-view.ts';

/** Nothing is taken from the queue, and no run is advanced. */
export const LOCAL_ONLY = { queues: [], maxRuns: 0 } as const;

const TENANT = 'local';

interface CommonFlags {
  readonly json?: boolean;
  readonly config?: string;
}

export function addCorpora(program: Command, io: Io, exit: (code: number) => void): void {
  const corpora = program
    .command('corpora')
    .description('list the named corpora, or show the sources of one')
    .argument('[name]', 'a corpus')
    .option('--json', 'print as JSON')
    .option('--config <file>', 'configuration file')
    .action(async (name: string | undefined, flags: CommonFlags) => {
      await withIsthmus(flags, io, (isthmus) => (name === undefined ? list(isthmus, flags, io) : show(name, { isthmus, flags, io })));
      exit(EXIT.ok);
    });
  corpora
    .command('rm')
    .description('remove a corpus; runs that have read it stay readable')
    .argument('<name>', 'a corpus')
    .action(async (name: string) => {
      await withIsthmus(corpora.opts<CommonFlags>(), io, async (isthmus) => {
        await isthmus.corpora.remove({ tenant: TENANT, name });
        io.note(`removed ${name}`);
      });
      exit(EXIT.ok);
    });
}

export async function withIsthmus<Result>(
  flags: Pick<CommonFlags, 'config'>,
  io: Io,
  action: (isthmus: Isthmus) => Promise<Result>,
): Promise<Result> {
  const config = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
  await using isthmus = await openIsthmus(config, LOCAL_ONLY);
  return await action(isthmus);
}

async function list({ corpora }: Isthmus, { json }: CommonFlags, io: Io): Promise<void> {
  const found = await corpora.list(TENANT);
  if (json === true) io.write(JSON.stringify(found, null, 2));
  else if (found.length === 0) io.note('There are no corpora. Make one with: isthmus ingest <path…> --corpus <name>');
  else io.write(renderCorpora(found));
}

async function show(
  name: string,
  { isthmus, flags, io }: { readonly isthmus: Isthmus; readonly flags: CommonFlags; readonly io: Io },
): Promise<void> {
  const shown = await isthmus.corpora.show({ tenant: TENANT, name });
  io.write(flags.json === true ? JSON.stringify(shown, null, 2) : renderCorpus(shown));
}
