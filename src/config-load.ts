import { z } from 'zod';

const atATime = z.number().int().positive().default(4);

/** How much is done at a time, and how much may wait. */
export const loadSettings = {
  /** Of all models that say what they take (`models.*.memoryMiB`); beyond it one is loaded only in the place of others. */
  memoryMiB: z.number().positive().optional(),
  /** Above these a server takes no more runs in, and says when to ask again. */
  admission: z
    .strictObject({
      /** Jobs that wait, of all queues together. */
      maxQueued: z.number().int().positive().default(100_000),
      /** How long the oldest of them may have waited. */
      maxAgeSeconds: z.number().positive().default(86_400),
    })
    .prefault({}),
  /** Jobs at a time in each queue; fewer where the models' memory holds fewer. */
  concurrency: z.strictObject({ compress: atATime, score: atATime, predict: atATime }).prefault({}),
} as const;
