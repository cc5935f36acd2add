import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MIB } from './limits.ts';
import { type FromChild, fromChildSchema, type ReadJob } from './protocol.ts';

/** Last words of a dying process that are looked at, characters. */
const STDERR_KEPT = 2_000;

type Listener = (event: FromChild | { readonly type: 'ended'; readonly wasHeap: boolean; readonly words: string }) => void;

/** One forked reading process. It keeps this process alive only while held, and it has nothing of this one's environment. */
export class ReaderProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #listener: Listener | undefined;
  #stderr = '';
  #isReady = false;
  #hasEnded = false;

  constructor(heapBytes: number) {
    this.#child = fork(...childEntry(heapBytes));
    this.#child.on('message', (message) => this.#receive(message));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#note(text));
    this.#ended = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.#hasEnded = true;
        resolve();
        // One more turn for words still in the pipe.
        setImmediate(() => this.#tellEnd(code, signal));
      };
      this.#child.on('error', (error) => {
        this.#note(String(error));
        if (this.#child.pid === undefined) end(null, null);
      });
      this.#child.once('exit', end);
    });
    this.hold(false);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  listen(listener: Listener | undefined): void {
    this.#listener = listener;
  }

  send(job: ReadJob): void {
    if (this.#child.connected) this.#child.send(job, () => undefined);
  }

  /** Bytes in memory, by the kernel's account; undefined where it keeps none that can be read (other systems than Linux). */
  async residentBytes(): Promise<number | undefined> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8').catch(() => '');
    const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  }

  async kill(): Promise<void> {
    this.hold(true);
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  hold(held: boolean): void {
    const change = held ? 'ref' : 'unref';
    this.#child[change]();
    this.#child.channel?.[change]();
    const { stderr } = this.#child;
    if (stderr !== null && 'unref' in stderr && typeof stderr.unref === 'function' && !held) stderr.unref();
  }

  #receive(message: unknown): void {
    const parsed = fromChildSchema.safeParse(message);
    if (!parsed.success) return;
    if (parsed.data.type === 'ready') this.#isReady = true;
    this.#listener?.(parsed.data);
  }

  #tellEnd(code: number | null, signal: NodeJS.Signals | null): void {
    const how = signal === null ? `exit code ${code}` : signal;
    const wasHeap = /heap out of memory|Array buffer allocation failed|OOM/.test(this.#stderr);
    this.#listener?.({ type: 'ended', wasHeap, words: how });
  }

  #note(text: string): void {
    this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
  }
}

/** The compiled entry as it is; the TypeScript one under tsx, which also works where a test runner transforms this file. */
function childEntry(heapBytes: number): Parameters<typeof fork> {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = fileURLToPath(new URL(isSource ? './child.ts' : './child.js', import.meta.url));
  const loader = isSource ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : [];
  const execArgv = [`--max-old-space-size=${Math.max(64, Math.floor(heapBytes / MIB))}`, ...loader];
  return [entry, [], { execArgv, env: {}, serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }];
}
