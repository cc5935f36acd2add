import type { JobConsumer } from '../ports/job-queue.ts';

/** Takes no more jobs, lets those in hand end for `drainMs` at most, and hands the others back to the queue. */
export async function stopConsumers(consumers: readonly JobConsumer[], drainMs: number): Promise<void> {
  const close = (drain: boolean) => Promise.all(consumers.map((consumer) => consumer.close({ drain })));
  if (drainMs > 0 && (await isOverWithin(close(true), drainMs))) return;
  await close(false);
}

async function isOverWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
