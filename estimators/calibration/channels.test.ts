import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/domain/random.ts';
import type { Channel } from './channel.ts';
import { expectValue } from './expect.ts';
import { gaussian } from './gaussian.ts';
import { capacity, errorFor, slots } from './slots.ts';
import { CHANNELS, createChannel } from './trials.ts';
import { countWords, createWorld } from './world.ts';

const STRENGTHS = [0.1, 0.8, 2.5, 7];
const N = 8;

/** E by drawing, from the definition alone. */
function sample(channel: Channel, { mixture, temperature }: { mixture: 'all' | 'others'; temperature: number }, draws: number) {
  const random = createRandom(11);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < draws; i++) {
    const contexts = Array.from({ length: N }, () => channel.drawContext(random));
    const message = channel.drawMessage(contexts[0], random, 0);
    const logProbs = contexts.map((context) => channel.logProb(message, context) / temperature);
    const compared = mixture === 'all' ? logProbs : logProbs.slice(1);
    const top = Math.max(...compared);
    const average = compared.reduce((total, value) => total + Math.exp(value - top), 0) / compared.length;
    const value = (logProbs[0] ?? 0) - top - Math.log(average);
    sum += value;
    squares += value * value;
  }
  const mean = sum / draws;
  return { mean, standardError: Math.sqrt((squares / draws - mean * mean) / draws) };
}

describe('expectations by integration', () => {
  it('are the sum over all combinations of levels', () => {
    const foreign = [
      { probability: 0.5, logProb: -1 },
      { probability: 0.3, logProb: -4 },
      { probability: 0.2, logProb: Number.NEGATIVE_INFINITY },
    ];
    let exact = 0;
    for (const one of foreign)
      for (const two of foreign) {
        const average = (Math.exp(-2) + Math.exp(one.logProb) + Math.exp(two.logProb)) / 3;
        exact += one.probability * two.probability * (-2 - Math.log(average));
      }
    const branches = [{ probability: 1, own: -2, foreign }];
    expect(expectValue(branches, { contexts: 3, mixture: 'all', temperature: 1 })).toBeCloseTo(exact, 9);
    expect(expectValue(branches, { contexts: 3, mixture: 'others', temperature: 1 })).toBe(Number.POSITIVE_INFINITY);
  });

  it.each(CHANNELS.flatMap((id) => STRENGTHS.map((information) => ({ id, information }))))(
    '$id at $information nats: what draws give, within their error',
    ({ id, information }) => {
      const channel = createChannel(id, information);
      expect(channel.information).toBeCloseTo(information, 6);
      for (const of of [
        { mixture: 'all', temperature: 1 },
        { mixture: 'all', temperature: 2 },
        ...(id === 'erasure' || (id === 'gaussian' && information > 2) ? [] : [{ mixture: 'others', temperature: 1 } as const]),
      ] as const) {
        const { mean, standardError } = sample(channel, of, 4_000);
        const slack = 5 * standardError + 0.004;
        expect(Math.abs(channel.expect({ contexts: N, ...of }) - mean), JSON.stringify(of)).toBeLessThan(slack);
      }
    },
  );

  it.each(CHANNELS)('%s: the own context in the mixture gives less than the information, without it more', (id) => {
    for (const information of STRENGTHS) {
      const channel = createChannel(id, information);
      expect(channel.expect({ contexts: N, mixture: 'all', temperature: 1 })).toBeLessThan(information);
      expect(channel.expect({ contexts: N, mixture: 'others', temperature: 1 })).toBeGreaterThan(information);
      expect(channel.expectAdded(N)).toBeLessThanOrEqual(channel.added + 1e-9);
    }
  });

  it('grow with N towards the information', () => {
    const channel = gaussian(1);
    const at = (contexts: number) => channel.expect({ contexts, mixture: 'all', temperature: 1 });
    expect([at(2), at(8), at(64), at(512)]).toEqual([at(2), at(8), at(64), at(512)].sort((a, b) => a - b));
    expect(1 - at(512)).toBeLessThan(0.01);
  });

  it('knows what a second summary adds', () => {
    // Two noisy readings are one with half the noise; two halves of a list of facts add up.
    expect(gaussian(1).added).toBeCloseTo(Math.log(1 + 2 * Math.expm1(2)) / 2 - 1, 12);
    const facts = slots({ stated: 2, choices: 8, error: errorFor(0.7, 8) });
    expect(facts.information).toBeCloseTo(1.4, 6);
    expect(facts.added).toBe(facts.information);
    expect(capacity(8, 0)).toBe(Math.log(8));
  });
});

describe('the fact world', () => {
  const world = createWorld(16, createRandom(1));

  it('writes each fact in some wording, and tells the surprise of the whole text', () => {
    const random = createRandom(2);
    const { text, surprise } = world.write([3, 5], random);
    expect(text).toContain(world.nameOf(0, 3));
    expect(text).toContain(world.nameOf(1, 5));
    expect(surprise).toBeGreaterThan(2 * Math.log(16));
    expect(world.state(0, 3)).toMatch(new RegExp(`^.+ was born in ${world.nameOf(0, 3)}\\.$`));
  });

  it('is the same for the same seed', () => {
    expect(createWorld(16, createRandom(1)).state(2, 9)).toBe(world.state(2, 9));
    expect(createWorld(16, createRandom(2)).state(2, 9)).not.toBe(world.state(2, 9));
  });

  it('knows the mean length and surprise of its documents', () => {
    const random = createRandom(5);
    const documents = Array.from({ length: 6_000 }, () =>
      world.write(
        [0, 1, 2].map(() => Math.floor(random() * 16)),
        random,
      ),
    );
    const mean = (of: (one: { text: string; surprise: number }) => number) =>
      documents.reduce((sum, one) => sum + of(one), 0) / documents.length;
    const expected = world.expected(3);
    expect(Math.abs(mean(({ text }) => [...text].length) / expected.characters - 1)).toBeLessThan(0.02);
    expect(Math.abs(mean(({ text }) => countWords(text)) / expected.tokens - 1)).toBeLessThan(0.02);
    expect(Math.abs(mean(({ surprise }) => surprise) / expected.surprise - 1)).toBeLessThan(0.02);
  });
});
