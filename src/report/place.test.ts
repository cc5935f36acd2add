import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { convertReport, toMarkdown } from '../api/convert-report.ts';
import { renderRun } from '../cli/views/run-view.ts';
import type { CitationRow } from '../domain/run-overview.ts';
import { buildOverview } from '../testing/build-overview.ts';
import { answer } from './run-answer.ts';

const place = 'p. 12, Risk Factors › Liquidity';
const citation = { number: 1, uri: 'r.pdf', title: 'Report', span: { start: 10, end: 25 }, quote: 'Opened in 1869.' };
const placed = reported({ ...citation, place });

function reported(row: CitationRow) {
  const { report, ...overview } = buildOverview({ citations: [row] });
  if (report === undefined) throw new Error('Expected a report.');
  return { ...overview, report };
}

test('terminal, page, JSON and Markdown name the place of a citation', () => {
  expect(renderRun(placed, createColors(false))).toContain(`r.pdf, ${place} characters 10–25`);
  expect(String(answer(placed))).toContain(`<bdi>${place}</bdi>, characters 10–25`);
  expect(convertReport(placed).citations).toEqual([{ ...citation, place }]);
  expect(toMarkdown(placed)).toMatch(/\[1\] Report, r\\?\.pdf, p\\?\. 12, Risk Factors › Liquidity, characters 10–25/);
});

test('and say nothing of it where none is known', () => {
  const unplaced = reported(citation);
  expect(convertReport(unplaced).citations).toEqual([citation]);
  expect(renderRun(unplaced, createColors(false))).toContain('r.pdf characters 10–25');
  expect(String(answer(unplaced))).toContain('<bdi>r.pdf</bdi>, characters 10–25');
});
