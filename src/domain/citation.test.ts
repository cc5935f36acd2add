import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Draft, Report } from './answer.ts';
import { checkCitations } from './citation.ts';
import type { Chunk } from './document.ts';
import { IsthmusError } from './errors.ts';
import type { Evidence } from './evidence.ts';

const DOCUMENTS: Readonly<Record<string, string>> = {
  a: 'The canal was opened in 1869. It rained. The canal was opened with “great noise”.',
  b: 'Preface. Salt came by boat.',
};
const CHUNKS: readonly Chunk[] = [
  { id: 'a1', documentId: 'a', span: { start: 0, end: 40 }, text: DOCUMENTS['a']?.slice(0, 40) ?? '' },
  { id: 'a2', documentId: 'a', span: { start: 41, end: 81 }, text: DOCUMENTS['a']?.slice(41, 81) ?? '' },
  { id: 'b1', documentId: 'b', span: { start: 9, end: 27 }, text: DOCUMENTS['b']?.slice(9, 27) ?? '' },
];
const find = (id: string): Chunk => {
  const chunk = CHUNKS.find((one) => one.id === id);
  if (chunk === undefined) throw new IsthmusError('not-found', id);
  return chunk;
};
const EVIDENCE: readonly Evidence[] = [
  {
    number: 1,
    chunkIds: ['a1', 'a2'],
    text: 'Opened in 1869.',
    quotes: [{ documentId: 'a', span: { start: 0, end: 29 }, text: 'The canal was opened in 1869.' }],
  },
  { number: 2, chunkIds: ['b1'], text: 'A paraphrase.', quotes: [] },
  {
    number: 3,
    chunkIds: ['b1', 'a2'],
    text: 'Salt; noise.',
    quotes: [
      { documentId: 'b', span: { start: 9, end: 13 }, text: 'Salt' },
      { documentId: 'a', span: { start: 68, end: 73 }, text: 'great' },
      { documentId: 'b', span: { start: 9, end: 13 }, text: 'Salt' },
    ],
  },
];

function check(text: string, ...citations: Draft['citations']): Report {
  return checkCitations({ status: 'answered', text, citations, form: 'model' }, EVIDENCE, find);
}

/** Citations are quotes at their spans, numbered in the order in which the text marks them. */
function expectVerified({ text, citations }: Report): void {
  for (const { documentId, span, text: words } of citations) {
    expect(DOCUMENTS[documentId]?.slice(span.start, span.end)).toBe(words);
  }
  const marks = [...text.matchAll(/\[(\d+)\]/g)].map(([, digits]) => Number(digits));
  expect([...new Set(marks)]).toEqual(citations.map(({ number }) => number));
  expect(citations.map(({ number }) => number)).toEqual(citations.map((_one, i) => i + 1));
}

describe('checking citations', () => {
  it('finds the words that are quoted, in whichever chunk of the evidence they stand', () => {
    const report = check('With noise [1].', { evidence: 1, quote: 'opened with "Great  noise"' });
    expectVerified(report);
    expect(report.citations).toEqual([{ number: 1, documentId: 'a', span: { start: 55, end: 80 }, text: 'opened with “great noise”' }]);
  });

  it('falls back on the words that the summary rests on, where nothing or only the summary is quoted', () => {
    for (const cited of [{ evidence: 1 }, { evidence: 1, quote: 'opened in  1869.' }, { evidence: 3, quote: 'salt; noise' }]) {
      const report = check(`So [${cited.evidence}].`, cited);
      expectVerified(report);
      expect(report.dropped).toEqual([]);
      expect(report.citations.length).toBeGreaterThan(0);
    }
  });

  it('drops what stands nowhere, says why, and takes its marks out of the text', () => {
    const drafted = [{ evidence: 3, quote: 'pepper' }, { evidence: 7 }, { evidence: 2, quote: 'A paraphrase.' }, { evidence: 1 }];
    const report = check('Salt [2], pepper [3][7] and rain [1].', ...drafted);
    expectVerified(report);
    expect(report.text).toBe('Salt, pepper and rain [1].');
    expect(report.dropped).toEqual([
      { evidence: 3, reason: 'the quoted words do not occur in the source' },
      { evidence: 7, reason: 'evidence 7 does not exist' },
      { evidence: 2, reason: 'the summary is not in the words of its source' },
    ]);
  });

  it('numbers by appearance, each place once, however often it is marked', () => {
    const report = check('Salt [3]. 1869 [1]. Salt again [3].', { evidence: 1 }, { evidence: 3 });
    expectVerified(report);
    expect(report.text).toBe('Salt [1][2]. 1869 [3]. Salt again [1][2].');
    expect(report.citations.map(({ text }) => text)).toEqual(['Salt', 'great', 'The canal was opened in 1869.']);
  });

  it('gives several quotes from one evidence several places', () => {
    const report = check('It was so [1].', { evidence: 1, quote: 'It rained.' }, { evidence: 1, quote: 'opened in 1869' });
    expectVerified(report);
    expect(report.citations.map(({ text }) => text)).toEqual(['It rained.', 'opened in 1869']);
  });

  it('leaves an answer that was not found without citations', () => {
    const draft: Draft = { status: 'not-found', text: 'No.', citations: [{ evidence: 1 }], form: 'template' };
    expect(checkCitations(draft, EVIDENCE, find)).toEqual({
      status: 'not-found',
      text: 'No.',
      form: 'template',
      citations: [],
      dropped: [],
    });
  });

  it('passes on which evidence was not read', () => {
    const draft: Draft = { status: 'answered', text: 'So [1].', citations: [{ evidence: 1 }], form: 'template', unread: [2, 3] };
    expect(checkCitations(draft, EVIDENCE, find)).toMatchObject({ form: 'template', unread: [2, 3] });
  });

  it('shows nothing unverified, whatever a model writes', () => {
    const quote = fc.option(fc.constantFrom('Salt', 'rained', 'nothing of the kind', ''), { nil: undefined });
    const citation = fc.record({ evidence: fc.integer({ min: -1, max: 5 }), quote }).map(({ evidence, quote: words }) => {
      return words === undefined ? { evidence } : { evidence, quote: words };
    });
    const text = fc
      .array(fc.oneof(fc.constantFrom(' [1]', '[2]', '[3] ', ' [9]', '[0]', '[1, 2]', '[x]', '$&', '$1'), fc.string({ maxLength: 6 })))
      .map((parts) => parts.join('').replace(/\[\d+\](?=\d)/g, ''));
    fc.assert(
      fc.property(text, fc.array(citation, { maxLength: 6 }), (words, citations) => {
        const report = check(words, ...citations);
        expectVerified(report);
        for (const { reason } of report.dropped) expect(reason).not.toBe('');
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
