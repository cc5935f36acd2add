import { createRandom } from '../../src/domain/random.ts';
import type { InformationSample, LogProbLookup, ScoringCell } from '../../src/ports/information-estimator.ts';
import { contextsOf, planAll, type Row, readRows, rowNats } from '../parts/rows.ts';
import { mean } from '../parts/summarize.ts';

/** The mistakes of the published code (arXiv 2512.21720, `mutual_information.py`), each a switch over the N × N estimator. */
export const TRAPS = ['paired-questions', 'failed-numerators', 'failed-denominators', 'whole-prompts', 'no-ceiling'] as const;
export type TrapId = (typeof TRAPS)[number];

export interface TrapFacts {
  /** Where it moves the figure. */
  readonly moves: 'up' | 'down';
  readonly what: string;
}

export const TRAP_FACTS: Readonly<Record<TrapId, TrapFacts>> = {
  'paired-questions': { moves: 'up', what: 'each other context is shown with its own question: naming the topic counts as information' },
  'failed-numerators': { moves: 'up', what: 'a failed scoring under the own context counts as probability 1' },
  'failed-denominators': { moves: 'down', what: 'a failed scoring under another context counts as probability 1 and swamps the mixture' },
  'whole-prompts': { moves: 'down', what: 'where the summary begins was not found: log-probabilities of the whole prompt are summed' },
  'no-ceiling': { moves: 'up', what: 'the own context is left out of the mixture, so that no figure is too large' },
};

export interface TrapRow extends TrapFacts {
  readonly trap: TrapId;
  readonly nats: number;
  /** nats less those without the trap. */
  readonly inflation: number;
}

export interface TrapReport {
  /** The estimate without a trap, its ceiling, and how many summaries are in it. */
  readonly nats: number;
  readonly ceilingNats: number;
  readonly samples: number;
  readonly traps: readonly TrapRow[];
}

export interface TrapRequest {
  readonly samples: readonly InformationSample[];
  /** Share of scorings that are taken to fail. */
  readonly failureRate: number;
  readonly seed: number;
}

/** What the traps read beside the cells of `monte-carlo`: foreign contexts with their own questions, and each source by itself. */
export function planTraps(samples: readonly InformationSample[]): readonly ScoringCell[] {
  const honest = planAll(samples);
  const own = new Map(samples.map(({ id, contextId }) => [id, contextId]));
  const paired = honest
    .filter((cell) => own.get(cell.sampleId) !== cell.contextId)
    .map((cell) => ({ ...cell, question: 'context' as const }));
  return [...honest, ...paired, ...contextsOf(samples).map(({ contextId }) => sourceCell(samples, contextId))];
}

/** The estimate with each trap in turn. Rows with a missing cell are left out of all figures alike. */
export function compareTraps({ samples, failureRate, seed }: TrapRequest, logProb: LogProbLookup): TrapReport {
  const own = new Map(samples.map(({ id, contextId }) => [id, contextId]));
  const paired: LogProbLookup = (cell) => logProb(own.get(cell.sampleId) === cell.contextId ? cell : { ...cell, question: 'context' });
  const sources = new Map(contextsOf(samples).map(({ contextId }) => [contextId, logProb(sourceCell(samples, contextId))]));
  const whole: LogProbLookup = (cell) => {
    const [summary, prompt] = [logProb(cell), sources.get(cell.contextId)];
    return summary === undefined || prompt === undefined ? undefined : summary + prompt;
  };
  const rows = readRows(samples, logProb);
  const nats = mean(rows.map((row) => rowNats(row, 'all')));
  const random = createRandom(seed);
  const fails = () => random() < failureRate;
  const values: Readonly<Record<TrapId, readonly number[]>> = {
    'paired-questions': readRows(samples, paired).map((row) => rowNats(row, 'all')),
    // The code scores its numerators apart from its denominators, so only one of the two has failed.
    'failed-numerators': rows.map((row) => rowNats(row, 'all') - (fails() ? row.own : 0)),
    'failed-denominators': rows.map((row) => rowNats(failOthers(row, fails), 'all')),
    'whole-prompts': readRows(samples, whole).map((row) => rowNats(row, 'all')),
    'no-ceiling': rows.map((row) => rowNats(row, 'others')),
  };
  const traps = TRAPS.map((trap) => {
    const value = mean(values[trap]);
    return { trap, ...TRAP_FACTS[trap], nats: value, inflation: value - nats };
  });
  return { nats, ceilingNats: Math.log(contextsOf(samples).length), samples: rows.length, traps };
}

function failOthers(row: Row, fails: () => boolean): Row {
  return { ...row, others: row.others.map((other) => (fails() ? { ...other, logProb: 0 } : other)) };
}

function sourceCell(samples: readonly InformationSample[], contextId: string): ScoringCell {
  const sampleId = samples.find((sample) => sample.contextId === contextId)?.id ?? '';
  return { sampleId, contextId, target: 'source', shown: 'nothing' };
}
