import type { ShownRun } from '../compose/admin.ts';
import type { Isthmus } from '../compose/compose.ts';
import type { ErrorRecord } from '../domain/errors.ts';
import type { RunState } from '../domain/run.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import { overviewOf } from '../pipeline/overview.ts';
import { writeHtml } from './html-file.ts';
import { onInterrupt } from './interrupt.ts';
import type { Io } from './io.ts';
import { createProgress } from './progress.ts';
import { renderMoves } from './views/moves-view.ts';
import { renderRun } from './views/run-view.ts';

/** What a shell can tell from the exit status. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

type Drive = (options: { readonly signal: AbortSignal; readonly onEvent: ReturnType<typeof createProgress> }) => Promise<RunState>;

/** Where the result goes: to the terminal in words or as JSON, and to a file as a page, once there is a report. */
export interface Output {
  readonly json: boolean;
  readonly html?: string | undefined;
  /** Each decision of the strategy too. */
  readonly explain?: boolean | undefined;
}

/** Lends an action a signal that Ctrl-C aborts. */
export async function interruptible<Result>(io: Io, action: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interrupt = onInterrupt(io);
  try {
    return await action(interrupt.signal);
  } finally {
    interrupt.stop();
  }
}

/** Drives a run with progress, then shows how it ended. */
export async function driveRun(
  isthmus: Isthmus,
  io: Io,
  { signal, drive, ...output }: Output & { readonly signal: AbortSignal; readonly drive: Drive },
): Promise<number> {
  const state = await drive({ signal, onEvent: createProgress(io) });
  const { runId: id, status, error } = state;
  if (output.json || state.report !== undefined) await showOverview(await overviewOf(state, isthmus), output, io);
  return tellEnd({ id, status, error }, io);
}

export async function showRun(run: ShownRun, output: Output, io: Io): Promise<number> {
  if (output.json || run.overview.report !== undefined) await showOverview(run.overview, output, io);
  return tellEnd(run, io);
}

async function showOverview(overview: RunOverview, { json, html, explain }: Output, io: Io): Promise<void> {
  io.write(json ? JSON.stringify(overview, null, 2) : renderRun(overview, io.colors));
  if (explain === true && !json) io.write(`\n${renderMoves(overview, io.colors)}`);
  // A page without an answer would take the place of one that has it.
  if (html !== undefined && overview.report !== undefined) await writeHtml(overview, html, io);
}

/** Says what is left to do, and what the shell is told. */
function tellEnd({ id, status, error }: Pick<ShownRun, 'id' | 'status'> & { readonly error?: ErrorRecord | undefined }, io: Io): number {
  if (status === 'in_progress' || status === 'queued') {
    io.note(`Stopped. Everything done so far is kept; go on with: isthmus resume ${id}`);
    return EXIT.interrupted;
  }
  if (status === 'failed') {
    io.note(io.colors.red(`The run failed: ${error?.message ?? 'unknown reason'}`));
    io.note(`What it has done is kept; try again with: isthmus resume ${id}`);
    return EXIT.failed;
  }
  return EXIT.ok;
}
