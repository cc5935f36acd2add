import { type CapsuleChoice, jaccard, planInWords, wordRecall } from '../../../../src/domain/capsule.ts';
import type { RunState } from '../../../../src/domain/run.ts';
import type { NamedStep } from '../../../../src/domain/step.ts';
import type { Summary } from '../../../../src/domain/summary.ts';
import type { Run } from '../stages.ts';

export interface CapsuleOptions {
  readonly budgets: readonly number[];
  readonly reconstruction: number;
  readonly recall: number;
  readonly agreement: number;
  readonly chunks: number;
}

/** A plan of the run, by the number of its round. */
export interface Planned {
  readonly round: number;
  readonly queries: readonly string[];
}

/** Steps that are still to be made before a capsule can be chosen, or the choice. */
export type Choosing = { readonly steps: readonly NamedStep[] } | { readonly choice: CapsuleChoice };

/** Tries the budgets from the smallest on; the first capsule that passes both tests stands for the plan, and else the plan itself. */
export function chooseCapsule(planned: Planned, run: Run, options: CapsuleOptions): Choosing {
  const plan = planInWords(planned.queries);
  const failed: string[] = [];
  for (const budget of [...options.budgets].sort((a, b) => a - b)) {
    const tried = tryBudget({ ...planned, plan, budget }, run, options);
    if ('steps' in tried) return tried;
    if ('passed' in tried) return { choice: { round: planned.round, plan, budget, ...tried.passed } };
    failed.push(`${budget} tokens: ${tried.failed}`);
  }
  return {
    choice: { round: planned.round, plan, guidance: plan, reason: `no capsule passed (${failed.join('; ')}), so the plan itself is said` },
  };
}

interface Trial extends Planned {
  readonly plan: string;
  readonly budget: number;
}

type Tried =
  | { readonly steps: readonly NamedStep[] }
  | { readonly failed: string }
  | { readonly passed: Pick<CapsuleChoice, 'guidance' | 'reconstruction' | 'isRecall' | 'agreement' | 'reason'> };

function tryBudget(trial: Trial, run: Run, options: CapsuleOptions): Tried {
  const { round, plan, budget, queries } = trial;
  const { question } = run.state.spec;
  const name = `capsule/${round}/${budget}`;
  const wanted: NamedStep = { id: name, step: { kind: 'chat', role: 'capsule', question, plan, maxTokens: budget } };
  if (!isOver(run, [wanted])) return { steps: [wanted] };
  const capsule = summaryOf(run.state, name);
  if (capsule === undefined || capsule.text.trim() === '') return { failed: 'nothing was written' };
  const replanned: NamedStep = { id: `${name}/plan`, step: { kind: 'chat', role: 'plan', question: `${question}\n${capsule.text}` } };
  const scorings = run.state.spec.scorer === undefined ? [] : scoringsOf(name, capsule.text, { plan, question });
  if (!isOver(run, [replanned, ...scorings])) return { steps: [replanned, ...scorings] };
  const searches = searchesFor(`${name}/search`, queriesOf(run.state, replanned.id), options.chunks);
  if (!isOver(run, searches)) return { steps: searches };
  const reconstruction = reconstructionOf(run.state, scorings, { plan, capsule: capsule.text });
  if (reconstruction === undefined) return { failed: 'its reconstruction could not be scored' };
  const needed = reconstruction.isRecall ? options.recall : options.reconstruction;
  if (reconstruction.reconstruction < needed)
    return { failed: `reconstruction ${reconstruction.reconstruction.toFixed(2)} is under ${needed}` };
  const own = searchesFor(`search/${round}`, queries, options.chunks);
  const agreement = jaccard(foundBy(run.state, own), foundBy(run.state, searches));
  if (agreement < options.agreement) return { failed: `it finds other chunks than the plan (agreement ${agreement.toFixed(2)})` };
  const reason = `the smallest capsule that keeps the plan: reconstruction ${reconstruction.reconstruction.toFixed(2)}, agreement ${agreement.toFixed(2)}`;
  return { passed: { guidance: capsule.text, ...reconstruction, agreement, reason } };
}

/** The plan's log-probability after the capsule, and after nothing, for the question. */
function scoringsOf(name: string, capsule: string, { plan, question }: { readonly plan: string; readonly question: string }): NamedStep[] {
  const continuation = { text: plan, ended: false };
  const scoring = (id: string, context: string): NamedStep => ({
    id: `${name}/${id}`,
    group: name,
    step: { kind: 'score', query: question, contextId: `${name}/${id}`, context, continuation },
  });
  return [scoring('with', capsule), scoring('without', '')];
}

function reconstructionOf(
  state: RunState,
  scorings: readonly NamedStep[],
  { plan, capsule }: { readonly plan: string; readonly capsule: string },
): { readonly reconstruction: number; readonly isRecall?: true } | undefined {
  if (scorings.length === 0) return { reconstruction: wordRecall(plan, capsule), isRecall: true };
  const [given, alone] = scorings.map(({ id }) => {
    const outcome = state.steps.get(id)?.outcome;
    return outcome?.status === 'done' && outcome.result.kind === 'score' ? outcome.result : undefined;
  });
  if (given === undefined || alone === undefined) return undefined;
  return { reconstruction: (given.logProb - alone.logProb) / Math.max(1, given.tokenCount) };
}

export function searchesFor(prefix: string, queries: readonly string[], limit: number): NamedStep[] {
  return queries.map((query, i) => ({ id: `${prefix}/${i}`, step: { kind: 'retrieve', selection: { type: 'search', query, limit } } }));
}

export function foundBy({ steps }: RunState, searches: readonly NamedStep[]): ReadonlySet<string> {
  return new Set(
    searches.flatMap(({ id }) => {
      const outcome = steps.get(id)?.outcome;
      return outcome?.status === 'done' && outcome.result.kind === 'retrieve' ? outcome.result.chunks.map(({ chunkId }) => chunkId) : [];
    }),
  );
}

export function queriesOf({ steps }: RunState, id: string): readonly string[] {
  const outcome = steps.get(id)?.outcome;
  return outcome?.status === 'done' && outcome.result.kind === 'plan' ? outcome.result.queries : [];
}

function summaryOf({ steps }: RunState, id: string): Summary | undefined {
  const outcome = steps.get(id)?.outcome;
  return outcome?.status === 'done' && outcome.result.kind === 'compress' ? outcome.result.summary : undefined;
}

export function isOver({ state, view }: Run, wanted: readonly NamedStep[]): boolean {
  return wanted.every(({ id }) => state.steps.get(id)?.outcome !== undefined || view.refused.has(id));
}
