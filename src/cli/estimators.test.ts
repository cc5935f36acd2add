import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckRow, ListedEstimator, TrapReport } from '../compose/estimator-tools.ts';
import { runCli } from '../testing/run-cli.ts';

describe('isthmus estimators', { timeout: 120_000 }, () => {
  let home: string;
  const cli = (...args: string[]) => runCli(['estimators', ...args], { cwd: home, env: { ISTHMUS_DATA_DIR: join(home, 'data') } });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-estimators-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  test('list tells unit, side, limit, cost and source of each', async () => {
    const { code, stdout } = await cli('list');
    expect(code).toBe(0);
    for (const word of ['monte-carlo', 'information-capacity', 'bits per answer token', 'below I(X;Z|Q)', 'ln N', 'N² M', '1905.06922'])
      expect(stdout).toContain(word);
    const listed = JSON.parse((await cli('list', '--json')).stdout) as ListedEstimator[];
    expect(listed.filter(({ inRuns }) => inRuns).map(({ id }) => id)).toEqual(['monte-carlo', 'panel', 'tempered']);
  });

  test('check prints the table and writes page and chart', async () => {
    const { code, stdout, stderr } = await cli('check', '--runs', '20', '--contexts', '8', '--only', 'monte-carlo,panel', '--out', 'out');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/monte-carlo +symmetric +0\.144/);
    expect(stdout).toContain('48 rows: all means are the expectations');
    const page = await readFile(join(home, 'out', 'estimators.md'), 'utf8');
    expect(page).toContain('| `panel` | facts |');
    expect(page).toContain('paired-questions');
    const chart = await readFile(join(home, 'out', 'estimators.svg'), 'utf8');
    expect(chart).toMatch(/^<svg [^>]*viewBox="0 0 860 \d+"/);
    expect(chart).toContain('prefers-color-scheme: dark');
    expect(chart).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('the same seed gives the same rows', async () => {
    const args = ['check', '--runs', '5', '--contexts', '6', '--only', 'bits-per-character', '--json', '--seed'];
    const [one, again, other] = [await cli(...args, '1'), await cli(...args, '1'), await cli(...args, '2')];
    const row = JSON.parse(one.stdout) as CheckRow;
    expect(row).toMatchObject({ estimator: 'bits-per-character', runs: 5, contexts: 6, isUnbiased: true });
    expect(again.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });

  test('traps: where the truth is known, and on rows of one’s own', async () => {
    const { stdout } = await cli('traps', '--contexts', '24');
    expect(stdout).toMatch(/the true information is 1\.47/);
    expect(stdout).toMatch(/paired-questions +\d\.\d\d +\+\d/);
    const rows = ['canal', 'lighthouse', 'mill'].map((place, i) => ({
      x: `The ${place} was opened in 18${i}9 by the governor.`,
      q: `When was the ${place} opened?`,
      z: `The ${place} was opened in 18${i}9.`,
    }));
    await writeFile(join(home, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    const own = await cli('traps', '--jsonl', 'rows.jsonl', '--json');
    expect(own.code, own.stderr).toBe(0);
    const report = JSON.parse(own.stdout) as TrapReport;
    expect(report.samples).toBe(3);
    expect(report.nats).toBeLessThanOrEqual(report.ceilingNats);
    expect(report.traps.every(({ nats }) => Number.isFinite(nats))).toBe(true);
  });

  test.each([
    [['check', '--only', 'magic'], /Expected some of the estimators monte-carlo.*"magic"/],
    [['check', '--contexts', '7'], /even number from 6.*got 7/],
    [['check', '--runs', '0'], /whole number from 2.*got "0"/],
    [['traps', '--failures', '2'], /share from 0 to 1.*got 2/],
    [['traps', '--jsonl', 'nothing.jsonl'], /Expected a JSON lines file/],
  ])('%j says what was expected', async (args, message) => {
    const { code, stderr } = await cli(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
