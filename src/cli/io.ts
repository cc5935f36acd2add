import { createColors } from 'picocolors';
import { environment } from '../config.ts';

export type Colors = ReturnType<typeof createColors>;

/** The terminal, as commands see it. Results go to `write`, everything said on the way to `note`, so pipes stay clean. */
export interface Io {
  write(text: string): void;
  note(text: string): void;
  /** Replaces the current progress line; does nothing where there is no terminal. */
  progress(text: string): void;
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly colors: Colors;
  readonly cwd: string;
  readonly stdin: AsyncIterable<Buffer | string>;
}

export function createIo(): Io {
  const isTerminal = process.stderr.isTTY === true;
  const wantsColor = process.stdout.isTTY === true && environment('NO_COLOR') === undefined;
  let hasProgress = false;
  const clear = () => {
    if (hasProgress) process.stderr.write('\r\u001b[2K');
    hasProgress = false;
  };
  return {
    write: (text) => {
      clear();
      process.stdout.write(`${text}\n`);
    },
    note: (text) => {
      clear();
      process.stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (!isTerminal) return;
      clear();
      process.stderr.write(text.slice(0, (process.stderr.columns ?? 80) - 1));
      hasProgress = true;
    },
    isTerminal,
    columns: process.stdout.columns ?? 100,
    colors: createColors(wantsColor || environment('FORCE_COLOR') !== undefined),
    cwd: process.cwd(),
    stdin: process.stdin,
  };
}
