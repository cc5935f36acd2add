import type { Admin } from '../compose/admin.ts';
import { openTools } from '../compose/compose.ts';
import type { Config } from '../config.ts';
import type { RunLimits } from '../domain/budget.ts';
import { IsthmusError } from '../domain/errors.ts';
import { present } from '../domain/present.ts';
import type { ResearchJob } from '../ports/research-service.ts';
import { plural } from '../report/figures.ts';
import { followThere } from './follow-there.ts';
import type { Io } from './io.ts';
import type { Overrides } from './overrides.ts';

interface There {
  readonly flags: Overrides & {
    readonly docs: readonly string[];
    readonly json?: boolean;
    readonly html?: string;
    readonly explain?: boolean;
    readonly limits: RunLimits;
    readonly budgetUsd?: number;
    readonly allowUnpriced?: boolean;
    readonly seed?: number;
  };
  readonly config: Config;
  readonly serving: Admin;
  readonly signal: AbortSignal;
}

/**
 * The same question, asked of the process that holds the data directory: documents are read here, everything else is done there, with
 * the models of its configuration.
 */
export async function researchThere(question: string, { flags, config, serving, signal }: There, io: Io): Promise<number> {
  if (flags.set !== undefined)
    throw new IsthmusError(
      'invalid-input',
      'A run in the serving process takes its options from its configuration, so --set is of no use here. Stop the server, or write them there.',
    );
  await using tools = await openTools(config);
  const { documents, skipped } = await tools.loader.load(flags.docs, { signal });
  for (const { uri, reason } of skipped) io.note(`skipped ${uri}: ${reason}`);
  if (documents.length === 0)
    throw new IsthmusError('invalid-input', `Expected at least one readable document in ${flags.docs.join(', ')}, but there is none.`);
  io.note(io.colors.dim(plural(documents.length, 'document')));
  const { strategy, planner, compressor, gate, predictor, grow, cascade, limits, seed } = flags;
  const scorer = flags.scorer === 'none' ? null : flags.scorer;
  const job: ResearchJob = {
    question,
    documents: documents.map(({ uri, text }) => ({ uri, text })),
    limits,
    allowUnpriced: flags.allowUnpriced === true || flags.budgetUsd === undefined,
    ...present({ strategy, planner, compressor, gate, predictor, grow, cascade, scorer, seed }),
  };
  return followThere(
    serving,
    { id: await serving.startRun(job), json: flags.json === true, html: flags.html, explain: flags.explain, signal },
    io,
  );
}
