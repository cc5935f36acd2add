import { createRandom } from '../../src/domain/random.ts';
import type { InformationSample, LogProbLookup } from '../../src/ports/information-estimator.ts';
import { capacity, integer } from './slots.ts';
import { createWorld } from './world.ts';

const SLOTS = 6;
const CHOICES = 16;
/** Chance that a summary states a wrong value, and that it states another fact than the one asked for. */
const ERROR = 0.4;
const STRAY = 0.05;
/** What the fixed words of a statement cost a scorer, in nats: equal under all contexts, so no information. */
const WORDING = 12;

export interface TrapWorld {
  readonly samples: readonly InformationSample[];
  readonly logProb: LogProbLookup;
  /** I(X;Z|Q), in nats. */
  readonly information: number;
}

/**
 * Documents of six facts, a question about one of them each, and a summary that states it, sometimes wrongly, seldom another: a
 * world in which the information given the question is known, and naming the fact that was asked for is none.
 */
export function drawTrapWorld({ contexts, seed }: { readonly contexts: number; readonly seed: number }): TrapWorld {
  const random = createRandom(seed);
  const world = createWorld(CHOICES, random);
  const documents = Array.from({ length: contexts }, () => {
    const values = Array.from({ length: SLOTS }, () => integer(CHOICES, random));
    const asked = integer(SLOTS, random);
    const slot = random() < STRAY ? (asked + 1 + integer(SLOTS - 1, random)) % SLOTS : asked;
    const right = values[slot] ?? 0;
    const said = random() < ERROR ? (right + 1 + integer(CHOICES - 1, random)) % CHOICES : right;
    return { values, asked, slot, said, ...world.write(values, random) };
  });
  const samples = documents.map(({ slot, said, asked }, i): InformationSample => {
    const summary = world.state(slot, said);
    return { id: `${i}`, contextId: `${i}`, documentId: `${i}`, query: `fact ${asked}`, tokens: 8, bytes: summary.length, summary };
  });
  const logProb: LogProbLookup = ({ sampleId, contextId, target, question }) => {
    const [summary, context] = [documents[Number(sampleId)], documents[Number(contextId)]];
    if (summary === undefined || context === undefined) return undefined;
    if (target === 'source') return -context.surprise;
    const asked = question === 'context' ? context.asked : summary.asked;
    const topic = summary.slot === asked ? Math.log(1 - STRAY) : Math.log(STRAY / (SLOTS - 1));
    const value = context.values[summary.slot] === summary.said ? Math.log(1 - ERROR) : Math.log(ERROR / (CHOICES - 1));
    return topic + value - WORDING;
  };
  return { samples, logProb, information: capacity(CHOICES, ERROR) };
}
