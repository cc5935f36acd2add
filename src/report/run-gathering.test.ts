import { describe, expect, it } from 'vitest';
import type { Gathering } from '../domain/run-gathering.ts';
import { buildOverview } from '../testing/build-overview.ts';
import { renderRunReport } from './run-report.ts';

const HOSTILE = '"><img src=x onerror=alert(1)>';
const gathering: Gathering = {
  sources: [
    { url: 'https://a.test/read', from: 'url', documentId: 'd', title: `The canal ${HOSTILE}` },
    { url: 'javascript:alert(1)', from: 'search', query: 'canal', reason: `it is gone ${HOSTILE}` },
  ],
  searches: [{ query: HOSTILE, hits: 2 }],
  egress: [
    { at: 0, purpose: 'search', url: `https://s.test/?q=${HOSTILE}`, address: '192.0.2.1', status: 200, bytes: 1_234, durationMs: 5 },
    { at: 0, purpose: 'page', url: 'https://a.test/gone', bytes: 0, durationMs: 5, refused: `a private address ${HOSTILE}` },
  ],
  isShared: false,
};

describe('what a run asked the web', () => {
  it('stands on its page: pages read, pages not read and why, and each request; nothing of it is markup', () => {
    const page = renderRunReport(buildOverview({ gathering }));
    for (const words of [
      '1 page read',
      '1 page not read',
      'it is gone',
      'What this run asked the web: 2 requests',
      'a private address',
      '192.0.2.1',
      '1,234',
    ])
      expect(page).toContain(words);
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(/href="javascript:/);
  });

  it('is told of the earlier run where the pages were taken from it', () => {
    const page = renderRunReport(buildOverview({ gathering: { ...gathering, isShared: true } }));
    expect(page).toContain('What an earlier run asked the web: 2 requests');
  });

  it('is not spoken of where the sources were given to the run', () => {
    expect(renderRunReport(buildOverview())).not.toContain('Sources from the web');
  });
});
