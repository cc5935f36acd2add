import { expect, it } from 'vitest';
import { difference, pooledAuroc, type ValuedRow, withinAuroc } from './auroc.ts';
import { bootstrapDocuments } from './bootstrap.ts';

const row = (value: number, isGold: boolean, document = 0, question = 'q'): ValuedRow => ({ value, isGold, document, question });

it('counts the pairs in the right order, and ties half', () => {
  // Pairs of gold {3, 2} and others {1, 2, 4}: 3 > 1, 3 > 2, 3 < 4, 2 > 1, 2 = 2, 2 < 4.
  const rows = [row(2, true), row(1, false), row(3, true), row(4, false), row(2, false)];
  expect(pooledAuroc(rows)([1])).toBeCloseTo(3.5 / 6, 12);
  expect(pooledAuroc(rows.map((one) => ({ ...one, value: -one.value })))([1])).toBeCloseTo(2.5 / 6, 12);
});

it('says a half of what does not tell, and nothing where one kind is missing', () => {
  expect(pooledAuroc([row(5, true), row(5, false), row(5, false)])([1])).toBe(0.5);
  expect(pooledAuroc([row(5, true)])([1])).toBeNaN();
  expect(pooledAuroc([row(1, true, 0), row(2, false, 1)])([1, 0])).toBeNaN();
});

it('weighs a document as if its rows stood there as often', () => {
  const one = [row(2, true, 0), row(1, false, 0), row(3, false, 0)];
  const other = [row(2.5, true, 1), row(4, false, 1), row(2, false, 1)];
  const thrice = pooledAuroc([...one, ...other, ...other, ...other])([1, 1]);
  expect(pooledAuroc([...one, ...other])([1, 3])).toBeCloseTo(thrice, 12);
});

it('compares within a question only, each question alike', () => {
  // Right within both questions, though the second's gold lies under the first's other.
  const rows = [row(9, true, 0, 'a'), row(8, false, 0, 'a'), row(2, true, 1, 'b'), row(1, false, 1, 'b'), row(7, false, 1, 'c')];
  expect(withinAuroc(rows)([1, 1])).toBe(1);
  expect(pooledAuroc(rows)([1, 1])).toBeLessThan(1);
  const wrongInOne = [...rows, row(0, true, 0, 'd'), row(1, false, 0, 'd'), row(2, false, 0, 'd')];
  expect(withinAuroc(wrongInOne)([1, 1])).toBeCloseTo(2 / 3, 12);
  expect(withinAuroc(wrongInOne)([3, 1])).toBeCloseTo(4 / 7, 12);
});

it('draws whole documents: copies of a question in one document make no interval narrower', () => {
  const documents = Array.from({ length: 30 }, (_, i) => [row(i % 3 === 0 ? 0 : 2, true, i), row(1, false, i)]).flat();
  const copied = documents.flatMap((one) => [one, one, one, one]);
  const options = { documents: 30, draws: 400, seed: 1 };
  const [own, copies] = [documents, copied].map((rows) => bootstrapDocuments(new Map([['x', pooledAuroc(rows)]]), options).get('x'));
  expect(own?.value).toBeCloseTo(2 / 3, 12);
  expect(copies).toEqual(own);
  // Binomial with p = 2/3 over 30 documents: a standard error of .086.
  expect((own?.high ?? 0) - (own?.low ?? 0)).toBeGreaterThan(0.25);
  expect((own?.high ?? 0) - (own?.low ?? 0)).toBeLessThan(0.42);
});

it('pairs a difference: of a term with itself it is 0 in every draw, and of a better one above 0', () => {
  const truth = Array.from({ length: 40 }, (_, i) => ({ document: i, noise: (i * 7919) % 13 }));
  const noisy = truth.flatMap(({ document, noise }) => [row(noise, true, document), row(noise - 1, false, document)]);
  const better = noisy.map((one) => ({ ...one, value: one.value + (one.isGold ? 3 : 0) }));
  const statistics = new Map([
    ['same', difference(pooledAuroc(noisy), pooledAuroc(noisy))],
    ['better', difference(pooledAuroc(better), pooledAuroc(noisy))],
  ]);
  const figures = bootstrapDocuments(statistics, { documents: 40, draws: 300, seed: 2 });
  expect(figures.get('same')).toEqual({ value: 0, low: 0, high: 0 });
  expect(figures.get('better')?.low).toBeGreaterThan(0);
  expect(bootstrapDocuments(statistics, { documents: 40, draws: 300, seed: 2 })).toEqual(figures);
});
