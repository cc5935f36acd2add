import type { Admin } from '../compose/admin.ts';
import { openTools } from '../compose/compose.ts';
import type { Config } from '../config.ts';
import type { RunLimits } from '../domain/budget.ts';
import { IsthmusError } from '../domain/errors.ts';
import type { JobPriority } from '../domain/fair-share.ts';
import { present } from '../domain/present.ts';
import type { ResearchJob } from '../ports/research-service.ts';
import { plural } from '../report/figures.ts';
import { followThere } from './follow-there.ts';
import type { Io } from './io.ts';
import type { Overrides } from './overrides.ts';
import type { Sources } from './web-sources.ts';

interface There {
  readonly flags: Overrides & {
    readonly offline?: boolean;
    readonly json?: boolean;
    readonly html?: string;
    readonly explain?: boolean;
    readonly limits: RunLimits;
    readonly budgetUsd?: number;
    readonly allowUnpriced?: boolean;
    readonly priority?: JobPriority;
    readonly seed?: number;
  };
  readonly sources: Sources;
  readonly config: Config;
  readonly serving: Admin;
  readonly signal: AbortSignal;
}

/**
 * The same question, asked of the process that holds the data directory: documents are read here, everything else is done there, with
 * the models of its configuration.
 */
export async function researchThere(question: string, { flags, sources, config, serving, signal }: There, io: Io): Promise<number> {
  if (flags.set !== undefined)
    throw new IsthmusError(
      'invalid-input',
      'A run in the serving process takes its options from its configuration, so --set is of no use here. Stop the server, or write them there.',
    );
  if ('gather' in sources && flags.offline === true)
    throw new IsthmusError(
      'invalid-input',
      'The serving process fetches the pages, and its own configuration says whether it may: --offline is of no use here. Stop the server first.',
    );
  const { strategy, planner, compressor, gate, predictor, grow, cascade, limits, priority, seed } = flags;
  const scorer = flags.scorer === 'none' ? null : flags.scorer;
  const job: ResearchJob = {
    question,
    ...('gather' in sources
      ? sources.gather
      : 'corpus' in sources
        ? { corpusId: sources.corpus }
        : { documents: await readDocuments(sources.docs, { config, signal }, io) }),
    limits,
    allowUnpriced: flags.allowUnpriced === true || flags.budgetUsd === undefined,
    ...present({ strategy, planner, compressor, gate, predictor, grow, cascade, scorer, priority, seed }),
  };
  return followThere(
    serving,
    { id: await serving.startRun(job), json: flags.json === true, html: flags.html, explain: flags.explain, signal },
    io,
  );
}

async function readDocuments(
  docs: readonly string[],
  { config, signal }: Pick<There, 'config' | 'signal'>,
  io: Io,
): Promise<NonNullable<ResearchJob['documents']>> {
  await using tools = await openTools(config);
  const { documents, skipped } = await tools.loader.load(docs, { signal });
  for (const { uri, reason } of skipped) io.note(`skipped ${uri}: ${reason}`);
  if (documents.length === 0)
    throw new IsthmusError('invalid-input', `Expected at least one readable document in ${docs.join(', ')}, but there is none.`);
  io.note(io.colors.dim(plural(documents.length, 'document')));
  return documents.map(({ uri, text }) => ({ uri, text }));
}
