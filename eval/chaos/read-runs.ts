import { setTimeout as delay } from 'node:timers/promises';
import { openPostgresStore } from '../../src/adapters/database/open-store.ts';
import { isTerminal, type PlannedStep, type RunState, type RunStatus, type StoredEvent } from '../../src/domain/run.ts';
import { foldRun } from '../../src/domain/run-reducer.ts';
import { numberOf } from './answers.ts';
import { query } from './installation.ts';

export interface ReadRun {
  readonly id: string;
  /** Its question's. */
  readonly number: number;
  readonly events: readonly StoredEvent[];
  readonly state: RunState;
}

/** Every step that was ever planned, those too that were withdrawn. */
export function plannedIn(events: readonly StoredEvent[]): readonly PlannedStep[] {
  return events.flatMap(({ event }) => (event.type === 'steps-planned' ? event.steps : []));
}

/** Every run of a database, in the order of creation. */
export async function readRuns(databaseUrl: string): Promise<readonly ReadRun[]> {
  const store = await openPostgresStore({ url: databaseUrl });
  try {
    const rows = await query<{ id: string }>(databaseUrl, 'SELECT id FROM isthmus.runs ORDER BY position');
    return await Promise.all(
      rows.map(async ({ id }) => {
        const events = await store.runStore.readEvents(id, 0);
        const state = foldRun(id, events);
        return { id, number: numberOf(state.spec.question), events, state };
      }),
    );
  } finally {
    await store.close();
  }
}

/** Waits until these runs are over, or for so long. Returns those that are not. */
export async function waitForEnds(databaseUrl: string, ids: readonly string[], patienceMs: number): Promise<readonly string[]> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const rows = await query<{ id: string; status: RunStatus }>(databaseUrl, 'SELECT id, status FROM isthmus.runs').catch(() => []);
    const over = new Set(rows.filter(({ status }) => isTerminal(status)).map(({ id }) => id));
    const open = ids.filter((id) => !over.has(id));
    if (open.length === 0 || Date.now() > deadline) return open;
    await delay(250);
  }
}
