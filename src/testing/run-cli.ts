import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
  /** Resolves when standard error has matched. */
  saw(pattern: RegExp): Promise<RegExpMatchArray>;
}

/** Starts the command line as a user would: a process of its own, in a folder of its own. */
export function startCli(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** A program that starts it, with its arguments: `unshare -rn`. */
    readonly under?: readonly string[];
  },
): CliProcess {
  const [program = process.execPath, ...rest] = [...(options.under ?? []), process.execPath];
  const child = spawn(program, [...rest, '--import', import.meta.resolve('tsx'), MAIN, ...args], {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    for (const watcher of watchers) watcher();
  });
  child.stdin.end(options.input ?? '');
  const ended = new Promise<CliResult>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  return {
    child,
    ended,
    saw: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(stderr);
          if (match === null) return;
          watchers.delete(look);
          resolve(match);
        };
        watchers.add(look);
        look();
        void ended.then((result) => reject(new Error(`ended with ${result.code} without ${pattern}:\n${result.stderr}`)));
      }),
  };
}

export function runCli(args: readonly string[], options: Parameters<typeof startCli>[1]): Promise<CliResult> {
  return startCli(args, options).ended;
}
