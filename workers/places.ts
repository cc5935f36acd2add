import type { ModelPool } from '../src/pipeline/models.ts';
import { modelOf, type Work } from '../src/pipeline/work.ts';

/** Jobs in hand for each sequence: one that computes, and one whose texts are ready when that is done. */
const JOBS_PER_SEQUENCE = 2;

/**
 * How many jobs of each model this process has in hand, over all queues: a job more than its memory serves would only wait here, where no
 * other worker can take it.
 */
export interface Places {
  /** Whether there is one for this work; if so, it is taken, and given back by what is returned. */
  take(work: Work): Promise<(() => void) | undefined>;
}

export function createPlaces(models: Pick<ModelPool, 'sequences' | 'take'>): Places {
  const inHand = new Map<string, number>();
  const add = (name: string, count: number): void => {
    inHand.set(name, (inHand.get(name) ?? 0) + count);
  };
  return {
    take: async (work) => {
      const model = modelOf(work);
      if (model?.provider !== 'llama') return () => {};
      const { name } = model;
      // A model that cannot be opened here fails its job, which says why.
      const sequences = await models.sequences?.(name).catch(() => undefined);
      if (sequences !== undefined && (inHand.get(name) ?? 0) >= sequences * JOBS_PER_SEQUENCE) return undefined;
      add(name, 1);
      const release = models.take === undefined ? () => {} : await models.take(name);
      if (release === undefined) add(name, -1);
      return release === undefined
        ? undefined
        : () => {
            add(name, -1);
            release();
          };
    },
  };
}
