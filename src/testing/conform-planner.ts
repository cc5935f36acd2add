import { describe, expect, it } from 'vitest';
import type { Plugin } from '../ports/plugin.ts';
import { buildContext, plainProfile } from './builders.ts';
import { createScriptedModel } from './scripted-model.ts';

const QUESTION = 'Which lock was opened first, and who built it?';

/** What every planner promises. Call it in the test file of each implementation. */
export function conformPlanner({ plugin, options = {} }: { readonly plugin: Plugin<'planner'>; readonly options?: unknown }): void {
  const make = (reply: string) => {
    const model = createScriptedModel({ reply: [reply] });
    return { model, planner: plugin.create(plugin.options.parse(options), { model, profile: plainProfile }) };
  };
  const plans = [
    'first lock opened\nbuilder of the locks\nfirst lock opened',
    '',
    QUESTION,
    Array.from({ length: 50 }, (_, i) => `query ${i}`).join('\n'),
  ];

  describe(`${plugin.id} is a planner`, () => {
    it.each(plans)('gives at least one query, none empty, none twice: %j', async (reply) => {
      const queries = await make(reply).planner.plan({ question: QUESTION, seed: 1 }, buildContext());
      expect(queries.length).toBeGreaterThan(0);
      expect(queries.length).toBeLessThan(50);
      expect(new Set(queries).size).toBe(queries.length);
      for (const query of queries) expect(query.trim()).not.toBe('');
    });

    it('plans the same for the same question and seed', async () => {
      const plan = () => make('first lock opened').planner.plan({ question: QUESTION, seed: 1 }, buildContext());
      expect(await plan()).toEqual(await plan());
    });

    it('stops when it is told to, with code aborted', async () => {
      const { planner } = make('first lock opened');
      await expect(planner.plan({ question: QUESTION, seed: 1 }, buildContext(AbortSignal.abort()))).rejects.toMatchObject({
        code: 'aborted',
      });
    });

    it('uses only what it requires and leaves the recording of usage to the decorator', async () => {
      const { model, planner } = make('first lock opened');
      const context = buildContext();
      await planner.plan({ question: QUESTION, seed: 1 }, context);
      if (!plugin.requires.includes('generate')) expect(model.calls.generate).toHaveLength(0);
      expect(model.calls.score).toHaveLength(0);
      expect(context.recorded).toHaveLength(0);
    });
  });
}
