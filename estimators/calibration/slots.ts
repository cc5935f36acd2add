import type { Branch, Channel, Level, Random } from './channel.ts';
import { expectValue } from './expect.ts';

/** A context is a list of values, each uniform among `choices`. */
type Values = readonly number[];

/** `slot` and the value that the summary gives it; −1 says that it was erased. */
export interface SlotMessage {
  readonly first: number;
  readonly values: Values;
}

/** Symmetric channel: says the value, or with probability `error` any other; a second summary is a second such draw. */
export function symmetric(information: number): Channel<number, number> {
  const choices = choicesFor(information);
  const error = errorFor(information, choices);
  const [right, wrong] = [Math.log(1 - error), Math.log(error / (choices - 1))];
  const foreign = matches(1, choices, [wrong, right]);
  const branches = [
    { probability: 1 - error, own: right, foreign },
    { probability: error, own: wrong, foreign },
  ];
  const pairs = symmetricPairs(choices, error);
  const one = (contexts: number) => expectValue(branches, { contexts, mixture: 'all', temperature: 1 });
  return {
    information: capacity(choices, error),
    added: informationOf(pairs) - capacity(choices, error),
    drawContext: (random) => integer(choices, random),
    drawMessage: (context, random) => corrupt(context, { choices, error }, random),
    logProb: (message, context) => (message === context ? right : wrong),
    expect: (of) => expectValue(branches, of),
    expectAdded: (contexts) => expectValue(pairs, { contexts, mixture: 'all', temperature: 1 }) - one(contexts),
  };
}

/** Erasure channel: says the value, or with probability `erased` nothing at all. */
export function erasure(information: number): Channel<number, number> {
  const choices = choicesFor(information);
  const erased = 1 - information / Math.log(choices);
  const [said, lost] = [Math.log(1 - erased), Math.log(erased)];
  const known = (own: number): Level[] => [
    { probability: 1 / choices, logProb: own },
    { probability: 1 - 1 / choices, logProb: Number.NEGATIVE_INFINITY },
  ];
  const nothing = (own: number): Level[] => [{ probability: 1, logProb: own }];
  const branches = [
    { probability: 1 - erased, own: said, foreign: known(said) },
    { probability: erased, own: lost, foreign: nothing(lost) },
  ];
  const pairs = [
    { probability: (1 - erased) ** 2, own: 2 * said, foreign: known(2 * said) },
    { probability: 2 * erased * (1 - erased), own: said + lost, foreign: known(said + lost) },
    { probability: erased ** 2, own: 2 * lost, foreign: nothing(2 * lost) },
  ];
  const of = (some: readonly Branch[], contexts: number) => expectValue(some, { contexts, mixture: 'all', temperature: 1 });
  return {
    information,
    added: erased * information,
    drawContext: (random) => integer(choices, random),
    drawMessage: (context, random) => (random() < erased ? -1 : context),
    logProb: (message, context) => {
      if (message < 0) return lost;
      return message === context ? said : Number.NEGATIVE_INFINITY;
    },
    expect: (expectation) => expectValue(branches, expectation),
    expectAdded: (contexts) => of(pairs, contexts) - of(branches, contexts),
  };
}

export interface SlotLaw {
  /** Slots that a summary states; a context has twice as many, and a second summary states the others. */
  readonly stated: number;
  readonly choices: number;
  readonly error: number;
}

/** Several symmetric slots in one summary: the law of the fact world. */
export function slots({ stated, choices, error }: SlotLaw): Channel<Values, SlotMessage> {
  const [right, wrong] = [Math.log(1 - error), Math.log(error / (choices - 1))];
  const branchesOf = (count: number) => {
    const levels = Array.from({ length: count + 1 }, (_item, hits) => hits * right + (count - hits) * wrong);
    const foreign = matches(count, choices, levels);
    return levels.map((own, hits) => ({ probability: binomial(count, hits, 1 - error), own, foreign }));
  };
  const [one, two] = [branchesOf(stated), branchesOf(2 * stated)];
  const information = stated * capacity(choices, error);
  return {
    information,
    added: information,
    drawContext: (random) => Array.from({ length: 2 * stated }, () => integer(choices, random)),
    drawMessage: (context, random, which) => {
      const first = which * stated;
      return { first, values: context.slice(first, first + stated).map((value) => corrupt(value, { choices, error }, random)) };
    },
    logProb: ({ first, values }, context) =>
      values.reduce((sum, value, slot) => sum + (value === context[first + slot] ? right : wrong), 0),
    expect: (of) => expectValue(one, of),
    expectAdded: (contexts) =>
      expectValue(two, { contexts, mixture: 'all', temperature: 1 }) - expectValue(one, { contexts, mixture: 'all', temperature: 1 }),
  };
}

/** So many that about half of the summaries carry all the information: estimates then rest on no rare event. */
function choicesFor(information: number): number {
  return Math.max(2, Math.round(Math.exp(2 * information)));
}

/** I of a symmetric channel with uniform input: ln K − h(error) − error·ln(K − 1). */
export function capacity(choices: number, error: number): number {
  if (error === 0) return Math.log(choices);
  return Math.log(choices) + (1 - error) * Math.log(1 - error) + error * Math.log(error / (choices - 1));
}

/** The error at which a symmetric channel carries so much; by bisection, as capacity falls with it. */
export function errorFor(information: number, choices: number): number {
  let low = 0;
  let high = 1 - 1 / choices;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (capacity(choices, middle) > information) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Two draws of one symmetric channel: both right, one right, both wrong alike, both wrong differently. */
function symmetricPairs(choices: number, error: number): readonly Branch[] {
  const [right, wrong] = [Math.log(1 - error), Math.log(error / (choices - 1))];
  const same = [
    { probability: 1 / choices, logProb: 2 * right },
    { probability: 1 - 1 / choices, logProb: 2 * wrong },
  ];
  const different = [
    { probability: 2 / choices, logProb: right + wrong },
    { probability: 1 - 2 / choices, logProb: 2 * wrong },
  ];
  return [
    { probability: (1 - error) ** 2, own: 2 * right, foreign: same },
    { probability: 2 * error * (1 - error), own: right + wrong, foreign: different },
    { probability: error ** 2 / (choices - 1), own: 2 * wrong, foreign: same },
    { probability: (error ** 2 * (choices - 2)) / (choices - 1), own: 2 * wrong, foreign: different },
  ];
}

/** I = E[ own − log of its expectation over contexts ]. */
function informationOf(branches: readonly Branch[]): number {
  return branches.reduce((sum, { probability, own, foreign }) => {
    const marginal = foreign.reduce((total, level) => total + level.probability * Math.exp(level.logProb - own), 0);
    return sum - (probability === 0 ? 0 : probability * Math.log(marginal));
  }, 0);
}

/** How many of `count` slots a context drawn at random has in common with a summary; `logProbs` by that number. */
function matches(count: number, choices: number, logProbs: readonly number[]): readonly Level[] {
  return logProbs.map((logProb, hits) => ({ probability: binomial(count, hits, 1 / choices), logProb }));
}

function binomial(n: number, k: number, p: number): number {
  let ways = 1;
  for (let i = 0; i < k; i++) ways = (ways * (n - i)) / (i + 1);
  return ways * p ** k * (1 - p) ** (n - k);
}

export function integer(below: number, random: Random): number {
  return Math.min(below - 1, Math.floor(random() * below));
}

/** The value, or with probability `error` one of the others. */
function corrupt(value: number, { choices, error }: { choices: number; error: number }, random: Random): number {
  if (random() >= error) return value;
  const other = integer(choices - 1, random);
  return other < value ? other : other + 1;
}
