import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

export interface CurlAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** curl as it is installed, for one key. */
export interface Curl {
  (path: string, ...args: readonly string[]): Promise<CurlAnswer>;
  /** A request with a JSON body. */
  post(path: string, body: object, ...args: readonly string[]): Promise<CurlAnswer>;
  /** An event stream, which curl prints as it comes. */
  follow(
    path: string,
    ...args: readonly string[]
  ): { readonly child: ChildProcess; text(): string; readonly ended: Promise<number | null> };
}

export function createCurl(base: () => string, key: () => string): Curl {
  const common = (path: string): string[] => ['-sS', `${base()}${path}`, '-H', `Authorization: Bearer ${key()}`];

  async function curl(path: string, ...args: readonly string[]): Promise<CurlAnswer> {
    const { stdout } = await promisify(execFile)('curl', ['-i', ...common(path), ...args], { maxBuffer: 64 * 1024 * 1024 });
    const end = stdout.indexOf('\r\n\r\n');
    const [first = '', ...lines] = stdout.slice(0, end).split('\r\n');
    const headers = lines.map((line): [string, string] => {
      const [name = '', ...value] = line.split(':');
      return [name.toLowerCase(), value.join(':').trim()];
    });
    return { status: Number(first.split(' ')[1]), headers: new Map(headers), text: stdout.slice(end + 4) };
  }

  return Object.assign(curl, {
    post: (path: string, body: object, ...args: readonly string[]) =>
      curl(path, '-H', 'Content-Type: application/json', '-d', JSON.stringify(body), ...args),
    follow: (path: string, ...args: readonly string[]) => {
      const child = spawn('curl', ['-N', ...common(path), ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
      let text = '';
      child.stdout.on('data', (data: Buffer) => {
        text += data.toString();
      });
      return { child, text: () => text, ended: new Promise<number | null>((resolve) => child.once('close', resolve)) };
    },
  });
}
