import { describe, expect, it } from 'vitest';
import { panel } from '../../estimators/panel.ts';
import { IsthmusError } from '../domain/errors.ts';
import { NO_SUMMARY } from '../domain/summary.ts';
import type { Compressor } from '../ports/compressor.ts';
import { buildContext, buildSummary, plainProfile } from '../testing/builders.ts';
import { createScriptedModel } from '../testing/scripted-model.ts';
import { type RankRequest, rankCompressors } from './rank-compressors.ts';
import { makeQuestions, placeQuestions } from './rank-questions.ts';

const SUBJECTS = ['canal', 'mill', 'bridge', 'fishery'];
const DOCUMENTS = SUBJECTS.map((subject, i) => ({
  id: `document-${i}`,
  uri: `${subject}.md`,
  title: `The ${subject}`,
  text: `# The ${subject}\n\n## Building\n\nThe ${subject} was built in 18${i}1 by many hands.\n\n## Trade\n\nSalt and ${subject} went together in 19${i}2.`,
}));

const firstFact: Compressor = { compress: async ({ text }) => buildSummary(/The \w+ was built[^.]*\./.exec(text)?.[0] ?? 'It was.') };
const vague: Compressor = { compress: async () => buildSummary('It was something.') };
const wrong: Compressor = { compress: async () => buildSummary('It was built in 1999 by Nobody Known.') };
const silent: Compressor = { compress: async () => NO_SUMMARY };
const broken: Compressor = {
  compress: async () => {
    throw new IsthmusError('output-unparseable', 'no JSON');
  },
};

function rank(compressors: Readonly<Record<string, Compressor>>, change: Partial<RankRequest> = {}) {
  const model = createScriptedModel({ contextTokens: 400 });
  const scorer = { model, profile: plainProfile };
  const arms = Object.entries(compressors).map(([name, compressor]) => ({ name, compressor, context: buildContext() }));
  const progress: string[] = [];
  const done = rankCompressors(
    {
      documents: DOCUMENTS,
      questions: 1,
      arms,
      by: 'bits',
      seed: 2,
      onProgress: (stage, one, of) => progress.push(`${stage} ${one}/${of}`),
      ...change,
    },
    { readers: [scorer], scorer, estimator: panel.create({ contexts: 15 }, undefined), context: buildContext() },
  );
  return { done, model, progress };
}

describe('ranking compressors', () => {
  it('finds the one whose summaries tell their sources apart, without a gold answer or a predictor', async () => {
    const { done, model, progress } = rank({ vague, firstFact });
    const { ranked, contexts, ceilingBits, pairs } = await done;
    expect(pairs).toHaveLength(4);
    expect(contexts).toBe(4);
    expect(ceilingBits).toBe(2);
    expect(ranked.map(({ place }) => place)).toEqual([1, 0]);
    expect(ranked[0]?.figures.best).toBe(1);
    expect(ranked[1]?.figures.bits.value).toBeLessThan(0.5);
    expect(model.calls.generate).toEqual([]);
    expect(progress).toContain('compress 8/8');
    expect(progress.at(-1)).toMatch(/^score (\d+)\/\1$/);
  });

  it('counts NONE as nothing handed on, and a failure as missing', async () => {
    const { ranked, problems } = await rank({ broken, silent, firstFact }).done;
    expect(ranked.map(({ place }) => place)).toEqual([2, 1, 0]);
    expect(ranked[1]?.figures).toMatchObject({ bits: { value: 0 }, noneShare: { value: 1 }, failed: 0, best: 0 });
    expect(ranked[2]?.figures).toMatchObject({ failed: 4, summaries: 0 });
    expect(ranked[2]?.figures.best).toBeUndefined();
    expect(problems).toEqual(['no JSON', undefined, undefined]);
  });

  it('compares all with the same contexts, whatever others decline', async () => {
    const alone = await rank({ firstFact }).done;
    const beside = await rank({ firstFact, silent, broken }).done;
    expect(beside.ranked[0]?.figures.bits).toEqual(alone.ranked[0]?.figures.bits);
    expect(beside.contexts).toBe(alone.contexts);
  });

  it('scores equal summaries once', async () => {
    const once = rank({ vague });
    const twice = rank({ vague, same: vague });
    const { ranked } = await twice.done;
    await once.done;
    const asked = ({ model }: typeof once) => model.calls.score.reduce((sum, { continuations }) => sum + continuations.length, 0);
    expect(asked(twice)).toBe(asked(once));
    expect(ranked.map(({ figures }) => figures.best)).toEqual([0.5, 0.5]);
  });

  it('shows beside the bits, which do not look at it, how much of the question is in the summaries', async () => {
    const trade: Compressor = { compress: async ({ text }) => buildSummary(/Salt and[^.]*\./.exec(text)?.[0] ?? 'It was.') };
    const { ranked } = await rank({ firstFact, trade }, { questions: SUBJECTS.map((subject) => `When was the ${subject} built?`) }).done;
    const relevance = (place: number) => ranked.find((one) => one.place === place)?.figures.relevance.value ?? Number.NaN;
    expect(relevance(0)).toBeGreaterThan(relevance(1));
  });

  it('says what is not in the sources', async () => {
    const { ranked } = await rank({ firstFact, wrong }).done;
    const [right, invented] = [ranked.find(({ place }) => place === 0), ranked.find(({ place }) => place === 1)];
    expect(right?.figures.faithfulness.value).toBe(1);
    expect(invented?.figures.faithfulness.value).toBe(0);
  });

  it('says what it needs', async () => {
    const [document] = DOCUMENTS;
    await expect(rank({ vague }, { documents: document === undefined ? [] : [document] }).done).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('two chunks'),
    });
    await expect(rank({ vague }, { questions: ['Zyzzyva?'] }).done).rejects.toMatchObject({ code: 'invalid-input' });
    const aborted = AbortSignal.abort();
    const scorer = { model: createScriptedModel(), profile: plainProfile };
    const deps = { readers: [scorer], scorer, estimator: panel.create({ contexts: 15 }, undefined), context: buildContext(aborted) };
    await expect(rankCompressors({ documents: DOCUMENTS, questions: 1, arms: [], by: 'bits', seed: 1 }, deps)).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});

describe('questions', () => {
  const chunks = DOCUMENTS.map(({ id, text }) => ({ id: `chunk-${id}`, documentId: id, span: { start: 0, end: text.length }, text }));

  it('are made of headings, but not of titles', () => {
    expect(makeQuestions(DOCUMENTS.slice(0, 1), chunks, 2)).toEqual([
      { query: 'The canal: Building', chunk: chunks[0] },
      { query: 'The canal: Trade', chunk: chunks[0] },
    ]);
  });

  it('are made of first sentences where headings are too few', () => {
    const text = 'Salt was the main cargo of the canal.';
    const plain = { id: 'p', uri: 'p.txt', title: 'p.txt', text };
    const chunk = { id: 'c', documentId: 'p', span: { start: 0, end: text.length }, text };
    expect(makeQuestions([plain], [chunk], 3).map(({ query }) => query)).toEqual(['p.txt: Salt was the main cargo of the canal']);
  });

  it('of others go to the chunk nearest to them', () => {
    const { pairs, unplaced } = placeQuestions(['Who built the mill?', 'Zyzzyva?'], chunks);
    expect(pairs).toEqual([{ query: 'Who built the mill?', chunk: chunks[1] }]);
    expect(unplaced).toEqual(['Zyzzyva?']);
  });
});
