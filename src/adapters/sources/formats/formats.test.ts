import { afterAll, describe, expect, test } from 'vitest';
import type { Document } from '../../../domain/document.ts';
import { describePlace, placeOf } from '../../../domain/place.ts';
import { docxParagraph, makeDocx, makePdf } from '../../../testing/make-documents.ts';
import { createSourceReader } from '../source-reader.ts';

const reader = createSourceReader();
afterAll(() => reader[Symbol.asyncDispose]());

async function read(uri: string, content: string | Uint8Array, contentType?: string): Promise<Document> {
  const outcome = await attempt(uri, content, contentType);
  if ('reason' in outcome) throw new Error(outcome.reason);
  return outcome.document;
}

function attempt(uri: string, content: string | Uint8Array, contentType?: string) {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return reader.read({ uri, bytes, ...(contentType !== undefined && { contentType }) }, { signal: new AbortController().signal });
}

/** Every heading's mark stands where its words begin. */
function expectHeadings(document: Document, labels: readonly string[]): void {
  const headings = (document.marks ?? []).filter(({ kind }) => kind === 'heading');
  expect(headings.map(({ label }) => label)).toEqual(labels);
  for (const { start, label } of headings) expect(document.text.slice(start).replace(/^#+ /, '')).toMatch(new RegExp(`^${label}`));
}

function placeOfWords(document: Document, words: string): string | undefined {
  const start = document.text.indexOf(words);
  expect(start).toBeGreaterThanOrEqual(0);
  return describePlace(placeOf(document, { start, end: start + words.length }));
}

const FILLER = 'The canal was dug by hand, over many years, at a cost that nobody had foreseen. '.repeat(6);

describe('HTML', () => {
  test('gives what a reader sees, headings with marks, rows of tables as lines', async () => {
    const page = `<html><head><title>The Canal</title><style>.a{}</style><script>evil()</script></head><body><nav>Menu</nav>
      <article><h1>History</h1><p>${FILLER}</p><h2>Cost &amp; toll</h2><p>It cost <b>nine</b>\n millions.<br>Later more. ${FILLER}</p>
      <p hidden>unseen-1</p><p style="color:red; display : none">unseen-2</p><div aria-hidden="true">unseen-3</div><!-- unseen-4 -->
      <template>unseen-5</template><noscript>unseen-6</noscript><table><tr><th>Year</th><th>Toll</th></tr><tr><td>1869</td><td>4</td></tr></table></article></body></html>`;
    const document = await read('a.html', page);
    expect(document).toMatchObject({ title: 'The Canal', format: 'html' });
    expect(document.text).not.toMatch(/unseen|evil|Menu/);
    expect(document.text).toContain('It cost nine millions.\nLater more.');
    expect(document.text).toContain('Year | Toll\n1869 | 4');
    expectHeadings(document, ['History', 'Cost & toll']);
  });

  test('of a page that is no article is all of its text; its charset is honoured', async () => {
    expect((await read('a.html', 'just <b>words</b>')).text).toBe('just words');
    expect((await read('http://a/b', Buffer.from('<p>caf\xe9', 'latin1'), 'text/html; charset=iso-8859-1')).text).toBe('café');
    expect((await read('a.htm', Buffer.from('<meta charset="windows-1251"><p>\xc4\xe0', 'latin1'))).text).toBe('Да');
  });

  test('holds nothing that a database cannot keep', async () => {
    const document = await read('a.html', '<p>a&#xD800;b\u0007c\u200Bd\u202Ee</p>');
    expect(document.text).toBe('a\uFFFDb\uFFFDc\u200Bd\u202Ee');
  });
});

describe('PDF', () => {
  test('gives paragraphs, pages and the outline; a hyphen goes only where the whole word is known', async () => {
    const bytes = await makePdf(
      (pdf) => {
        pdf.fontSize(20).text('Risk Factors');
        const outline = pdf.outline.addItem('Risk Factors');
        pdf.fontSize(11).text('Our informa-\ntion is well-\nknown, and information is dear.').moveDown(2).text('Second paragraph.');
        pdf.addPage().text('Liquidity').moveDown();
        outline.addItem('Liquidity');
        pdf.text('Cash is short.');
      },
      { info: { Title: 'Annual report' } },
    );
    const document = await read('a.pdf', bytes);
    expect(document).toMatchObject({ title: 'Annual report', format: 'pdf' });
    expect(document.text).toBe(
      'Risk Factors\n\nOur information is well-known, and information is dear.\n\nSecond paragraph.\n\nLiquidity\n\nCash is short.',
    );
    expectHeadings(document, ['Risk Factors', 'Liquidity']);
    expect(placeOfWords(document, 'Cash is short')).toBe('p. 2, Risk Factors › Liquidity');
    const pages = (document.marks ?? []).filter(({ kind }) => kind === 'page');
    expect(pages.map(({ start, label }) => [label, document.text.slice(start, start + 9)])).toEqual([
      ['1', 'Risk Fact'],
      ['2', 'Liquidity'],
    ]);
  });

  test('is read as what it is, whatever its name', async () => {
    const bytes = await makePdf((pdf) => pdf.text('Renamed.'));
    expect(await read('a.txt', bytes)).toMatchObject({ text: 'Renamed.', format: 'pdf' });
    expect(await attempt('a.pdf', 'plain text')).toEqual({ reason: 'is no PDF, though it is called one' });
    expect(await attempt('a.pdf', Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1'))).toEqual({
      reason: 'is a PNG image, though its name ends in .pdf',
    });
  });

  test('that is encrypted, scanned or broken says so', async () => {
    expect(await attempt('a.pdf', await makePdf((pdf) => pdf.text('x'), { userPassword: 'secret' }))).toEqual({
      reason: 'is encrypted with a password; save a copy without one',
    });
    const scan = await makePdf((pdf) => pdf.rect(0, 0, 9, 9).fill().addPage().rect(0, 0, 9, 9).fill());
    expect(await attempt('a.pdf', scan)).toEqual({ reason: 'has 2 pages and no text: it is a scan; run OCR first' });
    expect(await attempt('a.pdf', '%PDF-1.7 and no more')).toEqual({ reason: expect.stringMatching(/^is broken/) });
  });
});

describe('DOCX', () => {
  test('gives paragraphs, headings and tables', async () => {
    const cell = (text: string) => `<w:tc>${docxParagraph(text)}</w:tc>`;
    const table = `<w:tbl><w:tr>${cell('Year')}${cell('Toll')}</w:tr><w:tr>${cell('1869')}${cell('4')}</w:tr></w:tbl>`;
    const document = await read(
      'a.docx',
      makeDocx(docxParagraph('Scope', 1) + docxParagraph('Words.') + docxParagraph('Costs', 2) + table),
    );
    expect(document).toMatchObject({ text: 'Scope\n\nWords.\n\nCosts\n\nYear | Toll\n1869 | 4', title: 'Scope', format: 'docx' });
    expectHeadings(document, ['Scope', 'Costs']);
  });

  test('that unpacks to hundreds of megabytes, leads outside or is another archive is refused', async () => {
    expect(await attempt('a.docx', makeDocx(' '.repeat(60_000_000)))).toEqual({ reason: expect.stringContaining('it is a bomb') });
    expect(await attempt('a.docx', makeDocx('', { '../../x': new Uint8Array(1) }))).toEqual({
      reason: 'holds a file name that leads outside of it',
    });
    expect(await attempt('a.docx', makeDocx(docxParagraph('x')).subarray(0, 600))).toEqual({ reason: expect.stringMatching(/^is broken/) });
  });
});

describe('tables and records', () => {
  test('each row of CSV is a paragraph under its columns, numbered as in a spreadsheet', async () => {
    const document = await read('a.csv', '\uFEFFname;age;\n"Ann; B";3;x\nBob;;\n');
    expect(document).toMatchObject({ text: 'name: Ann; B; age: 3; column 3: x\n\nname: Bob', format: 'csv' });
    expect(placeOfWords(document, 'Bob')).toBe('row 3');
    expect((await read('a.tsv', 'a\tb\n"1\t2\n')).text).toBe('a: "1; b: 2');
    expect(await attempt('a.csv', 'a,b\n"1,2\n')).toEqual({ reason: expect.stringContaining('cannot be read as a table') });
    expect(await attempt('a.csv', 'a,b\n')).toEqual({ reason: 'holds a header and no rows' });
  });

  test('each record of JSON is a paragraph, its text first', async () => {
    const document = await read('a.jsonl', '{"id":1,"text":"Hello.\\n\\nYou \\ud800"}\n\n{"id":2,"tags":["a","b"],"by":{"name":"Ann"}}\n');
    expect(document).toMatchObject({ text: 'Hello.\nYou \uFFFD\nid: 1\n\nid: 2; tags: a, b; by.name: Ann', format: 'jsonl' });
    expect(placeOfWords(document, 'Ann')).toBe('record 2');
    expect((await read('a.json', '[{"a":1},{"a":2}]')).text).toBe('a: 1\n\na: 2');
    expect(await attempt('a.jsonl', '{"a":1}\n{"a":')).toEqual({ reason: expect.stringContaining('not JSON in line 2') });
    expect(await attempt('a.json', '['.repeat(200) + ']'.repeat(200))).toEqual({ reason: expect.any(String) });
  });
});

describe('code and Markdown', () => {
  test('code is kept as it is; its blocks are places', async () => {
    const text = 'import x from "x";\r\n\r\nfunction a() {\r\n  return 1;\r\n}\r\n\r\nexport class B {}\r\n';
    const document = await read('a.ts', text);
    expect(document).toMatchObject({ text, format: 'code', title: 'a.ts' });
    expect(placeOfWords(document, 'return')).toBe('lines 3–6');
    expect((await read('a.toml', 'x = 1\n'.repeat(120))).marks?.map(({ label }) => label)).toEqual(['1', '51', '101']);
  });

  test('Markdown is kept as it is; headings are marked, also underlined ones, and front matter is none', async () => {
    const text = '---\ntitle: x\n---\n\n# One #\n\n```\n# code\n```\n\n  ## Two\r\nTwo a\n---\n\nThree\n=====\n\n- item\n---\n| a |\n---\n';
    const document = await read('a.md', text);
    expect(document.text).toBe(text);
    expect(document.marks?.map(({ label, level }) => [label, level])).toEqual([
      ['One', 1],
      ['Two', 2],
      ['Two a', 2],
      ['Three', 1],
    ]);
    expectHeadings(document, ['One', 'Two', 'Two a', 'Three']);
  });
});
