import { describe, expect, it } from 'vitest';
import type { Plugin } from '../ports/plugin.ts';
import type { PromptProfile } from '../ports/prompt-profile.ts';
import { buildContext, buildEvidence, plainProfile } from './builders.ts';
import { createScriptedModel, promptText } from './scripted-model.ts';

export interface PredictorConformance {
  readonly plugin: Plugin<'predictor'>;
  readonly options?: unknown;
  readonly profile?: PromptProfile;
  /** What the model writes when it has read the first piece of evidence. */
  readonly reply?: string;
}

const QUESTION = 'When was the canal opened?';
const EVIDENCE = buildEvidence(['The canal was opened in 1869.', `Long: ${'word '.repeat(60)}end.`, 'The railway was opened in 1862.']);

/** Words before the sixty: six, and one that introduces them. */
const FIRST_WORDS = 7;

/** What every predictor promises. Call it in the test file of each implementation. */
export function conformPredictor({ plugin, options = {}, profile = plainProfile, reply = 'In 1869 [1].' }: PredictorConformance): void {
  const make = (contextTokens = 4_096) => {
    const model = createScriptedModel({ reply: [reply], contextTokens });
    return { model, predictor: plugin.create(plugin.options.parse(options), { model, profile }) };
  };
  const request = { question: QUESTION, evidence: EVIDENCE, seed: 3 };

  describe(`${plugin.id} is a predictor`, () => {
    it('answers not-found without evidence, and asks no model', async () => {
      const { model, predictor } = make();
      const draft = await predictor.predict({ ...request, evidence: [] }, buildContext());
      expect(draft).toMatchObject({ status: 'not-found', citations: [] });
      expect(draft.text).not.toBe('');
      expect(model.calls.generate).toHaveLength(0);
    });

    it('answers with marks and citations that name evidence it was given', async () => {
      const draft = await make().predictor.predict(request, buildContext());
      expect(draft.status).toBe('answered');
      const marks = [...draft.text.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));
      const numbers = new Set(EVIDENCE.map(({ number }) => number));
      for (const number of [...marks, ...draft.citations.map(({ evidence }) => evidence)]) expect(numbers).toContain(number);
      expect(draft.citations.length).toBeGreaterThan(0);
    });

    it.each([4_096, 1_700, 600, 260, 150, 120, 100])(
      'names the evidence it could not show in %i tokens, and shows the rest',
      async (contextTokens) => {
        const { model, predictor } = make(contextTokens);
        const draft = await predictor.predict(request, buildContext()).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'context-overflow', message: expect.stringMatching(/\d/) });
          return undefined;
        });
        if (draft === undefined) return;
        const [sent] = model.calls.generate;
        const prompt = sent === undefined ? '' : promptText(sent.prompt);
        const shown = EVIDENCE.filter(({ text }) => prompt.includes(text)).map(({ number }) => number);
        expect([...shown, ...(draft.unread ?? [])].sort()).toEqual(EVIDENCE.map(({ number }) => number));
        for (const { evidence } of draft.citations) expect(draft.unread ?? []).not.toContain(evidence);
      },
    );

    if (takesBudget(plugin, options)) {
      it.each([1, 5, 6, 7, 30, 66])('reads no more than %i tokens of evidence when told so', async (evidenceTokens) => {
        const model = createScriptedModel({ reply: [reply] });
        const predictor = plugin.create(plugin.options.parse({ ...Object(options), evidenceTokens }), { model, profile });
        const draft = await predictor.predict(request, buildContext());
        const prompt = model.calls.generate.map((sent) => promptText(sent.prompt)).join();
        expect(prompt.match(/\bword\b/g)?.length ?? 0).toBe(Math.max(0, evidenceTokens - FIRST_WORDS));
        expect(draft.unread).toEqual(evidenceTokens >= FIRST_WORDS ? [3] : [2, 3]);
      });
    }

    it('drafts the same for the same request', async () => {
      const draft = () => make().predictor.predict(request, buildContext());
      expect(await draft()).toEqual(await draft());
    });

    it('stops when it is told to, with code aborted', async () => {
      const { predictor } = make();
      await expect(predictor.predict(request, buildContext(AbortSignal.abort()))).rejects.toMatchObject({ code: 'aborted' });
    });

    it('uses only what it requires and leaves the recording of usage to the decorator', async () => {
      const { model, predictor } = make();
      const context = buildContext();
      await predictor.predict(request, context);
      if (!plugin.requires.includes('generate')) expect(model.calls.generate).toHaveLength(0);
      if (!plugin.requires.includes('score-continuation')) expect(model.calls.score).toHaveLength(0);
      expect(context.recorded).toHaveLength(0);
    });
  });
}

/** A predictor that can be told how much evidence to read calls it `evidenceTokens`. */
function takesBudget(plugin: Plugin<'predictor'>, options: unknown): boolean {
  const parsed = plugin.options.safeParse({ ...Object(options), evidenceTokens: 1 });
  return parsed.success && 'evidenceTokens' in Object(parsed.data);
}
