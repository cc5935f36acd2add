import { describe, expect, it } from 'vitest';
import { checkVectors, cosine, toUnitVector } from './vectors.ts';

describe('toUnitVector', () => {
  it('keeps the direction and makes the length 1', () => {
    const unit = toUnitVector([3, 4]);
    expect([...unit]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    expect(cosine(unit, unit)).toBeCloseTo(1, 6);
    expect(cosine(unit, toUnitVector([-4, 3]))).toBeCloseTo(0, 6);
  });

  it.each([[[]], [[0, 0]], [[Number.NaN, 1]], [[Number.POSITIVE_INFINITY, 1]]])('refuses %j, which has no direction', (values) => {
    expect(() => toUnitVector(values)).toThrow(expect.objectContaining({ code: 'output-unparseable' }));
  });
});

describe('checkVectors', () => {
  const two = [toUnitVector([1, 0]), toUnitVector([0, 1])];
  it('passes what is whole', () => {
    expect(checkVectors(two, { texts: 2, expected: undefined, model: 'm' })).toBe(two);
  });

  it.each([
    ['a missing vector', { texts: 3, expected: 2 }, /Expected 3 vectors .* but 2 came/],
    ['another dimension', { texts: 2, expected: 3 }, /Expected vectors of 3 dimensions .* one of 2 came/],
  ])('refuses %s', (_what, wanted, message) => {
    expect(() => checkVectors(two, { ...wanted, model: 'm' })).toThrow(message);
  });

  it('refuses vectors that differ among themselves', () => {
    expect(() => checkVectors([...two, toUnitVector([1])], { texts: 3, expected: undefined, model: 'm' })).toThrow(/one of 1 came/);
  });
});
