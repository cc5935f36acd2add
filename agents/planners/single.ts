import { z } from 'zod';
import { throwIfAborted } from '../../src/ports/call-context.ts';
import { definePlugin } from '../../src/ports/plugin.ts';

/**
 * The question itself is the only query. Costs nothing and cannot go wrong: right for questions that ask one thing, and the only
 * planner for models that cannot plan. Loses on questions that join facts of several documents, which no single query finds.
 * Reference: the single-query baseline against which every decomposing planner is measured.
 */
export const single = definePlugin({
  kind: 'planner',
  id: 'single',
  version: '1',
  summary: 'One query: the question itself.',
  requires: [],
  options: z.strictObject({}),
  create: () => ({
    async plan({ question }, context) {
      throwIfAborted(context);
      return [question];
    },
  }),
});
