import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from '../compose/admin.ts';
import { fromErrorRecord } from '../domain/errors.ts';
import { isTerminal, type RunState } from '../domain/run.ts';
import { applyEvent, foldRun } from '../domain/run-reducer.ts';
import type { Io } from './io.ts';
import { createProgress } from './progress.ts';
import { EXIT, type Output, showRun } from './run-command.ts';

const LOOK_MS = 250;

interface Followed extends Output {
  readonly id: string;
  readonly signal: AbortSignal;
}

/** Follows a run that the process which holds the data directory advances, and shows how it ends. Whoever leaves does not stop it. */
export async function followThere(admin: Admin, { id, signal, ...output }: Followed, io: Io): Promise<number> {
  io.note(io.colors.dim(`run ${id}, in the process that serves from this data directory`));
  if (!(await waitForEnd(admin, { id, signal }, io))) {
    io.note(`The run goes on there. Its report: isthmus runs ${id}`);
    return EXIT.interrupted;
  }
  return showRun(await admin.showRun(id), output, io);
}

/** Shows its progress; false when the signal came first. */
async function waitForEnd(admin: Admin, { id, signal }: Pick<Followed, 'id' | 'signal'>, io: Io): Promise<boolean> {
  const onEvent = createProgress(io);
  let state: RunState | undefined;
  while (!signal.aborted) {
    const { events, stopped } = await admin.news(id, state?.sequence ?? 0);
    for (const event of events) {
      state = state === undefined ? foldRun(id, [event]) : applyEvent(state, event);
      onEvent(event, state);
    }
    if (stopped !== undefined) throw fromErrorRecord(stopped);
    if (state !== undefined && isTerminal(state.status)) return true;
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
