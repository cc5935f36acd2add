import { IsthmusError } from './errors.ts';

/**
 * The values at unit length, so that a dot product is a cosine.
 * @throws IsthmusError `output-unparseable` where they have no direction: empty, all zero, or not finite
 */
export function toUnitVector(values: ArrayLike<number>): Float32Array {
  const length = Math.hypot(...Array.from(values));
  if (length > 0 && Number.isFinite(length)) return Float32Array.from(values, (value) => value / length);
  throw new IsthmusError(
    'output-unparseable',
    `Expected a vector with a direction, but the embedding model gave ${values.length} values of length ${length}. Use another model or file.`,
  );
}

/** Of unit vectors of one dimension: −1 to 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

/**
 * One vector for each text, all of one dimension, or an error: a missing one would go unnoticed as a chunk that no search finds.
 * @param expected the dimension where it is known
 * @throws IsthmusError `output-unparseable`
 */
export function checkVectors(
  vectors: readonly Float32Array[],
  { texts, expected, model }: { readonly texts: number; readonly expected: number | undefined; readonly model: string },
): readonly Float32Array[] {
  if (vectors.length !== texts) {
    throw new IsthmusError('output-unparseable', `Expected ${texts} vectors from embedding model ${model}, but ${vectors.length} came.`);
  }
  const dimension = expected ?? vectors[0]?.length;
  const other = vectors.find((vector) => vector.length !== dimension);
  if (other === undefined) return vectors;
  throw new IsthmusError(
    'output-unparseable',
    `Expected vectors of ${dimension} dimensions from embedding model ${model}, but one of ${other.length} came. Set \`dimensions\` to what the model gives, or use another model.`,
  );
}
