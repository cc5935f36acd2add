import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openTools } from '../../compose/compose.ts';
import { createTextTools } from '../../compose/text-tools.ts';
import { type Config, loadConfig } from '../../config.ts';
import { IsthmusError } from '../../domain/errors.ts';
import type { CompressedText } from '../../pipeline/compress-text.ts';
import { count, fixed, percent, plural, seconds } from '../../report/figures.ts';
import type { Io } from '../io.ts';
import { applyOverrides, type Overrides } from '../overrides.ts';
import { EXIT, interruptible } from '../run-command.ts';
import { printable } from '../views/format.ts';
import { heatLegend, renderHeatMap } from '../views/heat-map.ts';
import { renderTable } from '../views/table.ts';
import { wholeNumber } from '../whole-number.ts';

interface CompressFlags extends Overrides {
  readonly question: string;
  readonly chunks: number;
  readonly json?: boolean;
  readonly seed?: number;
  readonly config?: string;
}

export function addCompress(program: Command, io: Io, exit: (code: number) => void): void {
  program
    .command('compress')
    .description('compress one text for one question, with its bits; no run, no database')
    .argument('<file>', 'a text file, or - for standard input')
    .requiredOption('-q, --question <text>', 'what the summary is for')
    .option('--compressor <id[@model]>', 'select, abstractive, extractive, llmlingua, longllmlingua, surprisal, head, identity')
    .option('--scorer <model>', 'whose log-probabilities are the bits; "none" scores nothing')
    .option('--chunks <n>', 'read at most this many chunks, those nearest to the question', wholeNumber(1), 12)
    .option('--seed <n>', 'decides the panel and any sampling', wholeNumber(0))
    .option('--json', 'print as JSON')
    .option('--config <file>', 'configuration file')
    .addHelpText(
      'after',
      '\nExamples:\n  isthmus compress notes.md -q "Who won?"\n  cat notes.md | isthmus compress - -q "Who won?" --compressor extractive',
    )
    .action(async (file: string, flags: CompressFlags) => {
      const loaded = await loadConfig({ cwd: io.cwd, ...(flags.config === undefined ? {} : { file: flags.config }) });
      const config = applyOverrides(loaded, flags, io.cwd);
      const text = file === '-' ? await readAll(io.stdin) : await readText(resolve(io.cwd, file));
      exit(await interruptible(io, (signal) => compress({ text, flags, config, signal }, io)));
    });
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    throw new IsthmusError('invalid-input', `Expected a UTF-8 text file at ${path}, but it cannot be read as one.`, { cause });
  }
}

export async function readAll(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

async function compress(
  { text, flags, config, signal }: { text: string; flags: CompressFlags; config: Config; signal: AbortSignal },
  io: Io,
): Promise<number> {
  await using tools = await openTools(config);
  const started = Date.now();
  const onProgress = (done: number, of: number) => io.progress(`compress ${done}/${of}`);
  const { question, chunks, seed } = flags;
  const { result, ledger } = await createTextTools(tools).compress({ text, question, chunks, seed, onProgress }, signal);
  if (flags.json === true)
    io.write(JSON.stringify({ question: flags.question, parts: toJson(result), estimate: result.scored?.estimate, ledger }, null, 2));
  else render(result, { ms: Date.now() - started, calls: ledger.total.calls }, io);
  return EXIT.ok;
}

function toJson({ parts, scored }: CompressedText) {
  return parts.map(({ chunk, summary, decision }) => ({
    span: chunk.span,
    summary,
    decision,
    score: scored?.scores.get(chunk.id),
    tokens: scored?.tokens.get(chunk.id),
  }));
}

function render(result: CompressedText, { ms, calls }: { ms: number; calls: number }, io: Io): void {
  const { parts, scored, chunkCount } = result;
  const kept = parts.filter((part) => part.decision.kept);
  if (kept.length === 0) io.write(io.colors.yellow('Nothing in this text seems to answer the question.'));
  for (const { chunk, summary, decision } of kept) {
    const tokens = scored?.tokens.get(chunk.id) ?? [];
    const isWhole = decision.text === undefined && tokens.some((token) => token.text !== '');
    io.write(isWhole ? renderHeatMap(tokens, io.colors).trim() : printable(summary.text));
  }
  io.write('');
  io.write(
    renderTable(
      [
        { title: '' },
        { title: 'characters' },
        { title: 'tokens', align: 'right' },
        { title: 'bits', align: 'right' },
        { title: 'of ceiling', align: 'right' },
        { title: 'bits/token', align: 'right' },
        { title: 'bits/byte', align: 'right' },
        { title: 'why', maxWidth: 50 },
      ],
      parts.map((part) => cells(part, result)),
    ),
  );
  io.write(io.colors.dim(`${parts.length} of ${plural(chunkCount, 'chunk')} read, ${plural(calls, 'model call')}, ${seconds(ms)}`));
  if (scored !== undefined) io.write(io.colors.dim(heatLegend(io.colors)));
}

function cells({ chunk, summary, decision }: CompressedText['parts'][number], { scored }: CompressedText): string[] {
  const score = scored?.scores.get(chunk.id);
  const bits =
    score === undefined
      ? ['–', '–', '–', '–']
      : [
          `${fixed(score.bits, 2)} / ${fixed(score.ceilingBits, 1)}`,
          percent(score.saturation),
          fixed(score.bitsPerToken, 2),
          fixed(score.bitsPerByte, 3),
        ];
  return [
    decision.kept ? '✓' : '·',
    `${chunk.span.start}–${chunk.span.end}`,
    count(summary.tokenCount),
    ...bits,
    [decision.reason, ...decision.flags].join('; '),
  ];
}
