import { createColors } from 'picocolors';
import { environment } from '../config.ts';

export type Colors = ReturnType<typeof createColors>;

/** Colours, or else what acts on a terminal or reorders what it shows; a line end may be of two characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const COLOUR_OR_ACTIVE = /(\u001b\[[0-9;]*m|\r\n)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Behind the views, which make text of others printable themselves: of all that is written, only colours act on the terminal. The rest is written
 * by its code, \\u009b, as JSON writes it, so JSON stays the same value.
 */
export function terminalSafe(text: string): string {
  return text.replaceAll(COLOUR_OR_ACTIVE, (whole, allowed: string | undefined) =>
    allowed === undefined ? `\\u${whole.charCodeAt(0).toString(16).padStart(4, '0')}` : whole,
  );
}

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
      process.stdout.write(`${terminalSafe(text)}\n`);
    },
    note: (text) => {
      clear();
      process.stderr.write(`${terminalSafe(text)}\n`);
    },
    progress: (text) => {
      if (!isTerminal) return;
      clear();
      process.stderr.write(terminalSafe(text).slice(0, (process.stderr.columns ?? 80) - 1));
      hasProgress = true;
    },
    isTerminal,
    columns: process.stdout.columns ?? 100,
    colors: createColors(wantsColor || environment('FORCE_COLOR') !== undefined),
    cwd: process.cwd(),
    stdin: process.stdin,
  };
}
