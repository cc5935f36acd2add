import type { Random } from './channel.ts';
import { integer } from './slots.ts';

/**
 * A small synthetic world of facts, after `models/nano/train/world.py`: documents state some facts in one of several wordings among
 * filler; the canonical statement says a fact in one fixed wording, so a right summary is no copy. Names are made of
 * syllables: nothing can be known beforehand. Every value is uniform among `choices` names, so that it carries ln(choices) nats.
 */
export interface World {
  readonly choices: number;
  /** A document that states `values[slot]` for each slot, and its surprise −log p under the law of the world, in nats. */
  write(values: readonly number[], random: Random): { readonly text: string; readonly surprise: number };
  /** The fixed wording of a fact. */
  state(slot: number, value: number): string;
  nameOf(slot: number, value: number): string;
  /** Means over documents of so many slots, from the law and not from a draw. */
  expected(slots: number): { readonly surprise: number; readonly characters: number; readonly tokens: number };
}

interface Relation {
  readonly canonical: string;
  readonly wordings: readonly string[];
}

const RELATIONS: readonly Relation[] = [
  {
    canonical: '{s} was born in {v}.',
    wordings: ['{s} came into the world in {v}.', '{s}, a native of {v}, seldom spoke of it.', 'The birthplace of {s} was {v}.'],
  },
  { canonical: '{s} married {v}.', wordings: ['{s} became the spouse of {v}.', 'The wedding of {s} and {v} drew a crowd.'] },
  {
    canonical: '{s} was founded by {v}.',
    wordings: ['{v} set up {s} with borrowed money.', 'It was {v} who established {s}.', '{s} was started by {v}.'],
  },
  { canonical: '{s} is based in {v}.', wordings: ['The offices of {s} stand in {v}.', '{s} has its headquarters in {v}.'] },
  {
    canonical: '{s} lies on the river {v}.',
    wordings: ['The river {v} flows through {s}.', '{s} grew up along the {v}.', 'At {s} three bridges cross the {v}.'],
  },
  { canonical: 'The mayor of {s} is {v}.', wordings: ['{v} serves as mayor of {s}.', '{s} elected {v} as its mayor.'] },
];
const FILLER = [
  'The weather that year was mild.',
  'Little else is recorded about the period.',
  'Several letters from the time survive in private hands.',
  'Historians disagree about the details.',
  'The roads were poor and travel was slow.',
  'Many visitors came in the summer months.',
  'Prices rose and fell with the harvest.',
  'An old map shows the place under another name.',
];
const MOST_FILLER = 3;
const ONSETS = 'b br c ch d dr f g gl h j k kr l m n p pr r s sh st t th tr v w y z'.split(' ');
const VOWELS = 'a e i o u ai ea ia or er an el'.split(' ');
const CODAS = ['', '', 'n', 'r', 's', 'l', 'm', 'th', 'nd', 'x', 'k'];

export function createWorld(choices: number, random: Random): World {
  const taken = new Set<string>();
  const subjects = RELATIONS.map(() => newName(taken, random));
  const names = RELATIONS.map(() => Array.from({ length: choices }, () => newName(taken, random)));
  const relationOf = (slot: number) => RELATIONS[slot % RELATIONS.length] as Relation;
  const nameOf = (slot: number, value: number) => names[slot % names.length]?.[value] ?? '';
  // Slots beyond the relations have subjects of their own: the same ones, numbered.
  const subjectOf = (slot: number) => {
    const round = Math.floor(slot / RELATIONS.length);
    return `${subjects[slot % subjects.length]}${round === 0 ? '' : ` ${'I'.repeat(round + 1)}`}`;
  };
  const fill = (wording: string, slot: number, value: number) =>
    wording.replace('{s}', subjectOf(slot)).replace('{v}', nameOf(slot, value));
  return {
    choices,
    nameOf,
    state: (slot, value) => fill(relationOf(slot).canonical, slot, value),
    write: (values, draw) => {
      const facts = values.map((value, slot) => fill(pick(wordingsOf(relationOf(slot)), draw), slot, value));
      const fillers = shuffle(FILLER, draw).slice(0, integer(MOST_FILLER + 1, draw));
      const surprise = surpriseOf(values.length, fillers.length, choices);
      return { text: shuffle([...facts, ...fillers], draw).join(' '), surprise };
    },
    expected: (slots) => {
      const each = Array.from({ length: slots }, (_item, slot) => {
        const wordings = wordingsOf(relationOf(slot));
        const texts = wordings.flatMap((wording) => names[slot % names.length]?.map((_n, value) => fill(wording, slot, value)) ?? []);
        return { characters: meanOf(texts, lengthOf), tokens: meanOf(texts, countWords) };
      });
      const sum = (of: (one: { characters: number; tokens: number }) => number) => each.reduce((all, one) => all + of(one), 0);
      const filler = MOST_FILLER / 2;
      const counts = Array.from({ length: MOST_FILLER + 1 }, (_item, count) => count);
      return {
        surprise: meanOf(counts, (count) => surpriseOf(slots, count, choices)),
        characters: sum((one) => one.characters) + filler * meanOf(FILLER, lengthOf) + slots + filler - 1,
        tokens: sum((one) => one.tokens) + filler * meanOf(FILLER, countWords),
      };
    },
  };
}

export function countWords(text: string): number {
  return text.split(' ').length;
}

function lengthOf(text: string): number {
  return [...text].length;
}

function wordingsOf({ canonical, wordings }: Relation): readonly string[] {
  return [canonical, ...wordings];
}

/** Values, wordings, how many fillers and which, and the order of all sentences. */
function surpriseOf(slots: number, fillers: number, choices: number): number {
  const wordings = Array.from({ length: slots }, (_item, slot) =>
    Math.log(wordingsOf(RELATIONS[slot % RELATIONS.length] as Relation).length),
  ).reduce((sum, value) => sum + value, 0);
  const subset = logFactorial(FILLER.length) - logFactorial(fillers) - logFactorial(FILLER.length - fillers);
  return slots * Math.log(choices) + wordings + Math.log(MOST_FILLER + 1) + subset + logFactorial(slots + fillers);
}

function logFactorial(n: number): number {
  return Array.from({ length: n }, (_item, i) => Math.log(i + 1)).reduce((sum, value) => sum + value, 0);
}

function meanOf<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0) / items.length;
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[integer(items.length, random)] as Item;
}

function shuffle<Item>(items: readonly Item[], random: Random): Item[] {
  const pool = [...items];
  for (let i = pool.length - 1; i > 0; i--) {
    const j = integer(i + 1, random);
    [pool[i], pool[j]] = [pool[j] as Item, pool[i] as Item];
  }
  return pool;
}

/** One to three syllables, never the same twice. */
function newName(taken: Set<string>, random: Random): string {
  for (;;) {
    const syllables = Array.from(
      { length: 1 + integer(3, random) },
      () => pick(ONSETS, random) + pick(VOWELS, random) + pick(CODAS, random),
    );
    const word = syllables.join('');
    const name = `${word[0]?.toUpperCase()}${word.slice(1)}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}
