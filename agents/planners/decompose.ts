import { z } from 'zod';
import { IsthmusError } from '../../src/domain/errors.ts';
import { throwIfAborted } from '../../src/ports/call-context.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import type { PromptProfile } from '../../src/ports/prompt-profile.ts';

/**
 * A language model splits the question into queries that can be searched one by one; the question itself stays the first of them.
 * Wins on questions that join or compare facts of several documents. Loses on simple ones, where it multiplies the reading, and
 * with models that wander off: each query costs a retrieval and its compressions. A profile without a plan prompt is refused when
 * the plugin is made, before any job. Reference: the planning stage of the Deep Research pipeline in arXiv 2512.21720.
 */
export const decompose = definePlugin({
  kind: 'planner',
  id: 'decompose',
  version: '2',
  summary: 'A language model splits the question into queries.',
  requires: ['generate'],
  options: z.strictObject({
    /** The question itself included. */
    maxQueries: z.number().int().positive().max(12).default(4),
    maxTokens: z.number().int().positive().default(320),
    temperature: z.number().min(0).max(2).default(0),
  }),
  create: ({ maxQueries, maxTokens, temperature }, { model, profile }) => {
    const plan = requirePlan(profile);
    return {
      async plan({ question, seed }, context) {
        throwIfAborted(context);
        const schema = plan.schema === undefined ? {} : { schema: plan.schema };
        const { text } = await model.generate(
          { prompt: plan.prompt(question, maxQueries), maxTokens, temperature, seed, ...schema },
          context,
        );
        return distinct([question, ...plan.parse(text)]).slice(0, maxQueries);
      },
    };
  },
});

function requirePlan(profile: PromptProfile): NonNullable<PromptProfile['plan']> {
  if (profile.plan !== undefined) return profile.plan;
  const message = `The prompt profile "${profile.id}" cannot plan, and the planner "decompose" needs it to. Choose the planner "single", or a planner model whose profile plans (instruct).`;
  throw new IsthmusError('capability-missing', message);
}

/** Queries that differ only in case or white space are one. */
function distinct(queries: readonly string[]): string[] {
  const byWords = new Map<string, string>();
  for (const query of queries) {
    const key = query.trim().toLowerCase().replace(/\s+/g, ' ');
    if (!byWords.has(key)) byWords.set(key, query);
  }
  return [...byWords.values()];
}
