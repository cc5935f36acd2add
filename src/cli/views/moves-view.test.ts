import { createColors } from 'picocolors';
import { expect, it } from 'vitest';
import { buildJudgement } from '../../testing/build-run.ts';
import { renderMoves } from './moves-view.ts';

const plain = createColors(false);

it('shows each move on a line: what was smelled, gained and asked for, and why', () => {
  const moves = [
    {
      ...buildJudgement({ verdict: 'enter', gain: 0, cost: 0, chunkIds: ['a', 'b'], reason: 'it promises the highest rate' }),
      uri: 'canal.md',
    },
    { ...buildJudgement({ patch: 'document-1@420', reason: 'its next chunk promises less than R*' }), uri: 'canal.md' },
  ];
  const { patch: _, documentId: __, ...nowhere } = buildJudgement({ verdict: 'stop', reason: 'every patch has been visited' });
  const lines = renderMoves({ moves: [...moves, nowhere] }, plain).split('\n');
  expect(lines[0]).toContain('gain for 1,000 tokens');
  expect(lines[1]).toMatch(/move.*patch.*reads.*scent.*gain.*cost.*rate.*R\*.*held to.*why/);
  expect(lines[3]).toMatch(/enter +canal\.md +2 +0\.50 +0\.00 +0 +2\.00 +3\.00 +2\.40 +it promises the highest rate/);
  expect(lines[4]).toMatch(/leave +canal\.md:420 +0 .*its next chunk promises less than R\*/);
  expect(lines[5]).toMatch(/stop .*every patch has been visited/);
});

it('says so when there is nothing to explain', () => {
  expect(renderMoves({}, plain)).toContain('only a foraging strategy');
});
