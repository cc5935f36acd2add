import { resolve } from 'node:path';
import type { Tools } from '../compose/compose.ts';
import type { Config } from '../config.ts';
import type { Corpus, Document, SkippedSource } from '../domain/document.ts';
import { limitsFor } from '../domain/effort.ts';
import { IsthmusError } from '../domain/errors.ts';
import { JOB_PRIORITIES } from '../domain/fair-share.ts';
import { sha256 } from '../domain/json.ts';
import { present } from '../domain/present.ts';
import { readCorpus } from '../pipeline/ingest.ts';
import type { RunRequest } from '../pipeline/run-request.ts';
import { selectPlugin, selectTiers } from '../pipeline/select-plugin.ts';
import { readersOf } from '../pipeline/submit.ts';
import type { SourceLoader } from '../ports/source-loader.ts';
import type { ResearchChoices } from './types.ts';

/** Of runs that a program or the command line starts on its own machine. */
const TENANT = 'local';

/** What a program asks for, laid over the configuration; the corpus is not known before the sources are read. */
export function requestFor(question: string, choices: ResearchChoices, config: Config): RunRequest {
  const { retriever, estimator } = config;
  checkPriority(choices.priority);
  const compressor = selectPlugin(config.compressor, choices.compressor);
  const { grow, priority } = choices;
  const { seed = config.seed, scorer = config.scorer, limits = {}, effort, allowUnpriced } = choices;
  return {
    question,
    tenant: TENANT,
    corpusId: '',
    seed,
    limits: limitsFor(effort, { limits }),
    // A preset's dollars bind what has a price; a limit of one's own asks for prices.
    allowUnpriced: allowUnpriced ?? limits.microUsd === undefined,
    plugins: {
      retriever,
      estimator,
      strategy: selectPlugin(config.strategy, choices.strategy),
      planner: selectPlugin(config.planner, choices.planner),
      compressor,
      gate: selectPlugin(config.gate, choices.gate),
      predictor: selectPlugin(config.predictor, choices.predictor),
    },
    ...present({ grow, priority }),
    cascade: selectTiers(choices, { compressor, usual: config.cascade }),
    scorer,
  };
}

/** Programs without types may say anything. */
function checkPriority(priority: string | undefined): void {
  if (priority === undefined || JOB_PRIORITIES.some((known) => known === priority)) return;
  throw new IsthmusError('invalid-input', `Expected a priority of ${JOB_PRIORITIES.join(', ')}, but got "${priority}".`);
}

/** Reads and cuts files and texts into one corpus. */
export async function readSources(
  request: RunRequest,
  { choices, cwd, signal }: { readonly choices: ResearchChoices; readonly cwd: string; readonly signal: AbortSignal },
  tools: Tools,
): Promise<{ readonly corpus: Corpus; readonly skipped: readonly SkippedSource[] }> {
  const { docs = [], documents = [] } = choices;
  const locations = (typeof docs === 'string' ? [docs] : docs).map((path) => resolve(cwd, path));
  if (locations.length + documents.length === 0)
    throw new IsthmusError('invalid-input', 'Expected `docs` (paths of files and folders) or `documents` (texts), but there are none.');
  const texts = await Promise.all(documents.map(toDocument));
  const loader: Pick<SourceLoader, 'load'> = {
    load: async (paths, options) => {
      const read = paths.length === 0 ? { documents: [], skipped: [] } : await tools.loader.load(paths, options);
      // One text is one document, whatever it is called.
      const byId = new Map([...texts, ...read.documents].map((document) => [document.id, document]));
      return { ...read, documents: [...byId.values()] };
    },
  };
  const readers = await readersOf(request, tools);
  return readCorpus({ locations, readers, signal }, { loader });
}

/** The id is that of a file of the same text: what was once read of one is not read again of the other. */
async function toDocument({ uri, text }: { readonly uri: string; readonly text: string }): Promise<Document> {
  return { id: await sha256(text), uri, title: uri, text };
}
