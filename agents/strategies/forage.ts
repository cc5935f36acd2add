import { z } from 'zod';
import type { Gate } from '../../src/ports/gate.ts';
import type { InformationEstimator } from '../../src/ports/information-estimator.ts';
import { definePlugin } from '../../src/ports/plugin.ts';
import type { Decision, Strategy } from '../../src/ports/strategy.ts';
import { searchesOf } from './parts/compressions.ts';
import { judge, stopFor } from './parts/forage/forager.ts';
import { currentPatch, larderOf, leftPatches, readSteps } from './parts/forage/larder.ts';
import { agreed, lastTrial, trialStep } from './parts/forage/trials.ts';
import {
  conclude,
  escalate,
  failWhereNothingHelps,
  gateAll,
  plan,
  predict,
  type Run,
  score,
  search,
  steps,
  until,
} from './parts/stages.ts';

const options = z.object({
  /** Chunks that a search names. They cost nothing until they are read. */
  chunks: z.number().int().min(1).max(10_000).default(48),
  /** Chunks read in all, over all queries. */
  maxReads: z.number().int().min(1).max(400).default(48),
  /** Chunks of a patch read at once. */
  batch: z.number().int().min(1).max(100).default(2),
  patch: z.enum(['document', 'section', 'result-set']).default('document'),
  /** See `gainsOf`. `information` needs a scorer, and scores each batch as it comes. */
  gain: z.enum(['relevance', 'novelty', 'information']).default('novelty'),
  /** What gain is held against; tokens where the ledger has no figure of the unit for some chunk. */
  cost: z.enum(['tokens', 'usd', 'seconds']).default('tokens'),
  /** Cost of coming to a patch beside reading it, in the unit of cost. Planning is shared out among the patches by itself. */
  travel: z.number().min(0).default(0),
  /** R* in gain for a unit of cost, where it is known. Absent: learned. */
  bestRate: z.number().positive().optional(),
  /** α: a patch is left when its next chunk promises less than α R*. */
  discount: z.number().min(0).max(2).default(0.8),
  /**
   * α in the last patch, where there is nowhere else to go: with one long article as the corpus 0.8 stops after one or two chunks. Chosen on the
   * development half of such articles.
   */
  lastDiscount: z.number().min(0).max(2).default(0.3),
  /** No patch is entered that promises less than this share of R*, or of what patches promised at first. */
  floor: z.number().min(0).max(1).default(0.7),
  /** Patches, a chunk of each, that the expectation weighs. At a floor of 0.7 a run whose first five chunks gave nothing ends. */
  patience: z.number().positive().default(10),
  /** Gain that a unit of scent is expected to stand for before anything is read. */
  calibration: z.number().positive().default(0.5),
  /**
   * After each patch that gave something the answer is tried, and this many trials in a row that agree end the run. 0: none is made. Each takes
   * a call of the predictor; on the sample corpus two of them save four chunks of ten.
   */
  agree: z.number().int().min(0).max(10).default(2),
});
export type Options = z.output<typeof options>;

/**
 * Reads where reading pays: finds lie in patches (documents, sections, result sets), which are entered by scent, read a few chunks at a time,
 * and left by the marginal value theorem, when the next chunk promises less than what a unit of cost gains elsewhere; it stops when no patch promises
 * that, when trial answers agree, or at its bound. Scent only predicts: what counts is the gain of the summaries, relevance times novelty, and what a scent
 * is worth is learned from it. Wins where much was found and little of it answers: a barren corpus is given up after a dozen
 * chunks. Loses where the answer stands in a chunk of little scent beside richer ones, where a question wants everything that there is on it, and in
 * time: patches are read one after the other, while `map-reduce` reads all chunks at once. Each move is an event, `patch-judged`.
 * References: Charnov, "Optimal foraging, the marginal value theorem" (1976); Pirolli and Card, "Information foraging" (1999); InForage
 * (arXiv 2505.09316). That plain MVT stopping by similarity reads too little is why the gain is that of summaries, and R* shrunken and discounted.
 */
export const forage = definePlugin({
  kind: 'strategy',
  id: 'forage',
  version: '1',
  summary: 'read patches by scent, leave them when the next chunk gains less than elsewhere, stop when none is worth it, answer',
  requires: [],
  options,
  create: (settings, { estimator, gate }): Strategy => ({
    cascades: true,
    next: (state, view) => {
      const run = { state, view };
      return (
        failWhereNothingHelps(run) ??
        conclude(run) ??
        plan(run) ??
        search(run, { limit: settings.chunks, estimator }) ??
        feed(run, settings, { estimator, gate }) ??
        escalate(run) ??
        score(run, estimator) ??
        gateAll(run, gate) ??
        predict(run, lastTrial(state))
      );
    },
  }),
});

interface Parts {
  readonly estimator: InformationEstimator;
  readonly gate: Gate;
}

/** Carries out what was judged last; once that is over, judges anew. Past a limit nothing is judged: a resumed run goes on from there. */
function feed(run: Run, settings: Options, { estimator, gate }: Parts): Decision | undefined {
  const { state, view } = run;
  const isDone = () => state.judgements.at(-1)?.verdict === 'stop' || view.refused.size > 0;
  const reading = until(run, readSteps(state, searchesOf(state), { kind: settings.patch, view }));
  if (reading !== undefined || isDone()) return reading;
  const measuring = settings.gain === 'information' ? score(run, estimator) : undefined;
  const trial = settings.agree > 0 && measuring === undefined ? trialStep(run, gate) : undefined;
  const waiting = measuring ?? until(run, trial === undefined ? [] : [trial]);
  return waiting !== undefined || isDone() ? waiting : move(run, settings);
}

/** One judgement, as a finding; none where nothing was found. */
function move(run: Run, settings: Options): Decision | undefined {
  const { patches, unit, travel } = larderOf(run, settings);
  if (patches.length === 0) return undefined;
  const current = currentPatch(patches, run.state.judgements.at(-1));
  const foraging = { patches, left: leftPatches(run.state), ...(current === undefined ? {} : { current }) };
  const { bestRate, ...rest } = settings;
  const rules = { ...rest, travel, ...(bestRate === undefined ? {} : { bestRate }) };
  const isAgreed = current === undefined && settings.agree > 0 && agreed(run.state, settings.agree);
  const judgement = isAgreed ? stopFor(foraging, rules, `the last ${settings.agree} trial answers agree`) : judge(foraging, rules);
  return steps([], [{ type: 'patch-judged', judgement: { ...judgement, unit } }]);
}
