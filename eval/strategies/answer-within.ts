import { withinBudget } from '../../agents/predictors/parts/evidence-budget.ts';
import type { Draft } from '../../src/domain/answer.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import type { Registry } from '../../src/pipeline/registry.ts';
import { withUsage } from '../../src/pipeline/with-usage.ts';
import type { ModelHandle } from '../../src/ports/plugin.ts';

export interface Asked {
  readonly question: string;
  readonly evidence: readonly Evidence[];
  readonly closedBook: boolean;
  readonly seed: number;
}

/** An answer with what the predictor was shown for it. */
export interface Answered {
  readonly draft: Draft;
  readonly shown: readonly Evidence[];
  /** Of `shown`, by the predictor's count. */
  readonly shownTokens: number;
  /** Of the whole prompt; 0 where no call was needed. */
  readonly promptTokens: number;
}

export type Answerer = (asked: Asked, budget: number) => Promise<Answered>;

/**
 * Answers as a run does whose predictor `local` has `evidenceTokens: budget`, without the run: what a strategy gathers does not depend on it.
 * Budgets that let the same evidence through have one answer, which is made once.
 */
export function createAnswerer(handle: ModelHandle, registry: Registry): Answerer {
  const { model } = handle;
  const counted = { ...handle, model: withUsage(model) };
  const known = new Map<string, Promise<Answered>>();
  async function predict(asked: Asked, budget: number, affordable: readonly Evidence[]): Promise<Answered> {
    const choice = registry.choose('predictor', 'local', { evidenceTokens: budget }, model.identity);
    let promptTokens = 0;
    const context = {
      signal: new AbortController().signal,
      record: (usage: { promptTokens: number }) => (promptTokens += usage.promptTokens),
    };
    const { question, evidence, closedBook, seed } = asked;
    const request = { question, evidence, seed, ...(closedBook ? { closedBook } : {}) } as const;
    const draft = await registry.create('predictor', choice, counted).predict(request, context);
    const shown = affordable.filter(({ number }) => draft.unread?.includes(number) !== true);
    const counts = await model.countTokens(shown.map(({ text }) => text));
    return { draft, shown, shownTokens: counts.reduce((sum, count) => sum + count, 0), promptTokens };
  }
  return async (asked, budget) => {
    const { evidence } = await withinBudget(asked.evidence, budget, model);
    const key = JSON.stringify([asked.question, asked.closedBook, evidence]);
    const answer = known.get(key) ?? predict(asked, budget, evidence);
    known.set(key, answer);
    return answer;
  };
}
