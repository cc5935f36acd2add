import { NATS_PER_BIT } from '../../src/domain/information.ts';
import type { InformationEstimator } from '../../src/ports/information-estimator.ts';
import type { Channel } from './channel.ts';
import { gaussian } from './gaussian.ts';
import { erasure, errorFor, slots, symmetric } from './slots.ts';
import { drawAndEstimate, type Trial } from './trial.ts';

/** Makes an estimator of the list, with options. */
export type CreateEstimator = (id: string, options?: Readonly<Record<string, string | number>>) => InformationEstimator;

export const CHANNELS = ['symmetric', 'erasure', 'gaussian', 'facts'] as const;
export type ChannelId = (typeof CHANNELS)[number];

export const FACT_CHOICES = 64;

/** A channel that carries so many nats. */
export function createChannel(id: ChannelId, information: number): Channel {
  switch (id) {
    case 'symmetric':
      return symmetric(information) as Channel;
    case 'erasure':
      return erasure(information) as Channel;
    case 'gaussian':
      return gaussian(information) as Channel;
    case 'facts': {
      const stated = Math.max(1, Math.ceil(information / 3));
      return slots({ stated, choices: FACT_CHOICES, error: errorFor(information / stated, FACT_CHOICES) }) as Channel;
    }
  }
}

/** The estimators that compare contexts, on one channel at one strength. */
export function contextTrials(
  { channel: id, information, contexts }: { readonly channel: ChannelId; readonly information: number; readonly contexts: number },
  create: CreateEstimator,
): readonly Trial[] {
  const channel = createChannel(id, information);
  const truth = channel.information;
  const expect = () => channel.expect({ contexts, mixture: 'all', temperature: 1 });
  const base = { channel: id, truth, how: 'exact' } as const;
  const plain = (estimator: string, expectation: () => number): Trial => {
    const instance = create(estimator);
    return {
      ...base,
      estimator,
      expect: expectation,
      run: (random) => ({ result: drawAndEstimate(channel, instance, { contexts, random }) }),
    };
  };
  const panel = create('panel', { contexts: contexts - 1 });
  const conditional = create('conditional');
  return [
    plain('monte-carlo', expect),
    {
      ...base,
      estimator: 'panel',
      expect,
      run: (random) => ({ result: drawAndEstimate(channel, panel, { contexts, panel: contexts - 1, random }) }),
    },
    plain('leave-one-out', () => channel.expect({ contexts, mixture: 'others', temperature: 1 })),
    temperedTrial(channel, { base, contexts }, create),
    {
      ...base,
      estimator: 'conditional',
      truth: channel.added,
      expect: () => channel.expectAdded(contexts),
      run: (random) => ({ result: drawAndEstimate(channel, conditional, { contexts, messages: 2, random }) }),
    },
  ];
}

/** Its estimand is that of the temperatures it chose; the one for the table is at temperature 1, where the law is the scorer. */
function temperedTrial(
  channel: Channel,
  { base, contexts }: { readonly base: Pick<Trial, 'channel' | 'truth' | 'how'>; readonly contexts: number },
  create: CreateEstimator,
): Trial {
  const estimator = create('tempered');
  const known = new Map<number, number>();
  const expectAt = (temperature: number) => {
    const value = known.get(temperature) ?? channel.expect({ contexts: contexts / 2, mixture: 'all', temperature });
    known.set(temperature, value);
    return value;
  };
  return {
    ...base,
    estimator: 'tempered',
    expect: () => expectAt(1),
    run: (random) => {
      const result = drawAndEstimate(channel, estimator, { contexts, random });
      const { temperatureOfFirst = 1, temperatureOfSecond = 1 } = result.details ?? {};
      return { result, expectation: (expectAt(temperatureOfFirst) + expectAt(temperatureOfSecond)) / 2 };
    },
  };
}

/** Limits of an interval in nats. */
export function intervalNats(bits: { readonly low: number; readonly high: number }): { readonly low: number; readonly high: number } {
  return { low: bits.low * NATS_PER_BIT, high: bits.high * NATS_PER_BIT };
}
