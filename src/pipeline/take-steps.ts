import { type Amount, addAmounts, type BudgetState, limitsMet, NOTHING, type Reservation, toAmount } from '../domain/budget.ts';
import { groupBy } from '../domain/group.ts';
import { roleOf } from '../domain/step.ts';
import { type Columns, createColumns } from './columns.ts';
import type { PreparedStep, ReservedStep } from './plan-steps.ts';
import { budgetOf, type ReserveDeps, reservationOf } from './reserve.ts';
import type { Session } from './session.ts';
import { isOverTime } from './time-limit.ts';
import { modelOf } from './work.ts';

export interface Taken {
  readonly taken: readonly ReservedStep[];
  readonly refused: readonly string[];
}

/**
 * Takes as many of the steps as the run's limits allow, in the order named and by whole groups, and sets aside what they may
 * consume. When time is over, only the synthesis is taken, and what the engine does at once.
 */
export async function reserve(session: Session, steps: readonly PreparedStep[]): Promise<Taken> {
  const { microUsd, tokens, calls, durationMs } = session.state.spec.limits;
  if ([microUsd, tokens, calls, durationMs].every((limit) => limit === undefined))
    return { taken: await Promise.all(steps.map((step) => noteRemote(step, session))), refused: [] };
  const budget = await budgetOf(session.state, session.deps);
  const taken: ReservedStep[] = [];
  const refused: string[] = [];
  const columns = createColumns();
  let { reserved } = budget;
  for (const unit of groupBy(steps, ({ id, group }) => group ?? `\n${id}`).values()) {
    const tried = columns.fork();
    const wanted = await setAside(unit, tried, session.deps);
    const met = refusals(unit, { ...budget, reserved }, { wanted: wanted.total, isLate: isOverTime(session) });
    for (const name of met) session.limitsMet.add(name);
    if (met.length > 0) refused.push(...unit.map(({ id }) => id));
    else {
      columns.adopt(tried);
      reserved = addAmounts(reserved, wanted.total);
      taken.push(...wanted.steps);
    }
  }
  return { taken, refused };
}

function refusals(
  unit: readonly PreparedStep[],
  budget: BudgetState,
  { wanted, isLate }: { readonly wanted: Amount; readonly isLate: boolean },
): ReturnType<typeof limitsMet> {
  const roles = new Set(unit.map(({ step }) => roleOf(step)));
  const isSynthesis = roles.size === 1 && roles.has('predict');
  if (isLate && !isSynthesis && [...roles].some((role) => role !== 'retrieve' && role !== 'gather')) return ['durationMs'];
  return limitsMet(budget, wanted, isSynthesis);
}

async function setAside(
  unit: readonly PreparedStep[],
  columns: Columns,
  deps: ReserveDeps,
): Promise<{ readonly steps: ReservedStep[]; readonly total: Amount }> {
  const steps: ReservedStep[] = [];
  let total = NOTHING;
  for (const step of unit) {
    const reserved = await bound(step, columns, deps);
    total = addAmounts(total, toAmount(reserved));
    steps.push({ ...step, reserved });
  }
  return { steps, total };
}

async function bound({ step, work, bytes }: PreparedStep, columns: Columns, deps: ReserveDeps): Promise<Reservation> {
  if (work === undefined) return { tokens: 0 };
  const beginsColumn = step.kind === 'score' && columns.place({ ...step, bytes }).isNew;
  return reservationOf(work, beginsColumn, deps);
}

/** Without a limit nothing is refused, but a remote call still writes down what it may cost, in case its end is never seen. */
async function noteRemote(step: PreparedStep, { deps }: Session): Promise<ReservedStep> {
  if (step.work === undefined || modelOf(step.work)?.provider !== 'openai') return step;
  return { ...step, reserved: await reservationOf(step.work, true, deps) };
}
