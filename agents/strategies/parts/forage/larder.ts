import type { CostUnit, PatchJudgement } from '../../../../src/domain/patch.ts';
import type { RunState } from '../../../../src/domain/run.ts';
import type { NamedStep } from '../../../../src/domain/step.ts';
import type { StrategyView } from '../../../../src/ports/strategy.ts';
import { type Compression, compressionsOf, type SearchOutcome, searchesOf } from '../compressions.ts';
import type { Run } from '../stages.ts';
import { costsOf } from './costs.ts';
import { type GainKind, gainsOf } from './gains.ts';
import { type PatchKind, patchesOf } from './patches.ts';
import type { Patch } from './rates.ts';

/** What there is to eat: the patches, with what their chunks have given. */
export interface Larder {
  readonly patches: readonly Patch[];
  readonly unit: CostUnit;
  /** Of coming to a patch: what was set, and its share of the planning. */
  readonly travel: number;
}

const stepIdOf = (chunkId: string): string => `compress/${chunkId.slice(0, 16)}`;

/**
 * Every chunk that was ever judged worth reading, as a step: so a read that failed or was cut off is made again in a resumed run, before
 * anything new is judged.
 */
export function readSteps(
  state: RunState,
  searches: readonly SearchOutcome[],
  { kind, view }: { readonly kind: PatchKind; readonly view: StrategyView },
): NamedStep[] {
  const chunkIds = state.judgements.flatMap((judgement) => judgement.chunkIds);
  const missing = chunkIds.filter((chunkId) => state.steps.get(stepIdOf(chunkId))?.outcome === undefined);
  if (missing.length === 0) return [];
  const queries = new Map(patchesOf(searches, kind, view).flatMap(({ finds }) => finds.map(({ chunkId, query }) => [chunkId, query])));
  return missing.map((chunkId) => ({
    id: stepIdOf(chunkId),
    step: { kind: 'chat', role: 'compress', query: queries.get(chunkId) ?? '', chunkId },
  }));
}

export function larderOf(
  { state, view }: Run,
  settings: { readonly patch: PatchKind; readonly gain: GainKind; readonly cost: CostUnit; readonly travel: number },
): Larder {
  const searches = searchesOf(state);
  const found = patchesOf(searches, settings.patch, view);
  const costs = costsOf(state, view, settings.cost);
  const gains = gainsOf(readsInOrder(state), searches, { kind: settings.gain, scores: state.scores });
  const hasFailed = (chunkId: string) => state.steps.get(stepIdOf(chunkId))?.outcome?.status === 'failed';
  const patches = found.map(({ id, documentId, source, finds }): Patch => {
    const chunks = finds
      // A read that failed says nothing of its patch.
      .filter(({ chunkId }) => !hasFailed(chunkId))
      .map(({ chunkId, scent }) => {
        const gain = gains.get(stepIdOf(chunkId));
        return { chunkId, scent, cost: costs.of(chunkId), ...(gain === undefined ? {} : { gain }) };
      });
    return { id, source, chunks, ...(documentId === undefined ? {} : { documentId }) };
  });
  return { patches, unit: costs.unit, travel: settings.travel + costs.planning / Math.max(1, found.length) };
}

/** What the first compressor made, in the order in which it was judged worth reading: novelty depends on it. */
function readsInOrder(state: RunState): Compression[] {
  const byId = new Map(compressionsOf(state).map((compression) => [compression.id, compression]));
  return state.judgements.flatMap(({ chunkIds }) => chunkIds.flatMap((chunkId) => byId.get(stepIdOf(chunkId)) ?? []));
}

export function currentPatch(patches: readonly Patch[], last: PatchJudgement | undefined): Patch | undefined {
  return last?.verdict === 'enter' || last?.verdict === 'stay' ? patches.find(({ id }) => id === last.patch) : undefined;
}

export function leftPatches({ judgements }: RunState): Set<string> {
  return new Set(judgements.flatMap(({ verdict, patch }) => (verdict === 'leave' && patch !== undefined ? [patch] : [])));
}
