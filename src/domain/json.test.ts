import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, sha256 } from './json.ts';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
};

it('canonical JSON does not depend on the order of members, and says the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { seed: 1 },
  );
});

it('canonical JSON leaves out what is undefined, at any depth', () => {
  expect(canonicalJson({ b: 1, a: { d: undefined, c: [{ z: 1, y: undefined }] } })).toBe('{"a":{"c":[{"z":1}]},"b":1}');
});

it('sha256 is that of the UTF-8 text, in hex', async () => {
  for (const text of ['', 'abc', 'é𝄞', 'x'.repeat(100_000)]) {
    expect(await sha256(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
  }
});
