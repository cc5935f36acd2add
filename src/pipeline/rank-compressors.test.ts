import { describe, expect, it } from 'vitest';
import { panel } from '../../estimators/panel.ts';
import { unigram } from '../../estimators/unigram.ts';
import { IsthmusError } from '../domain/errors.ts';
import { NO_SUMMARY } from '../domain/summary.ts';
import type { Compressor } from '../ports/compressor.ts';
import { buildContext, buildSummary, plainProfile } from '../testing/builders.ts';
import { createScriptedModel } from '../testing/scripted-model.ts';
import { type RankRequest, rankCompressors } from './rank-compressors.ts';
import { makeQuestions, placeQuestions } from './rank-questions.ts';
import { indexWords } from './rank-words.ts';

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
      ...{ contexts: 15, negatives: 'random', by: 'bits', seed: 2 },
      onProgress: (stage, one, of) => progress.push(`${stage} ${one}/${of}`),
      ...change,
    },
    {
      readers: [scorer],
      scorer: { scorer, estimator: panel.create({ contexts: 15 }, undefined) },
      others: [{ name: 'words', scorer, estimator: unigram.create({ weight: 0.5 }, undefined) }],
      context: buildContext(),
    },
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
    const { ranked } = await rank(
      { firstFact, trade },
      { questions: SUBJECTS.map((subject) => ({ query: `When was the ${subject} built?` })) },
    ).done;
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
    await expect(rank({ vague }, { questions: [{ query: 'Zyzzyva?' }] }).done).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(rank({ vague }, { negatives: 'same-document', contexts: 1 }).done).rejects.toMatchObject({ code: 'invalid-input' });
    const scorer = { model: createScriptedModel(), profile: plainProfile };
    const deps = {
      readers: [scorer],
      scorer: { scorer, estimator: panel.create({ contexts: 15 }, undefined) },
      context: buildContext(AbortSignal.abort()),
    };
    const request = { documents: DOCUMENTS, questions: 1, arms: [], contexts: 15, negatives: 'random', by: 'bits', seed: 1 } as const;
    await expect(rankCompressors(request, deps)).rejects.toMatchObject({ code: 'aborted' });
  });

  it('tells summaries from the chunks most like their own', async () => {
    const { contexts, ceilingBits, ranked } = await rank({ vague, firstFact }, { negatives: 'nearest', contexts: 1 }).done;
    expect({ contexts, ceilingBits }).toEqual({ contexts: 2, ceilingBits: 1 });
    expect(ranked[0]?.place).toBe(1);
  });

  it('judges its order by labels, and orders no differently for them', async () => {
    const questions = SUBJECTS.map((subject, i) => ({ query: `When was the ${subject} built?`, answers: [`18${i}1`] }));
    const labelled = await rank({ vague, silent, firstFact }, { questions }).done;
    const plain = await rank({ vague, silent, firstFact }, { questions: questions.map(({ query }) => ({ query })) }).done;
    expect(labelled.ranked.map(({ place }) => place)).toEqual(plain.ranked.map(({ place }) => place));
    expect(plain.labels).toBeUndefined();
    expect(plain.ranked[0]?.figures.gold).toBeUndefined();
    expect(labelled.ranked.map(({ figures }) => figures.gold?.value)).toEqual([1, 0, 0]);
    expect(labelled.labels).toMatchObject({ questions: 4, documents: 4, arms: 3, inChunk: { value: 1 }, bestGold: 1 });
    expect(labelled.labels?.choices[0]).toMatchObject({ by: 'bits', gold: 1, behind: 0, isBest: 1, probability: 1 });
  });

  it('has further scorers score the same summaries, and counts no arm twice', async () => {
    const { proxies, ranked } = await rank({ vague, firstFact, again: firstFact }).done;
    const [check] = proxies;
    expect(check).toMatchObject({ scorer: 'words', arms: 2, isIdentified: false });
    expect([...(check?.differences.keys() ?? [])]).toEqual([0, 1]);
    expect(check?.tau).toBeUndefined();
    const bits = ranked.find(({ place }) => place === 1)?.figures.bits.value ?? Number.NaN;
    // Words that only one document has tell it from the others without any model.
    expect(bits + (check?.differences.get(1)?.value ?? Number.NaN)).toBeGreaterThan(0.5);
  });
});

describe('questions', () => {
  const chunks = DOCUMENTS.map(({ id, text }) => ({ id: `chunk-${id}`, documentId: id, span: { start: 0, end: text.length }, text }));
  const words = indexWords(chunks);

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
    const questions = [{ query: 'Who built the mill?', answers: ['many hands'] }, { query: 'Zyzzyva?' }];
    const { pairs, unplaced } = placeQuestions(questions, DOCUMENTS, words);
    expect(pairs).toEqual([{ query: 'Who built the mill?', chunk: chunks[1], answers: ['many hands'] }]);
    expect(unplaced).toEqual(['Zyzzyva?']);
  });

  it('of others stay in the document that they name', () => {
    const of = (...documents: string[]) => placeQuestions([{ query: 'Who built the mill?', documents }], DOCUMENTS, words);
    expect(of('bridge.md').pairs[0]?.chunk).toBe(chunks[2]);
    expect(of('idge.md').unplaced).toEqual(['Who built the mill?']);
  });
});
