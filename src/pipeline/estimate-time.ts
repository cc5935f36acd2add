import { spentOf } from '../domain/budget.ts';
import { groupBy } from '../domain/group.ts';
import type { ModelIdentity, ModelShape } from '../domain/model.ts';
import type { StoredEvent } from '../domain/run.ts';
import { roleOf, type StepRole } from '../domain/step.ts';
import type { PlayedCall } from './estimate-scenario.ts';

/** How fast a stage of earlier runs went, by the clock on the wall: all that runs side by side is in it. */
export interface MeasuredRate {
  readonly role: StepRole;
  readonly model: string;
  readonly tokensPerSecond: number;
}

interface Stage {
  readonly role: StepRole;
  readonly from: number;
  readonly to: number;
  readonly tokens: number;
  readonly model: string | undefined;
}

/**
 * The speeds of a run's stages, from its log: tokens that were moved, over the time from the first step planned to the last one
 * finished. A run that was interrupted or resumed tells nothing, since nobody worked on it for a while.
 */
export function ratesOf(events: readonly StoredEvent[]): MeasuredRate[] {
  if (events.some(({ event }) => event.type === 'run-interrupted' || event.type === 'run-resumed')) return [];
  const planned = events.flatMap(({ at, event }) =>
    event.type === 'steps-planned' ? event.steps.map(({ id, step }) => ({ id, at, role: roleOf(step) })) : [],
  );
  return [...groupBy(planned, ({ role }) => role)].flatMap(([role, steps]) => {
    const ids = new Set(steps.map(({ id }) => id));
    const { from, to, tokens, model } = stageOf(role, Math.min(...steps.map(({ at }) => at)), { events, ids });
    return model === undefined || to <= from || tokens === 0 ? [] : [{ role, model, tokensPerSecond: (tokens * 1000) / (to - from) }];
  });
}

function stageOf(
  role: StepRole,
  from: number,
  { events, ids }: { readonly events: readonly StoredEvent[]; readonly ids: ReadonlySet<string> },
): Stage {
  const paid = events.flatMap(({ at, event }) =>
    event.type === 'steps-finished'
      ? event.steps.flatMap(({ id, ledger }) =>
          ids.has(id) ? ledger.filter(({ kind }) => kind === 'call').map((call) => ({ at, call })) : [],
        )
      : [],
  );
  const { tokens } = spentOf(paid.map(({ call }) => call));
  return { role, from, to: Math.max(from, ...paid.map(({ at }) => at)), tokens, model: paid[0]?.call.model };
}

/** Speeds where nothing was measured: a CPU of a few cores, and a remote model as they commonly are. */
const LOCAL = { prefillFlops: 1e11, decodeBytesPerSecond: 2e10, bytesPerWeight: 0.7, mostPrefill: 3_000, mostDecode: 300 } as const;
const REMOTE = { secondsPerCall: 0.8, outputPerSecond: 60, atOnce: 4 } as const;
const USUAL_PARAMETERS = 7e9;

export interface Timing {
  readonly durationMs: number;
  /** Whether every stage was measured in earlier runs. */
  readonly isMeasured: boolean;
}

/** Stage after stage, as strategies mostly go. */
export function timeOf(
  calls: readonly PlayedCall[],
  { rates, shapes }: { readonly rates: readonly MeasuredRate[]; readonly shapes: ReadonlyMap<string, ModelShape> },
): Timing {
  let durationMs = 0;
  let isMeasured = calls.length > 0;
  for (const call of calls) {
    const same = rates.filter(({ role, model }) => role === call.role && model === call.model.name);
    const measured = same.map(({ tokensPerSecond }) => tokensPerSecond).sort((a, b) => a - b)[same.length >> 1];
    isMeasured &&= measured !== undefined;
    const tokens = call.prompt + call.output + call.scored;
    durationMs += measured === undefined ? usualMs(call, call.model, shapes) : (tokens * 1000) / measured;
  }
  return { durationMs, isMeasured };
}

function usualMs(
  { prompt, output, scored }: PlayedCall,
  { provider, name }: ModelIdentity,
  shapes: ReadonlyMap<string, ModelShape>,
): number {
  if (provider === 'openai') return ((REMOTE.secondsPerCall + output / REMOTE.outputPerSecond) * 1000) / REMOTE.atOnce;
  const parameters = shapes.get(name)?.parameters ?? USUAL_PARAMETERS;
  const prefill = Math.min(LOCAL.mostPrefill, LOCAL.prefillFlops / (2 * parameters));
  const decode = Math.min(LOCAL.mostDecode, LOCAL.decodeBytesPerSecond / (parameters * LOCAL.bytesPerWeight));
  return ((prompt + scored) / prefill + output / decode) * 1000;
}
