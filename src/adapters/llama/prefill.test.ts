import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SLICE_TOKENS, slices } from './prefill.ts';

test('slices cover the length, keep the limit, and leave no single row', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2000 }), (length) => {
      const sizes = slices(length);
      expect(sizes.reduce((a, b) => a + b, 0)).toBe(length);
      expect(sizes.every((size) => size <= SLICE_TOKENS && (size > 1 || length === 1))).toBe(true);
    }),
  );
});
