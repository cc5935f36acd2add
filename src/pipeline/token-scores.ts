import { groupBy } from '../domain/group.ts';
import { type TokenScore, tokenScores } from '../domain/information.ts';
import type { RunState, StepRecord } from '../domain/run.ts';
import type { ScoreResult } from '../domain/step.ts';
import type { RunStore, StoredStep } from '../ports/run-store.ts';

/** Summaries whose scorings are read from the store together: some 300 results. */
const AT_ONCE = 20;

/**
 * The token scores of summaries, by the ids of their compress steps, from results that the step store keeps: nothing is scored for it.
 * A summary without a score, or with a result that does not tell its tokens, has no entry.
 */
export async function tokenScoresOf(
  state: RunState,
  ids: readonly string[],
  store: Pick<RunStore, 'findSteps'>,
): Promise<ReadonlyMap<string, readonly TokenScore[]>> {
  const scorings = groupBy([...state.steps.values()].filter(isScoring), ({ planned }) => planned.group ?? '');
  const scored = ids.filter((id) => 'score' in (state.scores.get(id) ?? {}));
  const found = new Map<string, readonly TokenScore[]>();
  for (let first = 0; first < scored.length; first += AT_ONCE) {
    const batch = scored.slice(first, first + AT_ONCE);
    const keys = batch.flatMap((id) => (scorings.get(id) ?? []).map(({ planned }) => planned.stepKey));
    const results = await store.findSteps([...new Set(keys)]);
    for (const id of batch) {
      const tokens = tokensOf(chunkOf(state, id), scorings.get(id) ?? [], results);
      if (tokens !== undefined) found.set(id, tokens);
    }
  }
  return found;
}

function isScoring({ planned }: StepRecord): boolean {
  return planned.step.kind === 'score';
}

function chunkOf(state: RunState, compressId: string): string | undefined {
  const step = state.steps.get(compressId)?.planned.step;
  return step?.kind === 'chat' && step.role === 'compress' ? step.chunkId : undefined;
}

function tokensOf(
  chunkId: string | undefined,
  scorings: readonly StepRecord[],
  results: ReadonlyMap<string, StoredStep>,
): readonly TokenScore[] | undefined {
  const cells = scorings.map(({ planned: { step, stepKey } }) => ({
    isOwn: step.kind === 'score' && step.contextId === chunkId,
    result: scoreIn(results.get(stepKey)),
  }));
  const own = cells.find(({ isOwn }) => isOwn)?.result;
  const others = cells.filter(({ isOwn }) => !isOwn).map(({ result }) => result?.tokenLogProbs);
  if (own?.tokenLogProbs === undefined || own.tokenTexts === undefined) return undefined;
  const known = others.filter((logProbs) => logProbs?.length === own.tokenCount);
  if (known.length < others.length) return undefined;
  return tokenScores({ tokenLogProbs: own.tokenLogProbs, tokenTexts: own.tokenTexts }, known as readonly (readonly number[])[]);
}

function scoreIn(stored: StoredStep | undefined): ScoreResult | undefined {
  return stored?.result.kind === 'score' ? stored.result : undefined;
}
