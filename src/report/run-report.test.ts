import { describe, expect, it } from 'vitest';
import type { RunOverview } from '../domain/run-overview.ts';
import { buildOverview, buildSource } from '../testing/build-overview.ts';
import { renderRunReport } from './run-report.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></details><svg onload=alert(1)>',
  '<!-- --><a href="javascript:alert(1)">x</a>',
  '&lt;b&gt; `x` {{x}}',
  'a\u202eb\u2066c\u0007d',
];

/** A run all of whose foreign texts are this one. */
function saying(words: string): RunOverview {
  const source = {
    uri: words,
    title: words,
    summary: words,
    tokenScores: [{ text: words, nats: 1 }],
    reason: words,
    flags: [words],
  };
  const overview = buildOverview();
  const model = { provider: 'llama', name: words, fileHash: words, settings: {} } as const;
  return {
    ...overview,
    question: words,
    reason: words,
    report: {
      status: 'answered',
      text: `${words} [1] [7]`,
      form: 'model',
      citations: [],
      dropped: [{ evidence: 1, reason: words }],
    },
    citations: [{ number: 1, uri: words, title: words, span: { start: 1, end: 2 }, quote: words }],
    sources: [
      buildSource(source),
      buildSource({ ...source, kept: false, unscored: words }),
      buildSource({ uri: words, title: words, summary: words, reason: words, kept: false, status: 'failed' }),
    ],
    settings: { ...overview.settings, scorer: model, compressor: { id: words, version: words, options: { words }, model } },
    ledger: { ...overview.ledger, rows: overview.ledger.rows.map((row) => ({ ...row, model: words })) },
    baselines: overview.baselines.map((baseline) => ({ ...baseline, note: words })),
  };
}

/** Every tag with the names of its attributes: what a parser makes of the page but for its texts. */
function skeleton(page: string): string[] {
  return [...page.matchAll(/<!?\/?[a-z][^>]*>/gi)].map(([tag]) => tag.replace(/="[^"]*"/g, '=""'));
}

describe('the page of a run', () => {
  const page = renderRunReport(buildOverview());

  it('has the answer, its words in the source, bits, verdicts, costs, models and limits', () => {
    for (const words of [
      'When was the canal opened?',
      'In 1869',
      '<blockquote dir="auto">Opened in 1869.</blockquote>',
      '<span class="p5" title="+3.20 bits">1869.</span>',
      '+3.00 of at most 4.00 bits, 75% of the ceiling',
      'it shares words with the question',
      'shares too few words',
      'generic',
      'bits per byte',
      'Costs and tokens',
      'all chunks raw',
      'Models, parts and limits',
      '2026-01-02 03:04 UTC',
    ])
      expect(page).toContain(words);
  });

  it('leads from each mark to its quotation, and from there to the summary', () => {
    expect(page).toContain('href="#quote-1"');
    expect(page).toContain('href="#source-1"');
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id ?? '');
    expect(targets.filter((id) => !page.includes(`id="${id}"`))).toEqual([]);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('folds what was left out', () => {
    const folded = page.slice(page.indexOf('<details><summary>1 chunk read and left out'));
    expect(folded).toContain('Harl Bridge');
    expect(page.slice(0, page.indexOf('1 chunk read'))).not.toContain('Harl Bridge');
  });

  it('loads nothing, runs nothing, and styles no element by itself', () => {
    expect(page).not.toMatch(/<script|<img|<link|<iframe|<form| src=|url\(|@import| style=| on[a-z]+=/i);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'`);
  });

  it.each(HOSTILE)('shows %j as text and nothing else', (words) => {
    const hostile = renderRunReport(saying(words));
    expect(skeleton(hostile)).toEqual(skeleton(renderRunReport(saying('words'))));
    for (const character of ['\u202e', '\u2066', '\u0007']) expect(hostile).not.toContain(character);
  });

  it('makes no link of an address that is none of the web', () => {
    const addresses = [...renderRunReport(saying('javascript:alert(1)')).matchAll(/href="([^"]*)"/g)].map(([, address]) => address ?? '');
    expect(addresses.filter((address) => !address.startsWith('#'))).toEqual([]);
    expect(renderRunReport(saying('https://host/canal'))).toContain('<a href="https://host/canal" rel="noopener noreferrer nofollow">');
  });

  it('says what is not there: no report, no score, NONE, no model to score with', () => {
    const { report: _, ...unfinished } = buildOverview({ status: 'failed', citations: [] });
    expect(renderRunReport(unfinished)).toContain('There is no report yet.');
    const { score: _score, tokenScores: _tokens, ...unscored } = buildSource({ status: 'none', summary: '', summaryTokens: 0 });
    const bare = renderRunReport(buildOverview({ sources: [{ ...unscored, kept: false, unscored: 'too few other chunks' }] }));
    expect(bare).toContain('(NONE)');
    expect(bare).toContain('too few other chunks');
    expect(bare).toContain('Nothing that was read became evidence.');
    expect(bare).not.toContain('class="legend"');
    expect(bare).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('draws negative bits and estimators without a ceiling as what they are', () => {
    const score = { nats: -4, bits: -5.77, ceilingBits: 4, saturation: -1.44, bitsPerToken: -1, bitsPerByte: -0.2, contexts: 16 };
    expect(renderRunReport(buildOverview({ sources: [buildSource({ score })] }))).toContain(
      '−5.77 of at most 4.00 bits, -144% of the ceiling',
    );
    const open = { ...score, bits: 9, ceilingBits: Number.POSITIVE_INFINITY, saturation: Number.NaN };
    expect(renderRunReport(buildOverview({ sources: [buildSource({ score: open })] }))).toContain('+9.00 bits, without a ceiling');
  });
});
