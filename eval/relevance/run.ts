/**
 * Which relevance term tells a summary that holds the answer from one that does not? Measured against BM25(q, z):
 *
 *     npm run relevance -- --data <folder> --half dev
 *
 * Choose a term on `dev`; run `test` once. Rows take minutes and are kept with --json; --from judges kept rows again.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { BUNDLED_MODELS } from '../../src/bundled-model.ts';
import { runScript } from '../run-script.ts';
import { collectRows, type RelevanceRow } from './collect.ts';
import { withJoinedTerms } from './joined.ts';
import { judgeTerms } from './judge.ts';
import { type Half, readLongDocs } from './questions.ts';
import { renderFigures } from './render-figures.ts';

const USAGE = `Usage: npm run relevance -- --data <folder> --half dev|test [--scorer <model>]... [--limit <n>] [--json]
       npm run relevance -- --from <file> [--fit <file>] [--json]
  --data <folder>     documents.jsonl.gz {id, text} and questions.jsonl.gz {id, document, question, answers}
  --half dev|test     documents whose sha256(id) ends in an even digit, or the others
  --scorer <model>    ${Object.keys(BUNDLED_MODELS).join(' or ')}; may be repeated; default: all of them
  --limit <n>         so many questions, spread over the documents; default 1,000
  --from <file>       judges the rows of an earlier --json
  --fit <file>        also joins terms, by weights fitted on the rows of an earlier --json; never on the document judged
  --against <term>    the term to beat; default: that of the gate "relevant"
  --passed            only what the default compressor lets through: summaries of chunks to which it does not say NONE
  --draws <n>         of the bootstrap over documents; default 2,000
  --json              {rows, figures} on stdout
`;
const SEED = 7;

const OPTIONS = {
  data: { type: 'string' },
  half: { type: 'string' },
  scorer: { type: 'string', multiple: true, default: Object.keys(BUNDLED_MODELS) },
  limit: { type: 'string', default: '1000' },
  from: { type: 'string' },
  fit: { type: 'string' },
  against: { type: 'string', default: 'bm25 share (gate relevant)' },
  passed: { type: 'boolean', default: false },
  draws: { type: 'string', default: '2000' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function readFlags() {
  const { values } = parseArgs({ options: OPTIONS });
  const counts = { limit: Number(values.limit), draws: Number(values.draws) };
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isInteger(count) || count < 1) throw new Error(`Expected a whole number from 1 on as --${name}.`);
  }
  const { half } = values;
  if (!isHalf(half)) throw new Error(`Expected dev or test as --half, but got "${half}".`);
  return { ...values, ...counts, half };
}

function isHalf(value: string | undefined): value is Half | undefined {
  return value === undefined || value === 'dev' || value === 'test';
}

type Flags = ReturnType<typeof readFlags>;

async function rowsOf({ from, data, half, limit, scorer }: Flags): Promise<readonly RelevanceRow[]> {
  if (from !== undefined) return readRows(from);
  if (data === undefined || half === undefined) throw new Error('Expected --data and --half, or --from.');
  const startedAt = performance.now();
  const onProgress = (done: number, of: number, rows: number) => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    if (done % 10 === 0 || done === of) process.stderr.write(`${done} of ${of} questions, ${rows} summaries, ${seconds} s\n`);
  };
  return collectRows(await readLongDocs(data, { half, limit, seed: SEED }), { scorers: scorer, onProgress });
}

async function readRows(file: string): Promise<readonly RelevanceRow[]> {
  return (JSON.parse(await readFile(file, 'utf8')) as { readonly rows: readonly RelevanceRow[] }).rows;
}

async function measure(flags: Flags): Promise<string> {
  const made = await rowsOf(flags);
  const all = flags.fit === undefined ? made : withJoinedTerms(made, await readRows(flags.fit));
  const rows = flags.passed ? all.filter(({ isDeclined }) => !isDeclined) : all;
  const figures = judgeTerms(rows, { against: flags.against, draws: flags.draws, seed: SEED });
  return flags.json ? JSON.stringify({ rows, figures }) : renderFigures(rows, figures, flags.against);
}

process.exitCode = await runScript(USAGE, { readFlags, work: measure });
