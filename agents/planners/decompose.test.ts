import { describe, expect, it } from 'vitest';
import { buildContext } from '../../src/testing/builders.ts';
import { conformPlanner } from '../../src/testing/conform-planner.ts';
import { createScriptedModel } from '../../src/testing/scripted-model.ts';
import { instruct } from '../prompts/instruct.ts';
import { nano } from '../prompts/nano.ts';
import { decompose } from './decompose.ts';

conformPlanner({ plugin: decompose });

function plan(reply: string, options: unknown = {}) {
  const model = createScriptedModel({ reply: [reply] });
  const planner = decompose.create(decompose.options.parse(options), { model, profile: instruct });
  return { model, queries: planner.plan({ question: 'Who built the first lock?', seed: 9 }, buildContext()) };
}

describe('decompose', () => {
  it('puts the question first, forgets repeats and keeps to its limit', async () => {
    const reply = JSON.stringify({ queries: ['first lock', ' who built  the first lock?', 'lock builder', 'First lock', 'a', 'b', 'c'] });
    expect(await plan(reply).queries).toEqual(['Who built the first lock?', 'first lock', 'lock builder', 'a']);
    expect(await plan(reply, { maxQueries: 1 }).queries).toEqual(['Who built the first lock?']);
  });

  it('holds the model to the schema of the profile', async () => {
    const { model, queries } = plan('{"queries": ["a"]}');
    await queries;
    expect(model.calls.generate[0]).toMatchObject({ schema: instruct.plan?.schema, seed: 9 });
  });

  it('says what a model wrote that is no plan', async () => {
    await expect(plan('I would search the web.').queries).rejects.toMatchObject({
      code: 'output-unparseable',
      message: expect.stringContaining('I would search the web.'),
    });
  });

  it('refuses a profile that cannot plan before the first job, and says how to mend it', () => {
    expect(() => decompose.create(decompose.options.parse({}), { model: createScriptedModel(), profile: nano })).toThrow(
      expect.objectContaining({ code: 'capability-missing', message: expect.stringContaining('"single"') }),
    );
  });
});
