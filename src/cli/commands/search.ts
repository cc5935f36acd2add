import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { EXIT } from '../run-command.ts';
import { renderHits } from '../views/search-view.ts';
import { wholeNumber } from '../whole-number.ts';
import { withIsthmus } from './corpora.ts';

interface SearchFlags {
  readonly corpus: string;
  readonly limit: number;
  readonly json?: boolean;
  readonly config?: string;
}

const SYNTAX = `
A query is words, and: "exact phrase"  uri:reports/**  title:annual  format:pdf  lang:de
Example:
  isthmus search 'lock gates "Carrow Canal" format:markdown' --corpus notes`;

export function addSearch(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('search')
    .description('find passages in a named corpus, as a run would; no model writes')
    .argument('<query>', 'words, phrases and conditions')
    .requiredOption('--corpus <name>', 'where to look')
    .option('--limit <n>', 'show at most this many', wholeNumber(1), 10)
    .option('--json', 'print the hits with their whole texts as JSON')
    .option('--config <file>', 'configuration file')
    .addHelpText('after', SYNTAX)
    .action(async (query: string, flags: SearchFlags) => {
      await withIsthmus(flags, io, async ({ corpora }) => {
        const hits = await corpora.search({ tenant: 'local', name: flags.corpus }, query, flags.limit);
        const plain = hits.map(({ ranked, chunk, document, uri }) => ({
          uri,
          title: document.title,
          score: ranked.score,
          documentId: document.id,
          chunkId: chunk.id,
          span: chunk.span,
          text: chunk.text,
        }));
        if (flags.json === true) io.write(JSON.stringify(plain, null, 2));
        else if (hits.length === 0) io.note('Nothing was found.');
        else io.write(renderHits(hits, query, io.colors));
      });
      exit(EXIT.ok);
    });
}
