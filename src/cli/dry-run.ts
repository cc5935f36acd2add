import { openTools } from '../compose/compose.ts';
import type { Config } from '../config.ts';
import type { Corpus } from '../domain/document.ts';
import { chunkLimitOf, readCorpus } from '../pipeline/ingest.ts';
import { readersOf } from '../pipeline/submit.ts';
import type { Io } from './io.ts';
import { count, plural } from './views/format.ts';
import { renderTable } from './views/table.ts';

/** Reads and cuts the documents, stores nothing, and says what a run would take at most. */
export async function dryRun(
  _question: string,
  { flags, config }: { readonly flags: { readonly docs: readonly string[] }; readonly config: Config },
  io: Io,
): Promise<number> {
  await using tools = await openTools(config);
  const readers = await readersOf({ plugins: config, scorer: config.scorer }, tools);
  const { corpus, skipped } = await readCorpus({ locations: flags.docs, readers, signal: new AbortController().signal }, tools);
  for (const { uri, reason } of skipped) io.note(`skipped ${uri}: ${reason}`);
  const rows = await estimateRows(corpus, config, { readers, tools });
  io.write(`${plural(corpus.documents.length, 'document')}, ${plural(corpus.chunks.length, 'chunk')}. A run would make at most:`);
  io.write(renderTable([{ title: 'stage' }, { title: 'calls', align: 'right' }, { title: 'tokens, at most', align: 'right' }], rows));
  return 0;
}

async function estimateRows(
  corpus: Corpus,
  config: Config,
  deps: { readers: Awaited<ReturnType<typeof readersOf>>; tools: Awaited<ReturnType<typeof openTools>> },
): Promise<string[][]> {
  const strategy = deps.tools.registry.choose('strategy', config.strategy.use, config.strategy.options);
  const perQuery = Number(strategy.options['chunks'] ?? 12);
  const reads = Math.min(perQuery, corpus.chunks.length);
  const limits = await Promise.all(deps.readers.map(chunkLimitOf));
  const chunkTokens = Math.min(...limits.map((limit) => limit.maxTokens));
  const [reader] = deps.readers;
  const summaryTokens = reader?.profile.summaryTokens ?? 0;
  const contexts = config.scorer === null ? 0 : Math.min(16, corpus.chunks.length);
  const columns = config.scorer === null ? 0 : reads + contexts;
  return [
    ['compress', count(reads), count(reads * (chunkTokens + summaryTokens))],
    ['score', count(reads * contexts), count(columns * chunkTokens + reads * contexts * summaryTokens)],
    ['predict', '1', count(reads * summaryTokens)],
  ];
}
