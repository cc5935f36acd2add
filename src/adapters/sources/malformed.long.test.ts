import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { docxParagraph, makeDocx, makePdf } from '../../testing/make-documents.ts';
import { malformedFiles } from '../../testing/malformed-files.ts';
import { createFileLoader } from './file-loader.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-malformed-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** On a busy machine with two cores; alone it takes a fraction. */
const BOUND_MS = 120_000;

test('200 malformed files give 200 reasons and no document, and the good files among them are read', {
  timeout: 2 * BOUND_MS,
}, async () => {
  const files = await malformedFiles(20260);
  for (const { name, bytes, size } of files) {
    await writeFile(join(folder, name), bytes);
    if (size !== undefined) await truncate(join(folder, name), size);
  }
  const good = { 'a-good.pdf': await makePdf((pdf) => pdf.text('Good.')), 'z-good.docx': makeDocx(docxParagraph('Good too.')) };
  for (const [name, bytes] of Object.entries(good)) await writeFile(join(folder, name), bytes);
  await using loader = createFileLoader();
  const start = Date.now();
  const { documents, skipped } = await loader.load([folder], { signal: new AbortController().signal });
  const took = Date.now() - start;
  expect(documents.map(({ uri, text }) => [uri, text])).toEqual([
    ['a-good.pdf', 'Good.'],
    ['z-good.docx', 'Good too.'],
  ]);
  expect(skipped.map(({ uri }) => uri).sort()).toEqual(files.map(({ name }) => name).sort());
  expect(skipped).toHaveLength(200);
  for (const { uri, reason } of skipped) expect(reason, uri).toMatch(/^[^\n]{5,1000}$/);
  // None of them died of a defect of ours, which would look like a reason.
  expect(
    skipped.filter(({ reason }) => /is not a function|of undefined|not defined|cannot be read here|did not start/.test(reason)),
  ).toEqual([]);
  expect(took).toBeLessThan(BOUND_MS);
});
