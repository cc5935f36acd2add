import { openLlamaModel } from '../adapters/llama/llama-model.ts';
import { createOpenAiModel } from '../adapters/openai/openai-model.ts';
import { environment, type ModelEntry } from '../config.ts';
import { IsthmusError } from '../domain/errors.ts';
import { canonicalJson } from '../domain/json.ts';
import { isLoopbackHost } from '../domain/loopback.ts';
import { SWAP_RULES, type SwapRules } from '../pipeline/model-swaps.ts';
import type { ModelPool } from '../pipeline/models.ts';
import type { ModelHandle } from '../ports/plugin.ts';
import { createModelMemory, type ModelMemory } from './model-memory.ts';
import { modelState, type OpenModel } from './model-state.ts';
import { PROFILES } from './plugins.ts';

interface PoolOptions {
  readonly offline?: boolean;
  readonly memoryMiB?: number | undefined;
  /** When one model leaves for another; default {@link SWAP_RULES}. */
  readonly swapRules?: SwapRules;
}

/** Opens configured models on first use, each once, and closes them all. Offline, a model at another machine is refused when it is opened. */
export function createModelPool(
  entries: Readonly<Record<string, ModelEntry>>,
  { offline = false, memoryMiB, swapRules = SWAP_RULES }: PoolOptions = {},
): ModelPool {
  const open = new Map<string, Promise<OpenModel>>();

  function get(name: string): Promise<OpenModel> {
    const known = open.get(name);
    if (known !== undefined) return known;
    // A caller's word: `constructor` is the name of no model, though every object has one.
    const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
    if (entry === undefined) {
      throw new IsthmusError(
        'not-found',
        `Expected one of the models ${Object.keys(entries).join(', ')}, but got "${name}". Add it to the configuration, or give the path of a .gguf file.`,
      );
    }
    const opening = openEntry(name, entry, offline);
    open.set(name, opening);
    // A failed opening (a file that is not there yet) may be tried again.
    opening.catch(() => open.delete(name));
    return opening;
  }

  const memory = memoryMiB === undefined ? undefined : openMemory(entries, { totalMiB: memoryMiB, rules: swapRules, open });

  return {
    ...(memory === undefined ? {} : { take: (name: string) => memory.take(name) }),
    open: async (name) => get(name),
    require: async (identity) => {
      const handle = await get(identity.name);
      const here = handle.model.identity;
      if (canonicalJson(here) === canonicalJson(identity)) return handle;
      throw new IsthmusError(
        'model-mismatch',
        `The run was planned with ${describe(identity)}, but "${identity.name}" is ${describe(here)} here. Use the same file and settings, or start a new run.`,
      );
    },
    sequences: async (name) => (await get(name)).sequences?.(),
    states: () => Promise.all(Object.entries(entries).map(([name, entry]) => modelState(name, entry, open.get(name)))),
    [Symbol.asyncDispose]: async () => {
      for (const opening of open.values()) {
        const handle = await opening.catch(() => undefined);
        await handle?.[Symbol.asyncDispose]?.();
      }
      open.clear();
    },
  };
}

interface Bounded {
  readonly totalMiB: number;
  readonly rules: SwapRules;
  readonly open: ReadonlyMap<string, Promise<OpenModel>>;
}

function openMemory(entries: Readonly<Record<string, ModelEntry>>, { totalMiB, rules, open }: Bounded): ModelMemory {
  const sizes = Object.entries(entries).flatMap(([name, entry]) =>
    entry.provider === 'llama' && entry.memoryMiB !== undefined ? [[name, entry.memoryMiB] as const] : [],
  );
  const unload = async (name: string): Promise<boolean> => (await (await open.get(name))?.unload?.()) ?? true;
  return createModelMemory({ memoryMiB: Object.fromEntries(sizes), totalMiB, rules, unload, now: Date.now });
}

function describe({ fileHash, settings }: ModelHandle['model']['identity']): string {
  return `${fileHash === undefined ? '' : `the file ${fileHash.slice(0, 12)} `}with ${canonicalJson(settings)}`;
}

type LlamaEntry = Extract<ModelEntry, { provider: 'llama' }>;

async function openLlamaEntry(name: string, entry: LlamaEntry): Promise<OpenModel> {
  const profile = PROFILES[entry.profile];
  const { path, contextTokens, sequences, contextMiB, threads, gpu, recycleMiB } = entry;
  const model = await openLlamaModel({
    name,
    path,
    profileId: `${profile.id}@${profile.version}`,
    gpu,
    ...(profile.fold === undefined ? {} : { fold: profile.fold }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(sequences === undefined ? {} : { sequences }),
    ...(contextMiB === undefined ? {} : { contextMiB }),
    ...(threads === undefined ? {} : { threads }),
    ...(recycleMiB === undefined ? {} : { recycleMiB }),
  });
  return {
    model,
    profile,
    status: () => model.status(),
    sequences: () => model.sequences,
    unload: () => model.unload(),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}

async function openEntry(name: string, entry: ModelEntry, offline: boolean): Promise<OpenModel> {
  if (entry.provider === 'llama') return openLlamaEntry(name, entry);
  const profile = PROFILES.instruct;
  const apiKey = environment(entry.apiKeyEnv);
  const baseUrl = entry.baseUrl ?? environment('OPENAI_BASE_URL');
  if (offline) refuseRemote(name, baseUrl);
  const model = createOpenAiModel({
    name,
    model: entry.model,
    contextTokens: entry.contextTokens,
    structuredOutputs: entry.structuredOutputs,
    timeoutMs: entry.timeoutMs,
    profileId: `${profile.id}@${profile.version}`,
    apiKeyVariable: entry.apiKeyEnv,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  return { model, profile };
}

/** @throws IsthmusError `egress-refused` unless the model is on this machine; without an address it is at OpenAI */
export function refuseRemote(name: string, baseUrl: string | undefined): void {
  const host = baseUrl === undefined ? 'api.openai.com' : hostnameOf(baseUrl);
  if (isLoopbackHost(host)) return;
  throw new IsthmusError(
    'egress-refused',
    `The model "${name}" is at ${host}, and Isthmus is offline. Choose a local one, or set \`offline: false\` (and ISTHMUS_OFFLINE to nothing).`,
    { details: { reason: 'offline' } },
  );
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : 'an address that is no URL';
}
