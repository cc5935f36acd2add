import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Last words of a dying process that are quoted in its error, characters. */
const STDERR_KEPT = 2_000;
/** How long an orderly exit may take before the process is killed. */
const CLOSE_MS = 2_000;

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/**
 * One forked model process with its channel. It does not keep this process alive by itself: only `hold` does, while calls
 * are in flight.
 */
export class ModelProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<ProcessEnd>;
  #stderr = '';
  #holds = 0;
  #hasEnded = false;

  constructor(entry: string | undefined, onMessage: (message: unknown) => void) {
    this.#child = fork(...childEntry(entry));
    this.#child.on('message', onMessage);
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#note(text));
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.#note(String(error));
        // A process that never started has no exit; any other error is followed by one.
        if (this.#child.pid !== undefined) return;
        this.#hasEnded = true;
        resolve({ code: null, signal: null, stderr: this.#stderr });
      });
      // `exit` and not `close`: a grandchild that inherited the pipe must not hold back the news.
      this.#child.once('exit', (code, signal) => {
        this.#hasEnded = true;
        // One more turn for words still in the pipe.
        setImmediate(() => resolve({ code, signal, stderr: this.#stderr.trim() }));
      });
    });
    this.#setHeld(false);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get ended(): Promise<ProcessEnd> {
    return this.#ended;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  send(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Keeps this process alive until released. */
  hold(): void {
    this.#holds += 1;
    if (this.#holds === 1) this.#setHeld(true);
  }

  release(): void {
    this.#holds -= 1;
    if (this.#holds === 0) this.#setHeld(false);
  }

  /** Asks for an orderly exit, then kills; resolves when the process is gone. */
  async close(closeMessage: object): Promise<void> {
    this.hold();
    this.send(closeMessage);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_MS);
    await this.#ended;
    clearTimeout(timer);
    this.release();
  }

  #note(text: string): void {
    this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
  }

  #setHeld(held: boolean): void {
    const change = held ? 'ref' : 'unref';
    this.#child[change]();
    this.#child.channel?.[change]();
    const { stderr } = this.#child;
    if (stderr !== null && 'unref' in stderr && typeof stderr.unref === 'function' && !held) stderr.unref();
  }
}

/** The compiled entry as it is; the TypeScript one under tsx, which also works where a test runner transforms this file. */
function childEntry(given: string | undefined): Parameters<typeof fork> {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = fileURLToPath(new URL(isSource ? './child.ts' : './child.js', import.meta.url));
  const execArgv = isSource ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : [];
  return [given ?? entry, [], { execArgv, serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }];
}
