import type { ShownRun } from '../compose/admin.ts';
import type { Isthmus } from '../compose/compose.ts';
import type { ErrorRecord } from '../domain/errors.ts';
import type { RunState } from '../domain/run.ts';
import { overviewOf, type RunOverview } from '../pipeline/overview.ts';
import { onInterrupt } from './interrupt.ts';
import type { Io } from './io.ts';
import { createProgress } from './progress.ts';
import { renderRun } from './views/run-view.ts';

/** What a shell can tell from the exit status. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

type Drive = (options: { readonly signal: AbortSignal; readonly onEvent: ReturnType<typeof createProgress> }) => Promise<RunState>;

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
  { json, signal, drive }: { readonly json: boolean; readonly signal: AbortSignal; readonly drive: Drive },
): Promise<number> {
  return showRun(isthmus, io, { state: await drive({ signal, onEvent: createProgress(io) }), json });
}

export async function showRun(
  isthmus: Isthmus,
  io: Io,
  { state, json }: { readonly state: RunState; readonly json: boolean },
): Promise<number> {
  if (json || state.report !== undefined) showOverview(await overviewOf(state, isthmus), json, io);
  const { runId: id, status, error } = state;
  return tellEnd({ id, status, error }, io);
}

export function showShown(run: ShownRun, json: boolean, io: Io): number {
  if (json || run.overview.report !== undefined) showOverview(run.overview, json, io);
  return tellEnd(run, io);
}

function showOverview(overview: RunOverview, json: boolean, io: Io): void {
  io.write(json ? JSON.stringify(overview, null, 2) : renderRun(overview, io.colors));
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
