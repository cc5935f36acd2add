import { z } from 'zod';
import type { ErrorPart } from '../src/domain/interval.ts';
import type { EstimateResult, EstimatorCard, InformationEstimator, InformationSample } from '../src/ports/information-estimator.ts';
import { definePlugin } from '../src/ports/plugin.ts';
import { jackknifeOverDocuments } from './parts/jackknife.ts';
import { contextsOf, leaveOut, planAll, type Row, readRows, rowNats } from './parts/rows.ts';
import { informationInterval, mean, summarize, type ValuedSample } from './parts/summarize.ts';

/**
 * The N × N estimator with log-probabilities divided by a temperature τ, for scorers that are too sure of themselves: with the noise
 * of a small proxy `monte-carlo` falls below zero (gaps of 1 nat with noise of 3 give −2.2 nats), and clipping at zero hides it.
 *
 *     Î_τ = mean_ij [ s_iji/τ − logsumexp_l s_ijl/τ ] + ln N                    nats; InfoNCE with the critic s/τ, arXiv 1905.06922
 *
 * `temperature: held-out` (default) chooses τ so that nothing is fitted to what it is judged on: documents are dealt alternately to
 * two halves; each half is valued against its own contexts, at the τ of a fixed grid (1 to 1024, steps of √2) at which the other
 * half's value is largest. Two wholly separate halves, since shared negatives would make them dependent. No τ under 1: sharpening looks
 * better until the rare summary that resembles a foreign context costs it dearly (intervals then covered 49 to 74 of 100).
 *
 * Estimand: the mean over both halves of E[Î_τ] at N/2 and the chosen τ. Side: at most I(X;Z|Q), whatever scorer and τ (any critic
 * will do), and about 0 or more, as a large τ gives 0. Saturation: ln(N/2), or ln N with a fixed τ. Cost: N² M / 2 scorings, or N² M.
 * Wins with noisy scorers and between summaries of very different length; loses half of the contexts, so with a scorer
 * that is the channel itself `monte-carlo` is higher. `details` holds the temperatures.
 *
 * Interval: jackknife over documents within each half, at its τ, limits as in `monte-carlo`; large exceptions are allowed for at both ends, as
 * cooling makes small ones smaller. Absent where a half has fewer than three documents.
 */
export const tempered = definePlugin({
  kind: 'estimator',
  id: 'tempered',
  version: '2',
  summary: 'monte-carlo with log-probabilities divided by a temperature chosen on the other half of the documents.',
  requires: ['score-continuation'],
  options: z.strictObject({
    /** τ, or `held-out`. */
    temperature: z.union([z.literal('held-out'), z.number().positive()]).default('held-out'),
  }),
  create: ({ temperature }) => (temperature === 'held-out' ? createHeldOut() : createFixed(temperature)),
});

const card: EstimatorCard = {
  unit: 'bits',
  estimand: 'as monte-carlo, with N/2 contexts and scores divided by τ',
  side: 'below I(X;Z|Q), whatever scorer and τ; about 0 or more',
  ceiling: 'ln N',
  saturation: 'at ln(N/2), one bit under the ceiling of monte-carlo',
  cost: 'N² M / 2',
  source: 'InfoNCE with critic s/τ, 1905.06922; held-out τ our own',
};

const STEPS_PER_OCTAVE = 2;
const GRID = Array.from({ length: 10 * STEPS_PER_OCTAVE + 1 }, (_item, k) => 2 ** (k / STEPS_PER_OCTAVE));

interface Part {
  readonly valued: readonly ValuedSample[];
  readonly contexts: number;
  readonly error: ErrorPart | undefined;
}

function createFixed(temperature: number): InformationEstimator {
  return {
    card: {
      ...card,
      estimand: 'as monte-carlo, with scores divided by τ',
      saturation: 'at ln N it says only "at least this much"',
      cost: 'N² M',
    },
    needs: [],
    panelSize: 0,
    plan: planAll,
    estimate: (samples, _panel, logProb) => {
      const part = valueAt(readRows(samples, logProb), { temperature, contexts: contextsOf(samples).length });
      return { ...combine([part], samples.length), details: { temperature } };
    },
  };
}

function createHeldOut(): InformationEstimator {
  return {
    card,
    needs: [],
    panelSize: 0,
    plan: (samples) => halvesOf(samples).flatMap(planAll),
    estimate: (samples, _panel, logProb) => {
      const halves = halvesOf(samples).map((half) => ({ rows: readRows(half, logProb), contexts: contextsOf(half).length }));
      const chosen = halves.map(({ rows }) => bestTemperature(rows));
      const parts = halves.map(({ rows, contexts }, i) => valueAt(rows, { temperature: chosen[1 - i] ?? 1, contexts }));
      return {
        ...combine(parts, samples.length),
        details: { temperatureOfFirst: chosen[1] ?? Number.NaN, temperatureOfSecond: chosen[0] ?? Number.NaN },
      };
    },
  };
}

/** Samples of the first, third, … document and those of the second, fourth, …, in order of appearance. */
function halvesOf(samples: readonly InformationSample[]): readonly (readonly InformationSample[])[] {
  const places = new Map([...new Set(samples.map(({ documentId }) => documentId))].map((id, place) => [id, place]));
  return [0, 1].map((half) => samples.filter(({ documentId }) => (places.get(documentId) ?? 0) % 2 === half));
}

/** Of nothing, and of all ties, 1: the scorer as it is. */
function bestTemperature(rows: readonly Row[]): number {
  const valueOfGrid = (temperature: number) => mean(rows.map((row) => rowNats(cool(row, temperature), 'all')));
  return GRID.reduce<{ temperature: number; nats: number }>(
    (best, temperature) => {
      const nats = valueOfGrid(temperature);
      return nats > best.nats ? { temperature, nats } : best;
    },
    { temperature: 1, nats: valueOfGrid(1) },
  ).temperature;
}

function cool({ sample, own, others }: Row, temperature: number): Row {
  return {
    sample,
    own: own / temperature,
    others: others.map(({ documentId, logProb }) => ({ documentId, logProb: logProb / temperature })),
  };
}

function valueAt(rows: readonly Row[], { temperature, contexts }: { temperature: number; contexts: number }): Part {
  const cooled = rows.map((row) => cool(row, temperature));
  const valued = cooled.map((row) => ({ sample: row.sample, nats: rowNats(row, 'all') }));
  const error = jackknifeOverDocuments(cooled, (row, documents) => leaveOut(row, documents, 'all'));
  return { valued, contexts, error };
}

/** The mean over all summaries; each part weighs as many as it has, in value, ceiling and error. */
function combine(parts: readonly Part[], asked: number): EstimateResult {
  const results = parts.map(({ valued, contexts }) => summarize({ valued, asked: valued.length, contexts, nats: 0 }));
  const valued = parts.flatMap((part) => part.valued);
  const nats = mean(valued.map((one) => one.nats));
  const weights = parts.map((part) => part.valued.length / valued.length);
  const ceilingNats =
    valued.length === 0
      ? Math.log(Math.max(1, ...parts.map(({ contexts }) => contexts)))
      : parts.reduce((sum, { contexts }, i) => sum + (weights[i] ?? 0) * Math.log(Math.max(contexts, 1)), 0);
  const errors = parts.map(({ error }, i) => error && { variance: error.variance * (weights[i] ?? 0) ** 2, degrees: error.degrees });
  const contexts = Math.exp(ceilingNats);
  const interval = informationInterval({ nats, valued, contexts }, errors, { isWaryAtBottom: true });
  const whole = summarize({ valued, asked, contexts: Math.max(0, ...parts.map(({ contexts }) => contexts)), nats, interval, ceilingNats });
  return { ...whole, scores: new Map(results.flatMap(({ scores }) => [...scores])) };
}
