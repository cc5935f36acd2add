import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packagePath } from '../bundled-model.ts';
import { type ComparedArm, compareArms } from '../compose/compare-tools.ts';
import { resolveConfig } from '../config.ts';
import { runCli } from '../testing/run-cli.ts';
import { requestOf } from './commands/research.ts';

const DOCS = ['carrow-canal.md', 'harl-bridge.md'].map((name) => packagePath(`samples/corpus/${name}`));

describe('isthmus compare', { timeout: 300_000 }, () => {
  let home: string;
  const cli = (...flags: string[]) =>
    runCli(['compare', 'When was the Carrow Canal opened?', '--docs', ...DOCS, '--scorer', 'none', ...flags], { cwd: home });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'isthmus-compare-test-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  test('answers in each way alone, with the same room at the predictor', async () => {
    const { code, stdout, stderr } = await cli('--arms', 'top-k,map-reduce,map-reduce/extractive', '--tokens', '60', '--json');
    expect(code, stderr).toBe(0);
    const { arms } = JSON.parse(stdout) as { arms: readonly ComparedArm[] };
    expect(arms.map(({ name }) => name)).toEqual(['top-k', 'map-reduce', 'map-reduce/extractive']);
    for (const { status, predictorTokens, total } of arms) {
      expect(status).toBe('completed');
      expect(predictorTokens).toBeGreaterThan(0);
      // 60 of evidence, beside the question and the template.
      expect(predictorTokens).toBeLessThan(110);
      expect(total.cacheHits).toBe(0);
    }
    const tokens = arms.map(({ total }) => total.promptTokens);
    expect(tokens[1]).toBeGreaterThan(tokens[0] ?? 0);
  });

  test('refuses before the first way has begun what a later one could not do', async () => {
    const config = resolveConfig({ scorer: null }, home);
    const begun: string[] = [];
    const arm = (use: string) => ({ name: use, config: { ...config, strategy: { use, options: {}, model: undefined } } });
    const compared = compareArms(
      {
        locations: DOCS,
        arms: [arm('top-k'), arm('oracle')],
        request: ({ config: laid }) => requestOf('When was it opened?', { docs: DOCS }, laid),
        onArm: (name) => begun.push(name),
      },
      new AbortController().signal,
    );
    await expect(compared).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('quotes') });
    expect(begun).toEqual([]);
  });

  test.each([
    ['top-k,top-k', '"top-k" is there twice'],
    ['top-k,', 'names separated by commas'],
    ['psychic', 'but got "psychic"'],
    ['top-k,oracle', 'quotes'],
  ])('refuses the arms %s', async (arms, message) => {
    const { code, stderr } = await cli('--arms', arms);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});
