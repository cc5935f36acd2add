import { utf8Bytes } from '../../src/domain/information.ts';
import { createRandom } from '../../src/domain/random.ts';
import { terms } from '../../src/domain/text.ts';
import type { InformationSample } from '../../src/ports/information-estimator.ts';
import type { Channel, Random } from './channel.ts';
import { capacity, errorFor, integer, type SlotMessage } from './slots.ts';
import type { Trial } from './trial.ts';
import { type CreateEstimator, createChannel, FACT_CHOICES } from './trials.ts';
import { countWords, createWorld, type World } from './world.ts';

const WORLD_SEED = 7;
/** FLOPs a token of a made-up model: information-capacity divides by its logarithm. */
const FLOPS_PER_TOKEN = 2 ** 30;
const OFFSET_BITS = -24;
/** Sets drawn for an expectation that has no closed form. */
const REFERENCE_SETS = 500;

const bare = { query: '', tokens: 1, bytes: 1 } as const;

/** The estimators that read texts or answers, on the fact world: only there do they have something to read. */
export function textTrials(
  request: { readonly information: number; readonly contexts: number; readonly seed: number },
  create: CreateEstimator,
): readonly Trial[] {
  const world = createWorld(FACT_CHOICES, createRandom(WORLD_SEED));
  return [...answerTrials(request, create), unigramTrial(world, request, create)];
}

/**
 * A summary states one of two facts, through noise; the question is about either with equal chance. The reader knows the law, so
 * p(y|q) is true and the gain's expectation is the information: I(Y;Z|Q) = ½ of a slot's. None beyond that slot's ln 64.
 */
function answerTrials({ information, contexts }: { information: number; contexts: number }, create: CreateEstimator): readonly Trial[] {
  if (2 * information >= Math.log(FACT_CHOICES)) return [];
  const error = errorFor(2 * information, FACT_CHOICES);
  const estimator = create('answer-gain');
  const logRight = Math.log(1 - error);
  const logWrong = Math.log(error / (FACT_CHOICES - 1));
  const truth = capacity(FACT_CHOICES, error) / 2;
  return [
    {
      estimator: 'answer-gain',
      channel: 'facts',
      truth,
      expect: () => truth,
      how: 'exact',
      run: (random) => {
        const read = Array.from({ length: contexts }, () => {
          if (random() < 0.5) return -Math.log(FACT_CHOICES);
          return random() < error ? logWrong : logRight;
        });
        const samples = read.map((_value, i) => ({
          ...bare,
          id: `${i}`,
          contextId: `${i}`,
          documentId: `${i}`,
          answer: { text: '', tokens: 1 },
        }));
        const lookup = ({ sampleId, shown }: { sampleId: string; shown?: string }) =>
          shown === 'summary' ? read[Number(sampleId)] : -Math.log(FACT_CHOICES);
        return { result: estimator.estimate(samples, [], lookup) };
      },
    },
  ];
}

function unigramTrial(
  world: World,
  { information, contexts, seed }: { information: number; contexts: number; seed: number },
  create: CreateEstimator,
): Trial {
  const channel = createChannel('facts', information) as unknown as Channel<readonly number[], SlotMessage>;
  const estimator = create('unigram');
  const draw = (random: Random): InformationSample[] =>
    Array.from({ length: contexts }, (_item, i) => {
      const values = channel.drawContext(random);
      const { first, values: said } = channel.drawMessage(values, random, 0);
      const summary = said.map((value, slot) => world.state(first + slot, value)).join(' ');
      const { text } = world.write(values, random);
      return { ...bare, id: `${i}`, contextId: `${i}`, documentId: `${i}`, summary, source: { text, tokens: 1 } };
    });
  const reference = () => {
    const random = createRandom(seed);
    const sets = Array.from({ length: REFERENCE_SETS }, () => plainUnigram(draw(random)));
    return sets.reduce((sum, value) => sum + value, 0) / sets.length;
  };
  return {
    estimator: 'unigram',
    channel: 'facts',
    truth: channel.information,
    expect: reference,
    how: 'simulated',
    run: (drawing) => ({ result: estimator.estimate(draw(drawing), [], () => undefined) }),
  };
}

/** The estimator's formula in plain probabilities, for reference: no code of it is used. */
export function plainUnigram(samples: readonly InformationSample[]): number {
  const words = samples.map(({ source }) => terms(source?.text ?? ''));
  const all = words.flat();
  const counted = new Map<string, number>();
  for (const word of all) counted.set(word, (counted.get(word) ?? 0) + 1);
  const likelihood = (summary: readonly string[], context: readonly string[]) =>
    summary.reduce((product, word) => {
      const near = context.filter((other) => other === word).length / context.length;
      return product * (near / 2 + ((counted.get(word) ?? 0) + 1) / (all.length + counted.size + 1) / 2);
    }, 1);
  const values = samples.map(({ summary = '' }, i) => {
    const likelihoods = words.map((context) => likelihood(terms(summary), context));
    const average = likelihoods.reduce((sum, value) => sum + value, 0) / likelihoods.length;
    return Math.log((likelihoods[i] ?? 0) / average);
  });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Two estimators that read sources: the world's own law is the model, so what it needs is the entropy. Strength plays no part. */
export function sourceTrials(contexts: number, create: CreateEstimator): readonly Trial[] {
  const world = createWorld(FACT_CHOICES, createRandom(WORLD_SEED));
  const sizes = [2, 4, 6];
  const expected = sizes.map((slots) => world.expected(slots));
  const mean = (of: (one: (typeof expected)[number]) => number) => expected.reduce((sum, one) => sum + of(one), 0) / sizes.length;
  const [surprise, characters, tokens] = [mean((one) => one.surprise), mean((one) => one.characters), mean((one) => one.tokens)];
  // All characters of the world are ASCII: bytes are characters.
  const capacityNats = ((8 * characters - surprise / Math.LN2) / tokens + OFFSET_BITS) / Math.log2(FLOPS_PER_TOKEN) / (1 / Math.LN2);
  const trial = (id: string, truth: number, options: Readonly<Record<string, number>> = {}): Trial => {
    const estimator = create(id, options);
    return {
      estimator: id,
      channel: 'facts',
      truth,
      expect: () => truth,
      how: 'exact',
      run: (random) => {
        const written = Array.from({ length: contexts }, () => {
          const slots = sizes[integer(sizes.length, random)] ?? 2;
          return world.write(
            Array.from({ length: slots }, () => integer(FACT_CHOICES, random)),
            random,
          );
        });
        const samples = written.map(({ text }, i): InformationSample => {
          const source = { text, tokens: countWords(text) };
          return { ...bare, id: `${i}`, contextId: `${i}`, documentId: `${i}`, bytes: utf8Bytes(text), source };
        });
        return { result: estimator.estimate(samples, [], ({ sampleId }) => -(written[Number(sampleId)]?.surprise ?? Number.NaN)) };
      },
    };
  };
  return [
    trial('bits-per-character', surprise / characters),
    trial('information-capacity', capacityNats, { flopsPerToken: FLOPS_PER_TOKEN, offsetBits: OFFSET_BITS }),
  ];
}
