import { tierAfter } from '../../../src/domain/cascade.ts';
import type { RunState } from '../../../src/domain/run.ts';
import type { NamedStep } from '../../../src/domain/step.ts';
import type { Attempt } from '../../../src/ports/gate.ts';
import type { StrategyView } from '../../../src/ports/strategy.ts';
import type { Compression } from './compressions.ts';

/** The next compressor's step for the same chunk. */
function nextStep({ chunkId, query, tier }: Compression): NamedStep {
  return {
    id: `compress/${chunkId.slice(0, 16)}/${tier + 1}`,
    step: { kind: 'chat', role: 'compress', query, chunkId, tier: tier + 1 },
  };
}

/** Where an attempt stands: nothing can follow it once the next one has ended, well or not, or did not fit the limits. */
export function attemptOf(compression: Compression, { state, view }: { state: RunState; view: StrategyView }): Attempt {
  const { chunkId, tier } = compression;
  const next = tierAfter(state.spec, tier);
  const { id } = nextStep(compression);
  const isOver = state.steps.get(id)?.outcome !== undefined || view.refused.has(id);
  return next === undefined || isOver ? { chunkId, tier } : { chunkId, tier, next };
}

/** The steps that the gate's decisions ask for. */
export function escalationSteps(compressions: readonly Compression[], { gates }: RunState): NamedStep[] {
  return compressions.filter(({ id }) => gates.get(id)?.escalates === true).map(nextStep);
}
