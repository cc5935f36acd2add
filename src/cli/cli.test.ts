import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { packagePath } from '../bundled-model.ts';
import { parseConfig } from '../config.ts';
import type { RunOverview } from '../domain/run-overview.ts';
import { startOpenAiServer } from '../testing/openai-server.ts';
import { runCli, startCli } from '../testing/run-cli.ts';
import { CONFIG_TEMPLATE } from './commands/init.ts';

const CANAL = packagePath('samples/corpus/carrow-canal.md');
const BRIDGE = packagePath('samples/corpus/harl-bridge.md');
const CORPUS = packagePath('samples/corpus');

const joined = (tokens: readonly { readonly text: string }[]): string =>
  tokens
    .map(({ text }) => text)
    .join('')
    .trim();

describe('the command line', { timeout: 120_000 }, () => {
  let home: string;
  const env = () => ({ ISTHMUS_DATA_DIR: join(home, 'data') });
  const cli = (...args: string[]) => runCli(args, { cwd: home, env: env() });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-cli-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  test('--help names every command and teaches by example', async () => {
    const { code, stdout } = await cli('--help');
    expect(code).toBe(0);
    for (const command of ['demo', 'research', 'resume', 'runs', 'compress', 'score', 'models', 'doctor', 'init'])
      expect(stdout).toContain(command);
    expect(stdout).toContain('isthmus research "Who won?" --docs notes/');
  });

  test.each([
    [['research', 'q', '--docs', 'nowhere'], 1, /nowhere/],
    [['research', 'q', '--docs', CANAL, '--compressor', 'magic'], 1, /Expected one of the compressors abstractive.*"magic"/],
    [['research', 'q', '--docs', CANAL, '--scorer', 'big'], 1, /models list/],
    [['research', 'q', '--docs', CANAL, '--budget-usd', '-1'], 1, /above 0/],
    [['research', 'word '.repeat(60), '--docs', CANAL], 1, /question has \d+ tokens.*keeps 48/],
    [['compress', 'nothing.md', '-q', 'q'], 1, /Expected a UTF-8 text file/],
    [['score', '--jsonl', 'nothing.jsonl'], 1, /Expected a JSON lines file/],
    [['resume', 'run_nothing'], 1, /no run run_nothing/],
    [['frobnicate'], 1, /unknown command/],
  ])('%j says what was expected and ends with %d', async (args, status, message) => {
    const { code, stderr, stdout } = await cli(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/at .*\.ts:\d+/);
    expect(stdout).toBe('');
    expect(code).toBe(status);
  });

  test('research, the same again from the cache, runs, and the report again', async () => {
    const args = ['research', 'When was the Carrow Canal opened?', '--docs', CANAL, '--json'];
    const first = await cli(...args);
    expect(first.code, first.stderr).toBe(0);
    const overview = JSON.parse(first.stdout) as RunOverview;
    expect(overview.status).toBe('completed');
    expect(overview.ledger.total.calls).toBeGreaterThan(overview.sources.length);
    expect(overview.sources.every((source) => source.score === undefined || source.score.bits <= source.score.ceilingBits)).toBe(true);
    const text = await readFile(CANAL, 'utf8');
    for (const { span, quote } of overview.citations) expect(text.slice(span.start, span.end)).toBe(quote);

    const again = JSON.parse((await cli(...args)).stdout) as RunOverview;
    expect(again.report).toEqual(overview.report);
    expect(again.ledger.total.calls).toBe(0);
    expect(again.ledger.total.cacheHits).toBeGreaterThan(0);

    const runs = JSON.parse((await cli('runs', '--json')).stdout) as { id: string }[];
    expect(runs.map((run) => run.id)).toEqual([again.id, overview.id]);

    const scored = overview.sources.filter((source) => source.score !== undefined);
    expect(scored.length).toBeGreaterThan(0);
    for (const { tokenScores = [], score, summary } of scored) {
      expect(joined(tokenScores)).toBe(summary?.trim());
      expect(tokenScores.reduce((sum, { nats }) => sum + nats, 0)).toBeCloseTo(score?.nats ?? Number.NaN, 6);
    }
    // Those of the second run are from the store: nothing was scored for it.
    expect(again.sources).toEqual(overview.sources);

    const shown = await cli('runs', overview.id.slice(0, 14), '--html', 'report.html');
    expect(shown.stdout).toContain('Sources read');
    expect(shown.stdout).toMatch(/What tells them apart[\s\S]*\[\S+ -?\d+\.\d\]/);
    const page = await readFile(join(home, 'report.html'), 'utf8');
    expect(page).toContain('When was the Carrow Canal opened?');
    expect(page).toMatch(/<span class="p[1-5]" title="\+\d+\.\d\d bits">/);
  });

  test('--html is refused before the work begins where it cannot be written, and without a run', async () => {
    const nowhere = await cli('research', 'q?', '--docs', CANAL, '--html', 'no/such/report.html');
    expect(nowhere.code).toBe(1);
    expect(nowhere.stderr).toMatch(/--html.*folder that exists/);
    expect(nowhere.stderr).not.toMatch(/run_/);
    const without = await cli('runs', '--html', 'report.html');
    expect(without.stderr).toContain('isthmus runs <run> --html');
  });

  test('demo answers its question in words that stand in the source', async () => {
    const { code, stdout, stderr } = await cli('demo', '--json');
    expect(code, stderr).toBe(0);
    const { report, citations } = JSON.parse(stdout) as RunOverview;
    expect(report).toMatchObject({ status: 'answered', form: 'template' });
    expect(citations.length).toBeGreaterThan(0);
    for (const { uri, span, quote } of citations) {
      const text = await readFile(join(CORPUS, basename(uri)), 'utf8');
      expect(text.slice(span.start, span.end)).toBe(quote);
    }
    expect(citations[0]?.quote).toContain(report?.text.replace(/\s*\[\d+\]/g, ''));
  });

  test('Ctrl-C keeps what is done and says how to resume; a second process is refused meanwhile', async () => {
    const run = startCli(['research', 'How long is the Harl Bridge?', '--docs', CORPUS, '--json'], { cwd: home, env: env() });
    const [, id = ''] = await run.saw(/run (run_\w+)/);
    await run.saw(/search: 2 done/);
    const refused = await cli('runs');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(String(run.child.pid));
    run.child.kill('SIGINT');
    const stopped = await run.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain(`isthmus resume ${id}`);
    const resumed = await cli('resume', id, '--json');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect((JSON.parse(resumed.stdout) as RunOverview).status).toBe('completed');
  });

  test('an OpenAI-compatible predictor: cited, priced, within its budget', async () => {
    const quote = 'The Carrow Canal was opened on 17 September 1869.';
    const reply = (body: unknown): string => {
      // The evidence is numbered in the prompt; an attentive predictor names the one that it quotes.
      const prompt = JSON.stringify(body);
      const marks = prompt.slice(0, prompt.indexOf('opened on 17 September')).matchAll(/\[(\d+)\]/g);
      const evidence = Number([...marks].at(-1)?.[1] ?? 0);
      return JSON.stringify({ found: true, answer: `On 17 September 1869 [${evidence}].`, citations: [{ evidence, quote }] });
    };
    const server = await startOpenAiServer({ apiKey: 'sk-test', fallback: (body) => ({ type: 'answer', text: reply(body) }) });
    try {
      const args = [
        'research',
        'When was the Carrow Canal opened?',
        '--docs',
        CANAL,
        '--compressor',
        'extractive',
        '--predictor',
        'openai@gpt-4o-mini',
        '--json',
      ];
      const remote = { ...env(), OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'sk-test' };
      const tooDear = await runCli([...args, '--budget-usd', '0.000001'], { cwd: home, env: remote });
      expect((JSON.parse(tooDear.stdout) as RunOverview).status).toBe('incomplete');
      expect(server.requests).toHaveLength(0);
      const run = await runCli([...args, '--budget-usd', '0.05'], { cwd: home, env: remote });
      expect(run.code, run.stderr).toBe(0);
      const overview = JSON.parse(run.stdout) as RunOverview;
      expect(overview.report?.text).toBe('On 17 September 1869 [1].');
      expect(overview.citations[0]?.quote).toBe(quote);
      const predict = overview.ledger.rows.find((row) => row.role === 'predict');
      const { promptTokens, outputTokens } = server.bill();
      expect(predict?.microUsd).toBe(Math.ceil(promptTokens * 0.15 + outputTokens * 0.6 - 1e-6));
    } finally {
      await server.close();
    }
  });

  test('--dry-run names what would be read and leaves nothing behind', async () => {
    const { code, stdout } = await runCli(['research', 'When was the canal opened?', '--docs', CORPUS, '--dry-run'], {
      cwd: home,
      env: { ISTHMUS_DATA_DIR: join(home, 'untouched') },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/model calls\s+\d+\s+\d+\s+\d+/);
    expect(stdout).toContain('12 of ');
    expect(stdout).toMatch(/minutes\s+[\d.]+\s+[\d.]+\s+[\d.]+/);
    await expect(readFile(join(home, 'untouched'))).rejects.toThrow('ENOENT');
  });

  test('compress reads standard input and scores without a database', async () => {
    const { code, stdout } = await runCli(['compress', '-', '-q', 'How long is the Harl Bridge?', '--compressor', 'extractive'], {
      cwd: home,
      env: { ISTHMUS_DATA_DIR: join(home, 'none') },
      input: await readFile(BRIDGE, 'utf8'),
    });
    expect(code).toBe(0);
    expect(stdout).toContain('412 metres');
    expect(stdout).toContain('bits/token');
  });

  test('score takes rows of any origin, and names the line that is not one', async () => {
    const rows = [
      { x: 'The canal was opened in 1869 by the governor.', q: 'When?', z: 'The canal was opened in 1869.' },
      { x: 'The lighthouse has 264 steps and a red lamp.', q: 'How many?', z: 'It has 264 steps.' },
    ];
    await writeFile(join(home, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    const scored = await cli('score', '--jsonl', 'rows.jsonl', '--json');
    const [first, ...others] = scored.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { tokens: { text: string; nats: number }[]; score: { nats: number } });
    expect(others).toHaveLength(2);
    const tokens = first?.tokens ?? [];
    expect(joined(tokens)).toBe(rows[0]?.z);
    const sum = tokens.reduce((total, token) => total + token.nats, 0);
    expect(sum).toBeCloseTo(first?.score.nats ?? Number.NaN, 9);
    expect((await cli('score', '--jsonl', 'rows.jsonl')).stdout).toMatch(/\[\S+ -?\d+\.\d\][\s\S]*tokens of half a bit or more/);
    await writeFile(join(home, 'bad.jsonl'), `${JSON.stringify(rows[0])}\n{"x": 1}`);
    expect((await cli('score', '--jsonl', 'bad.jsonl')).stderr).toContain('bad.jsonl:2');
  });

  test('doctor, models list and init', async () => {
    expect((await cli('doctor')).stdout).toMatch(/ok\s+model nano/);
    expect((await cli('models', 'list')).stdout).toMatch(/nano\s+llama\s+[\d.]+ M\s+[\d,]+[\s\S]*nano-1m\s+llama\s+[\d.]+ M\s+[\d,]+/);
    expect((await cli('init')).code).toBe(0);
    expect(await readFile(join(home, 'isthmus.config.yaml'), 'utf8')).toBe(CONFIG_TEMPLATE);
    expect((await cli('init')).stderr).toContain('it was left as it is');
  });
});

test('the template of `init` shows the defaults, and its commented lines are valid too', () => {
  const shown = parseConfig(parseYaml(CONFIG_TEMPLATE), 'template');
  expect(shown).toEqual(parseConfig({}, 'defaults'));
  const uncommented = CONFIG_TEMPLATE.split('\n')
    .map((line) => (/^# (?:models:|web:|prices:|localUsd| )/.test(line) ? line.slice(2) : line))
    .join('\n');
  const all = parseConfig(parseYaml(uncommented), 'template, uncommented');
  expect(Object.keys(all.models)).toEqual(['nano', 'nano-1m', 'qwen', 'gpt']);
  expect(all.localUsdPerSecond).toBe(0.0002);
  expect(all.web).toMatchObject({ ...shown.web, provider: 'searxng', allowAddresses: ['10.0.0.5:8080'] });
});
