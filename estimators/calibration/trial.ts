import type { EstimateResult, InformationEstimator, InformationSample, LogProbLookup } from '../../src/ports/information-estimator.ts';
import type { Channel, Random } from './channel.ts';

/** One estimator on one channel: what may be repeated, and what is known about it. Nats. */
export interface Trial {
  readonly estimator: string;
  readonly channel: string;
  /** The true quantity that the estimator is about. */
  readonly truth: number;
  /** The exact expectation at N; +∞ where there is none. Takes time, so it is asked for. `how` says where it comes from. */
  expect(): number;
  readonly how: 'exact' | 'simulated';
  /** One repetition, all drawn anew. `expectation` only where the estimator's own choice (a temperature) is part of its estimand. */
  run(random: Random): { readonly result: EstimateResult; readonly expectation?: number };
}

export interface SetSize {
  /** N: documents with one summary each, one context a document. */
  readonly contexts: number;
  /** Further contexts, as a panel. */
  readonly panel?: number;
  /** Summaries a context. */
  readonly messages?: 1 | 2;
}

/** Contexts and summaries drawn anew, scored with the channel's own law, and valued through the estimator's port. */
export function drawAndEstimate(
  channel: Channel,
  estimator: InformationEstimator,
  { contexts, panel = 0, messages = 1, random }: SetSize & { readonly random: Random },
): EstimateResult {
  const drawn = Array.from({ length: contexts + panel }, () => channel.drawContext(random));
  const written = Array.from({ length: messages }, (_item, which) =>
    drawn.slice(0, contexts).map((context) => channel.drawMessage(context, random, which === 0 ? 0 : 1)),
  );
  const samples = written.flatMap((list, which) => list.map((_message, i) => sampleOf(i, which)));
  const flat = written.flat();
  const byId = new Map(samples.map(({ id }, place) => [id, flat[place]]));
  const logProb: LogProbLookup = ({ sampleId, contextId }) => channel.logProb(byId.get(sampleId), drawn[Number(contextId)]);
  // A panel holds one context more than is used, for samples that are in it themselves; none is here.
  const panelIds = panel === 0 ? [] : [...drawn.keys()].slice(contexts).map(String).concat('spare');
  return estimator.estimate(samples, panelIds, logProb);
}

function sampleOf(i: number, which: number): InformationSample {
  return { id: `${which}/${i}`, contextId: `${i}`, documentId: `${i}`, query: '', tokens: 1, bytes: 1 };
}
