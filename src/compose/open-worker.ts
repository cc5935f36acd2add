import { startWorkers } from '../../workers/start-workers.ts';
import type { Config } from '../config.ts';
import type { QueueName } from '../pipeline/work.ts';
import { createCloser } from './closer.ts';
import { openTools, type Tools } from './compose.ts';
import { type ErrorListener, openSharedQueue } from './open-engines.ts';
import { openTelemetry, type Watching, watchTools } from './open-telemetry.ts';
import { stopConsumers } from './stop-consumers.ts';

export interface Worker extends AsyncDisposable {
  /** Takes no more jobs; those in hand may take `drainMs` to end, and then go back to the queue. */
  close(options: { readonly drainMs: number }): Promise<void>;
}

export interface WorkerOptions {
  readonly queues: readonly QueueName[];
  /** Jobs at a time in each queue; default: the configuration's. */
  readonly concurrency?: number;
  readonly onError?: ErrorListener;
  /** Given where plugins and models are not those of the configuration. They are closed with the worker. */
  readonly tools?: Tools;
  /** How the process is watched, by whoever closes it; otherwise there are traces where the configuration names a collector. */
  readonly watching?: Watching;
}

/**
 * Works for an installation on other hosts: queue and models, no database.
 * @throws IsthmusError `invalid-input` where no queue can be shared
 */
export async function openWorker(config: Config, options: WorkerOptions): Promise<Worker> {
  const { queues, concurrency, onError = () => {}, tools } = options;
  const closer = createCloser();
  try {
    const { telemetry } = options.watching ?? closer.use(await openTelemetry(config));
    const queue = await openSharedQueue(config, { closer, onError });
    const used = closer.use(tools ?? (await openTools(config)));
    const limits = Object.fromEntries(queues.map((name) => [name, concurrency ?? config.concurrency[name]]));
    const consumers = await startWorkers(queue, { ...watchTools(used, telemetry), telemetry, onError }, limits);
    const close = async ({ drainMs }: { readonly drainMs: number }): Promise<void> => {
      await stopConsumers(consumers, drainMs);
      await closer[Symbol.asyncDispose]();
    };
    return { close, [Symbol.asyncDispose]: () => close({ drainMs: 0 }) };
  } catch (error) {
    await closer[Symbol.asyncDispose]();
    throw error;
  }
}
