import { describe, expect, it } from 'vitest';
import { panel } from '../../estimators/panel.ts';
import type { Continuation } from '../domain/summary.ts';
import { buildContext, plainProfile } from '../testing/builders.ts';
import { createScriptedModel, promptText, type ScriptedModelOptions } from '../testing/scripted-model.ts';
import type { ScoreItem } from './score-cells.ts';
import { scoreItems } from './score-items.ts';

const CONTEXTS = new Map([
  ['a', 'The canal was opened in 1869.'],
  ['b', 'Salt came by boat.'],
  ['c', 'Coal came by rail.'],
  ['d', 'It rained.'],
]);

const item = (id: string, contextId: string, text: string, query = 'What?'): ScoreItem => {
  const continuation: Continuation = { text, ended: true };
  return { id, contextId, documentId: contextId, query, continuation };
};

async function score(items: readonly ScoreItem[], options: ScriptedModelOptions = {}) {
  const model = createScriptedModel(options);
  const context = buildContext();
  const estimator = panel.create({ contexts: 3 }, undefined);
  const scored = await scoreItems(
    { items, contexts: CONTEXTS, panel: [...CONTEXTS.keys()] },
    { scorer: { model, profile: plainProfile }, estimator, context },
  );
  return { model, context, scored };
}

describe('scoring items', () => {
  it('evaluates each context once a question, with all its continuations', async () => {
    const items = [
      item('1', 'a', 'Opened in 1869.'),
      item('2', 'b', 'Salt by boat.'),
      item('3', 'a', 'In 1869.'),
      item('4', 'a', 'Boat.', 'How?'),
    ];
    const { model } = await score(items);
    const columns = model.calls.score.map(({ prompt, continuations }) => [promptText(prompt), continuations.length] as const);
    expect(new Set(columns.map(([prompt]) => prompt)).size).toBe(columns.length);
    expect(columns.filter(([prompt]) => prompt.includes('What?')).map(([, size]) => size)).toEqual([3, 3, 3, 3]);
    expect(columns.filter(([prompt]) => prompt.includes('How?')).map(([, size]) => size)).toEqual([1, 1, 1, 1]);
  });

  it('gives each item the bits by which it names its context', async () => {
    const { scored } = await score([item('1', 'a', 'The canal was opened in 1869.'), item('2', 'a', 'Zebra crossing.')]);
    expect(scored.scores.get('1')?.saturation).toBeGreaterThan(0.99);
    expect(scored.scores.get('2')?.bits).toBeCloseTo(0, 9);
    expect(scored.scores.get('1')).toMatchObject({ contexts: 4, bitsPerByte: expect.closeTo(2 / 29, 3) });
    expect(scored.estimate).toMatchObject({ samples: 2, missing: 0 });
  });

  it('lays the bits over the tokens, the end among them, so that they add up', async () => {
    const { scored } = await score([item('1', 'a', 'The canal came by boat in 1869.')]);
    const tokens = scored.tokens.get('1') ?? [];
    expect(tokens).toHaveLength(8);
    expect(tokens.reduce((sum, { nats }) => sum + nats, 0)).toBeCloseTo(scored.scores.get('1')?.nats ?? Number.NaN, 9);
  });

  it('takes a scoring that is not a number for missing, never for 0', async () => {
    const { scored } = await score([item('1', 'a', 'Opened in 1869.'), item('2', 'b', 'Salt.')], {
      score: (prompt, { text }) => [text === 'Salt.' && promptText(prompt).includes('Coal') ? Number.NaN : -1],
    });
    expect([...scored.scores.keys()]).toEqual(['1']);
    expect(scored.estimate).toMatchObject({ samples: 1, missing: 1 });
  });

  it('of nothing is nothing', async () => {
    const { model, scored } = await score([]);
    expect(scored.scores.size).toBe(0);
    expect(model.calls.score).toEqual([]);
  });
});
