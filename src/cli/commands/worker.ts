import { type Command, InvalidArgumentError, Option } from 'commander';
import { openTelemetry } from '../../compose/open-telemetry.ts';
import { openWorker } from '../../compose/open-worker.ts';
import { loadConfig } from '../../config.ts';
import { QUEUES, type QueueName } from '../../pipeline/work.ts';
import { plural } from '../../report/figures.ts';
import { DRAIN_SECONDS, endWithin, onStop, parseSeconds } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../run-command.ts';
import { wholeNumber } from '../whole-number.ts';

interface WorkerFlags {
  readonly queues: readonly QueueName[];
  readonly concurrency?: number;
  readonly drainSeconds: number;
  readonly config?: string;
}

export function addWorker(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('worker')
    .description('do the work of a shared queue on this host: it needs the queue’s address and the models, and no database')
    .addOption(new Option('--queues <names>', `which work, of ${QUEUES.join(', ')}`).argParser(parseQueues).default(QUEUES, 'all'))
    .option('--concurrency <n>', 'jobs at a time in each queue (default: the configuration’s)', wholeNumber(1))
    .option('--drain-seconds <n>', 'how long jobs in hand may take to end after SIGTERM', parseSeconds, DRAIN_SECONDS)
    .option('--config <file>', 'configuration file (default: isthmus.config.yaml)')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: WorkerFlags) => exit(await work(flags, io)));
}

const EXAMPLES = `
Examples:
  REDIS_URL=redis://queue.internal:6379 isthmus worker --queues compress,score
  REDIS_URL=rediss://:password@queue.internal:6380 isthmus worker --queues score --concurrency 8`;

async function work({ queues, concurrency, drainSeconds, config: file }: WorkerFlags, io: Io): Promise<number> {
  const config = await loadConfig({ cwd: io.cwd, ...(file === undefined ? {} : { file }) });
  await using watching = await openTelemetry(config, { log: { write: io.note, isTerminal: io.isTerminal } });
  const say = (event: string, text: string) => watching.telemetry.event('info', event, { text });
  const onError = (error: unknown): void => watching.telemetry.event('error', 'background-error', { error });
  const stop = onStop();
  try {
    const worker = await openWorker(config, { queues, onError, watching, ...(concurrency === undefined ? {} : { concurrency }) });
    say('working', `working on ${plural(queues.length, 'queue')}: ${queues.join(', ')}`);
    await stop.asked;
    say(
      'stopping',
      `Ending what is in hand, for ${drainSeconds} s at most; what is left goes back to the queue. Once more to leave at once.`,
    );
    const drainMs = drainSeconds * 1000;
    const callOff = endWithin(drainMs, (text) => say('leaving', text));
    await worker.close({ drainMs });
    callOff();
    return EXIT.ok;
  } finally {
    stop.forget();
  }
}

function parseQueues(text: string): QueueName[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.filter((name) => !QUEUES.includes(name as QueueName));
  if (unknown.length > 0) throw new InvalidArgumentError(`Expected names of ${QUEUES.join(', ')}, but got "${unknown.join(', ')}".`);
  return names as QueueName[];
}
