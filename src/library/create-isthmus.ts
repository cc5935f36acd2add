import { openIsthmus, openTools, type Isthmus as Services, type Tools } from '../compose/compose.ts';
import { createTextTools } from '../compose/text-tools.ts';
import { type Config, type ConfigInput, loadConfig, resolveConfig } from '../config.ts';
import { corpusDocuments } from '../pipeline/corpus-documents.ts';
import { estimateRun, estimateSpec, measuredRates } from '../pipeline/estimate.ts';
import { overviewOf } from '../pipeline/overview.ts';
import { specify } from '../pipeline/submit.ts';
import { readSources, requestFor } from './research-request.ts';
import type { Isthmus } from './types.ts';

export interface IsthmusOptions {
  /** A configuration, or the file that holds one. Absent: `isthmus.config.yaml` in `cwd` if there is one, else the defaults. */
  readonly config?: string | ConfigInput;
  /** What paths are relative to. */
  readonly cwd?: string;
  /** Plugins, models, prices and sources instead of those that the configuration names; they are closed with the rest. */
  readonly tools?: Tools;
}

/**
 * Isthmus inside a program. What needs no database (compressing, scoring, estimating) opens none; the first question opens the
 * store and starts workers in this process. Close it when done: `await using isthmus = await createIsthmus()`.
 * @throws IsthmusError `invalid-input` when the configuration is not as expected
 */
export async function createIsthmus(options: IsthmusOptions = {}): Promise<Isthmus> {
  const { cwd = process.cwd() } = options;
  const tools = options.tools ?? (await openTools(await configOf(options.config, cwd)));
  const { config } = tools;
  let opening: Promise<Services> | undefined;
  const services = (): Promise<Services> => {
    opening ??= openIsthmus(config, { tools });
    return opening;
  };
  const text = createTextTools(tools);
  const never = new AbortController().signal;

  return {
    config,
    tools,
    services,
    research: async (question, { signal = never, onEvent, ...choices }) => {
      const isthmus = await services();
      const request = requestFor(question, choices, config);
      const { corpus } = await readSources(request, { choices, cwd, signal }, tools);
      await isthmus.documents.saveCorpus(corpus);
      const spec = await specify({ ...request, corpusId: corpus.id }, isthmus);
      const rates = await measuredRates(isthmus.runs, { tenant: spec.tenant });
      const runId = await isthmus.engine.submit({ ...spec, estimate: await estimateSpec(spec, { ...isthmus, rates }) });
      const state = await isthmus.engine.advance(runId, onEvent === undefined ? { signal } : { signal, onEvent });
      return overviewOf(state, isthmus);
    },
    resume: async (runId, { signal = never, onEvent } = {}) => {
      const isthmus = await services();
      return overviewOf(await isthmus.engine.resume(runId, onEvent === undefined ? { signal } : { signal, onEvent }), isthmus);
    },
    estimate: async (question, { signal = never, ...choices }) => {
      const request = requestFor(question, choices, config);
      const { corpus } = await readSources(request, { choices, cwd, signal }, tools);
      return estimateRun({ ...request, corpusId: corpus.id }, { ...tools, documents: corpusDocuments(corpus) });
    },
    compress: async (source, question, { signal = never, ...choices } = {}) => {
      const { result, ledger } = await text.compress({ text: source, question, ...choices }, signal);
      return { ...result, ledger };
    },
    score: async (rows, { signal = never, ...choices } = {}) => {
      const numbered = rows.map(({ id, x, q = '', z }, i) => ({ id: id ?? String(i + 1), x, q, z }));
      const { result, ledger } = await text.score({ rows: numbered, ...choices }, signal);
      return { ...result, ledger };
    },
    [Symbol.asyncDispose]: async () => {
      // Whoever has opened the services closes the tools with them.
      const opened = await opening?.catch(() => undefined);
      if (opening === undefined) await tools[Symbol.asyncDispose]();
      else await opened?.[Symbol.asyncDispose]();
    },
  };
}

async function configOf(config: string | ConfigInput | undefined, cwd: string): Promise<Config> {
  if (typeof config === 'object') return resolveConfig(config, cwd);
  return loadConfig(config === undefined ? { cwd } : { cwd, file: config });
}
