import { terms } from './text.ts';

/** Which capsule stands for a plan, or why none does. */
export interface CapsuleChoice {
  /** Counts plans: 0 for the first, then each re-planning. */
  readonly round: number;
  /** The plan in words: its queries, numbered. */
  readonly plan: string;
  /** What every prompt is given beside its question; absent where nothing is. */
  readonly guidance?: string;
  /** K, the budget in tokens that passed; absent where none did, or none was tried. */
  readonly budget?: number;
  /**
   * The reconstruction test: log p(plan | capsule, q) − log p(plan | q), nats for a token of the plan; without a scorer the share of the
   * plan's words that the capsule has, and `isRecall`.
   */
  readonly reconstruction?: number;
  readonly isRecall?: true;
  /** The execution test: the share of the chunks found by either plan or capsule that both find. */
  readonly agreement?: number;
  readonly reason: string;
}

/** A plan as it is read and scored. A plan of one query is that query: the question itself, in most cases. */
export function planInWords(queries: readonly string[]): string {
  return queries.map((query, i) => `${i + 1}. ${query}`).join('\n');
}

/** The share of the plan's distinct words that the capsule has; 1 for a plan without words. */
export function wordRecall(plan: string, capsule: string): number {
  const words = new Set(terms(plan));
  const held = new Set(terms(capsule));
  return words.size === 0 ? 1 : [...words].filter((word) => held.has(word)).length / words.size;
}

/** |A ∩ B| / |A ∪ B|; 1 for two empty sets. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((member) => b.has(member)).length;
  const all = a.size + b.size - shared;
  return all === 0 ? 1 : shared / all;
}
