import { expect, it } from 'vitest';
import { buildContext, plainProfile } from '../../src/testing/builders.ts';
import { conformPlanner } from '../../src/testing/conform-planner.ts';
import { createScriptedModel } from '../../src/testing/scripted-model.ts';
import { single } from './single.ts';

conformPlanner({ plugin: single });

it('single asks the question as it stands', async () => {
  const planner = single.create({}, { model: createScriptedModel(), profile: plainProfile });
  expect(await planner.plan({ question: ' Who? ', seed: 1 }, buildContext())).toEqual([' Who? ']);
});
