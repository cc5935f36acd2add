import { z } from 'zod';
import { PLUGINS } from '../compose/plugins.ts';
import type { GatherRequest } from '../domain/gathering.ts';
import { gatheringOf } from '../domain/run-gathering.ts';
import type { RunRequest } from '../pipeline/run-request.ts';
import type { EngineDeps } from '../pipeline/session.ts';
import { definePlugin } from '../ports/plugin.ts';
import { type EngineBench, openEngineBench } from './engine-bench.ts';
import { createReader, drive } from './research.ts';
import { createScriptedWeb, plainReader, type ScriptedWebOptions } from './scripted-web.ts';
import { openServiceBench, type ServiceBench } from './service-bench.ts';

export const SALT = 'https://a.test/salt';
export const OPENED = 'https://b.test/opened';
export const GONE = 'https://b.test/gone';
export const PAGES = {
  [SALT]: 'Salt came down the canal by boat. The toll was two pence.',
  [OPENED]: 'The canal at Brackwater was opened in 1869. It rained on that day.',
};
export const QUERY = 'canal at Brackwater';
export const DAY = 24 * 60 * 60 * 1000;
export const URLS: GatherRequest = { urls: [SALT, OPENED], ttlMs: DAY };
export const SEARCH: GatherRequest = { search: { queries: [QUERY], results: 3, provider: 'scripted' }, ttlMs: DAY };

export interface GatherBench extends EngineBench {
  readonly web: ReturnType<typeof createScriptedWeb>;
}

/** An engine with a web of its own. */
export async function openGatherBench(options: Partial<ScriptedWebOptions> = {}, deps: Partial<EngineDeps> = {}): Promise<GatherBench> {
  const web = createScriptedWeb({ pages: PAGES, hits: { [QUERY]: [OPENED, SALT] }, ...options });
  const bench = await openEngineBench({
    models: { reader: createReader() },
    plugins: [...PLUGINS, everything],
    deps: { web, reader: plainReader, ...deps },
  });
  return { ...bench, web, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

/** What is found in the pages is not the matter here: all of them are. */
export const everything = definePlugin({
  kind: 'retriever',
  id: 'everything',
  version: '1',
  summary: 'Finds every chunk.',
  requires: [],
  options: z.strictObject({}),
  create: (_options, { documents }) => ({
    search: async ({ corpusId }) => ({
      chunks: (await documents.readChunks(corpusId)).map(({ id, documentId }) => ({ chunkId: id, documentId, score: 1 })),
      statistics: { chunkCount: 1, averageLength: 1, chunkFrequency: {} },
    }),
  }),
});

export const requestOf = (bench: EngineBench, request: GatherRequest): Partial<RunRequest> => ({
  corpusId: '',
  gather: request,
  plugins: { ...bench.request.plugins, retriever: { use: 'everything', options: {} } },
});

export const gather = (bench: GatherBench, request: GatherRequest, change = {}) =>
  drive(bench, { ...requestOf(bench, request), ...change });

export const gathered = (state: Parameters<typeof gatheringOf>[0]) => {
  const gathering = gatheringOf(state);
  if (gathering === undefined) throw new Error('The run gathers nothing.');
  return gathering;
};

/** Enough to hold up whoever waits, and to be stopped. */
export const hang = (signal: AbortSignal) =>
  new Promise<string>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** A service whose runs have a web of their own, and take every chunk for a hit. */
export async function openGatherService(
  options: Partial<ScriptedWebOptions> = {},
): Promise<ServiceBench & { readonly web: GatherBench['web'] }> {
  const web = createScriptedWeb({ pages: PAGES, hits: { [QUERY]: [OPENED, SALT] }, ...options });
  const bench = await openServiceBench({ plugins: [...PLUGINS, everything], deps: { web, reader: plainReader } });
  return { ...bench, web, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}
