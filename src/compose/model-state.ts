import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ModelEntry } from '../config.ts';
import { present } from '../domain/present.ts';
import type { ModelState } from '../pipeline/models.ts';
import type { ModelHandle } from '../ports/plugin.ts';

const MIB = 2 ** 20;
/** A process that is loading, or in the middle of an evaluation, is not waited for. */
const PATIENCE_MS = 500;

export interface ModelProcessStatus {
  readonly contextBytes: number;
  readonly device: string;
  readonly threads: number;
}

/** A model that somebody has asked for. `status` is undefined while no process holds it. */
export interface OpenModel extends ModelHandle, Partial<AsyncDisposable> {
  status?(): Promise<ModelProcessStatus | undefined>;
  sequences?(): number | undefined;
  /** False where a call is in flight: it then stays. */
  unload?(): Promise<boolean>;
}

/** What can be told of a model without opening or loading it, and what it tells itself if it is loaded. */
export async function modelState(name: string, entry: ModelEntry, opening: Promise<OpenModel> | undefined): Promise<ModelState> {
  const isLocal = entry.provider === 'llama';
  const configured = isLocal
    ? { contextTokens: entry.contextTokens, threads: entry.threads, fileBytes: await sizeOf(entry.path) }
    : { contextTokens: entry.contextTokens };
  const base = { name, provider: entry.provider, isOpen: opening !== undefined, ...present(configured) };
  const handle = await soon(opening);
  if (handle === undefined) return base;
  const [description, status] = await Promise.all([soon(handle.model.describe()), soon(handle.status?.())]);
  return {
    ...base,
    ...present({ contextTokens: description?.contextTokens ?? configured.contextTokens, parameters: description?.shape?.parameters }),
    ...(status === undefined ? {} : { contextMiB: status.contextBytes / MIB, device: status.device, threads: status.threads }),
  };
}

/** A file that is not there yet has no size. */
async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

async function soon<Value>(value: Promise<Value> | undefined): Promise<Value | undefined> {
  if (value === undefined) return undefined;
  const nap = new AbortController();
  const late = delay(PATIENCE_MS, undefined, { signal: nap.signal }).catch(() => undefined);
  return Promise.race([value.catch(() => undefined), late]).finally(() => nap.abort());
}
