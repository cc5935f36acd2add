import { type Command, InvalidArgumentError } from 'commander';
import { openServer, type ServerOptions } from '../../compose/open-server.ts';
import { openTelemetry, type Watching } from '../../compose/open-telemetry.ts';
import { environment, loadConfig } from '../../config.ts';
import { DRAIN_SECONDS, endWithin, onStop, parseSeconds } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../run-command.ts';

interface ServeFlags {
  readonly host: string;
  readonly port: number;
  readonly cors?: readonly string[];
  readonly maxBodyMb?: number;
  readonly drainSeconds: number;
  /** Commander's word for `--no-work`. */
  readonly work: boolean;
  readonly config?: string;
}

const DEFAULT_PORT = 4817;
const MEBIBYTE = 1024 * 1024;

export function addServe(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('serve')
    .description('serve the HTTP API; engine and workers run in the same process')
    .option(
      '--host <address>',
      'where to listen; beyond this host only with a key (ISTHMUS_HOST)',
      environment('ISTHMUS_HOST') ?? '127.0.0.1',
    )
    .option(
      '--port <n>',
      'which port; 0 takes a free one (ISTHMUS_PORT)',
      parsePort,
      parsePort(environment('ISTHMUS_PORT') ?? String(DEFAULT_PORT)),
    )
    .option('--cors <origin...>', 'pages of these origins may call (default: none)')
    .option(
      '--max-body-mb <n>',
      'largest request, in MiB; documents are sent in it, and while a large one is read others wait (default: 8)',
      parseSize,
    )
    .option('--drain-seconds <n>', 'how long jobs in hand may take to end after SIGTERM', parseSeconds, DRAIN_SECONDS)
    .option('--no-work', 'leave the jobs to `isthmus worker` on other hosts')
    .option('--config <file>', 'configuration file (default: isthmus.config.yaml)')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ServeFlags) => exit(await serve(flags, io)));
}

const EXAMPLES = `
Examples:
  isthmus serve
  isthmus keys create --owner "Ada" && isthmus serve --host 0.0.0.0
  REDIS_URL=redis://queue.internal DATABASE_URL=postgres://… isthmus serve --no-work

Servers (instead of the data directory, which one process holds at a time):
  DATABASE_URL   postgres://user:password@host/database?sslmode=verify-full&sslrootcert=/path/ca.pem
  REDIS_URL      redis://user:password@host:6379, or rediss://… with TLS
  REDIS_CA_FILE  the certificate authority of that TLS, in PEM, if the system does not know it
Watching (docs/watching.md):
  OTEL_EXPORTER_OTLP_ENDPOINT  http://localhost:4318 sends traces there
  ISTHMUS_LOG                  debug, info, warn, error or silent: what the log on stderr tells, one JSON object a line
A special character in a password is written as %40 and the like. docs/operating.md tells more.`;

async function serve(flags: ServeFlags, io: Io): Promise<number> {
  const config = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
  await using watching = await openTelemetry(config, { metrics: true, log: { write: io.note, isTerminal: io.isTerminal } });
  const say = (event: string, text: string) => watching.telemetry.event('info', event, { text });
  const stop = onStop();
  let callOff = () => {};
  try {
    await using server = await openServer(config, { ...toOptions(flags, watching), watching });
    say('listening', `listening on ${server.url} · dashboard: ${server.url}/ · documentation: ${server.url}/docs`);
    if (!server.hasKeys)
      say('keyless', 'There is no API key: only this host can ask, and needs none. To serve others: isthmus keys create --owner <name>');
    await stop.asked;
    say(
      'stopping',
      `Ending what is in hand, for ${flags.drainSeconds} s at most. Runs go on at the next start. Once more to leave at once.`,
    );
    callOff = endWithin(flags.drainSeconds * 1000, (text) => say('leaving', text));
  } finally {
    callOff();
    stop.forget();
  }
  return EXIT.ok;
}

function toOptions({ host, port, cors, maxBodyMb, drainSeconds, work }: ServeFlags, { telemetry }: Watching): ServerOptions {
  return {
    host,
    port,
    drainMs: drainSeconds * 1000,
    onError: (error) => telemetry.event('error', 'background-error', { error }),
    ...(work ? {} : { queues: [] }),
    ...(cors === undefined ? {} : { corsOrigins: cors }),
    ...(maxBodyMb === undefined ? {} : { limits: { bodyBytes: maxBodyMb * MEBIBYTE } }),
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535.');
  return port;
}

function parseSize(text: string): number {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1 || size > 512) throw new InvalidArgumentError('Expected a whole number of MiB, 1 to 512.');
  return size;
}
