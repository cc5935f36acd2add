import type { RunState, StoredEvent } from '../domain/run.ts';
import { roleOf, type StepRole } from '../domain/step.ts';
import type { Io } from './io.ts';

const STAGES: readonly (readonly [StepRole, string])[] = [
  ['gather', 'gather'],
  ['plan', 'plan'],
  ['capsule', 'capsule'],
  ['retrieve', 'search'],
  ['compress', 'compress'],
  ['score', 'score'],
  ['predict', 'predict'],
];

/** Shows how far each stage is: one moving line in a terminal, a line per finished stage elsewhere. */
export function createProgress(io: Io): (event: StoredEvent, state: RunState) => void {
  const said = new Set<string>();
  return (_event, state) => {
    const stages = countStages(state);
    io.progress(
      stages.map(({ name, done, all }) => (done === all ? `${name} ${all} ✓` : `${name} ${bar(done / all)} ${done}/${all}`)).join('  '),
    );
    if (io.isTerminal) return;
    for (const { name, done, all } of stages) {
      if (done < all || said.has(name)) continue;
      said.add(name);
      io.note(`${name}: ${all} done`);
    }
  };
}

function countStages(state: RunState): { name: string; done: number; all: number }[] {
  const counts = new Map<StepRole, { done: number; all: number }>();
  for (const { planned, outcome } of state.steps.values()) {
    const role = roleOf(planned.step);
    const count = counts.get(role) ?? { done: 0, all: 0 };
    counts.set(role, { done: count.done + (outcome === undefined ? 0 : 1), all: count.all + 1 });
  }
  return STAGES.flatMap(([role, name]) => {
    const count = counts.get(role);
    return count === undefined ? [] : [{ name, ...count }];
  });
}

/** For work that is not a run: one moving line. */
export function progressBar(name: string, done: number, of: number): string {
  return `${name} ${bar(of === 0 ? 1 : done / of)} ${done}/${of}`;
}

function bar(share: number): string {
  const filled = Math.round(share * 10);
  return '█'.repeat(filled) + '░'.repeat(10 - filled);
}
