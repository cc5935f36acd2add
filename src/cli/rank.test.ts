import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packagePath } from '../bundled-model.ts';
import type { RankReport } from '../compose/rank-tools.ts';
import { runCli } from '../testing/run-cli.ts';

const DOCS = ['carrow-canal.md', 'harl-bridge.md', 'ondry-fishery.md'].map((name) => packagePath(`samples/corpus/${name}`));

describe('isthmus rank', { timeout: 300_000 }, () => {
  let home: string;
  const cli = (...args: string[]) => runCli(['rank', ...args], { cwd: home, env: { ISTHMUS_DATA_DIR: join(home, 'data') } });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-rank-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  test('ranks by the bundled model, and draws', async () => {
    const flags = ['--compressors', 'select,head,abstractive', '--questions', '1', '--sentences', '1,3', '--contexts', '3', '--seed', '3'];
    const { code, stdout, stderr } = await cli('--docs', ...DOCS, ...flags, '--json', '--svg', 'rank.svg');
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout) as RankReport;
    expect(report.arms.map(({ compressor, sentences }) => `${compressor} ${sentences}`).sort()).toEqual([
      'abstractive@nano 1',
      'abstractive@nano 3',
      'head@nano 1',
      'head@nano 3',
      'select@nano 1',
      'select@nano 3',
    ]);
    expect(report).toMatchObject({ contexts: 4, ceilingBits: 2, areQuestionsMade: true, skipped: [], unplaced: [] });
    expect(new Set(report.questions.map(({ documentId }) => documentId)).size).toBe(3);
    const chances = report.arms.map(({ best = 0 }) => best);
    expect(chances.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
    expect(report.compressors.reduce((sum, { best }) => sum + best, 0)).toBeCloseTo(1, 9);
    const bits = report.arms.map((arm) => arm.bits.value);
    expect(bits).toEqual([...bits].sort((a, b) => b - a));
    for (const arm of report.arms) {
      expect(arm.saturation).toBeLessThanOrEqual(1 + 1e-9);
      expect(arm.failed).toBe(0);
      // Copied sentences hold nothing that the source does not.
      if (!arm.compressor.startsWith('abstractive') && arm.claims > 0) expect(arm.faithfulness.value).toBe(1);
    }
    expect(report.arms.find(({ compressor }) => compressor === 'head@nano')?.ledger.calls).toBe(0);
    expect(report.arms.find(({ compressor }) => compressor === 'abstractive@nano')?.ledger.outputTokens).toBeGreaterThan(0);
    const chart = await readFile(join(home, 'rank.svg'), 'utf8');
    expect(chart).toMatch(/^<svg [^>]*viewBox="0 0 944 \d+"/);
    expect(chart).toContain('head@nano, 3 sentences');
    expect(chart).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('prints a table for questions of one’s own', async () => {
    await writeFile(join(home, 'questions.txt'), '# mine\nHow long is the Carrow Canal?\nWho built the Harl Bridge?\nZyzzyva?\n');
    const flags = ['--compressors', 'extractive', '--questions', 'questions.txt', '--sentences', '1', '--contexts', '2'];
    const { code, stdout, stderr } = await cli('--docs', ...DOCS, ...flags);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/1 +extractive@nano +1 +-?\d\.\d\d/);
    expect(stdout).toContain('2 questions, 3 documents; ceiling log2 3');
    expect(stdout).toContain('1 question left out, sharing no word with any document or with the one named: "Zyzzyva?"');
  });

  test('with labels, hard contexts and a second scorer', async () => {
    const lines = [
      { question: 'When was the Carrow Canal opened?', answers: ['17 September 1869', 'canal'], document: 'carrow-canal.md' },
      { question: 'Who designed the Harl Bridge?', answer: 'nobody that this corpus knows' },
    ];
    await writeFile(join(home, 'gold.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
    const flags = ['--questions', 'gold.jsonl', '--sentences', '1', '--contexts', '1', '--negatives', 'same-document'];
    const args = ['--docs', ...DOCS, '--compressors', 'extractive,head', ...flags, '--scorers', 'nano,unigram'];
    const { code, stdout, stderr } = await cli(...args, '--json', '--svg', 'hard.svg');
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout) as RankReport;
    expect(report).toMatchObject({ negatives: 'same-document', score: 'contrast score', contexts: 2, ceilingBits: 1 });
    expect(report.questions[0]?.documentId).toBe(report.documents.find(({ uri }) => uri.endsWith('carrow-canal.md'))?.id);
    expect(report.labels).toMatchObject({ questions: 2, documents: 2, arms: 2 });
    expect(report.arms.find(({ compressor }) => compressor === 'extractive@nano')?.gold?.value).toBe(0.5);
    expect(report.proxies).toMatchObject([{ scorer: 'unigram', arms: 2, isIdentified: false }]);
    for (const arm of report.arms) expect(arm.differences).toHaveProperty('unigram');
    expect(await readFile(join(home, 'hard.svg'), 'utf8')).toContain('Contrast score per question, in bits (same-document)');
  });

  test('--help says what the figures mean', async () => {
    const { stdout } = await cli('--help');
    for (const words of [
      'without labels',
      'P(best)',
      'What it does not say',
      'three questions are made',
      '--by <measure>',
      'contrast score',
      'Labels.',
      'Several scorers.',
    ])
      expect(stdout).toContain(words);
  });

  test.each([
    [['--docs', 'nowhere', '--compressors', 'head'], /Expected an existing file or folder/],
    [['--docs', DOCS[0] ?? '', '--compressors', 'magic'], /Expected one of the compressors .*"magic"/],
    [['--docs', DOCS[0] ?? '', '--compressors', ' , '], /Expected --compressors as a list/],
    [['--docs', DOCS[0] ?? '', '--compressors', 'head', '--by', 'beauty'], /Expected --by as one of bits, .*"beauty"/],
    [['--docs', DOCS[0] ?? '', '--compressors', 'head', '--negatives', 'easy'], /Expected --negatives as one of random, .*"easy"/],
    [['--docs', DOCS[0] ?? '', '--compressors', 'head', '--scorers', 'nano'], /at least two --scorers.*"nano"/],
    [['--docs', DOCS[0] ?? '', '--compressors', 'head', '--scorers', 'nano,unigram', '--scorer', 'nano'], /cannot be used with/],
    [['--docs', DOCS[0] ?? '', '--compressors', 'head', '--negatives', 'same-document'], /carrow-canal\.md has \d+\. Lower --contexts to/],
    [['--docs', DOCS[0] ?? '', '--compressors', 'head', '--questions', '0'], /whole numbers from 1.*"0"/],
    [['--docs', DOCS[0] ?? '', '--compressors', 'head', '--questions', 'none.txt'], /Expected a file of questions at none\.txt/],
    [['--docs', DOCS[0] ?? '', '--compressors', 'head', '--sentences', '3,x'], /--sentences as whole numbers.*"x"/],
  ])('%j says what was expected', async (args, message) => {
    const { code, stderr } = await cli(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
