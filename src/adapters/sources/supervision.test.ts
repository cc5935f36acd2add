import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { makePdf } from '../../testing/make-documents.ts';
import { MIB } from './limits.ts';
import { createSourceReader } from './source-reader.ts';

const { signal } = new AbortController();
const small = { uri: 'small.html', bytes: Buffer.from('<p>small') };
/** Some seconds' work, and some hundred megabytes. */
const large = { uri: 'large.html', bytes: Buffer.from('<p>words <b>and</b> more'.repeat(200_000)) };

/** More than a machine does in seconds. */
const endless = { uri: 'endless.html', bytes: Buffer.from('<p>words <b>and</b> more'.repeat(800_000)) };

test('a source that takes too long is given up with a reason, and the next one is read by a new process', async () => {
  await using reader = createSourceReader({ timeoutMs: 5_000, maxMemoryBytes: 4096 * MIB });
  const outcomes = await Promise.all([reader.read(endless, { signal }), reader.read(small, { signal })]);
  expect(outcomes[0]).toEqual({ reason: expect.stringMatching(/^took longer than [\d.]+ s$/) });
  expect(outcomes[1]).toMatchObject({ document: { text: 'small' } });
});

test('a source that needs too much memory is given up with a reason, and the next one is read', async () => {
  await using reader = createSourceReader({ maxMemoryBytes: 200 * MIB });
  const outcomes = await Promise.all([reader.read(large, { signal }), reader.read(small, { signal })]);
  expect(outcomes[0]).toEqual({ reason: 'needed more than 200 MiB of memory' });
  expect(outcomes[1]).toMatchObject({ document: { text: 'small' } });
});

test('text that is too long is a reason', async () => {
  await using reader = createSourceReader({ maxTextLength: 1_000 });
  const page = { uri: 'a.html', bytes: Buffer.from('<p>words <b>and</b> more'.repeat(1_000)) };
  expect(await reader.read(page, { signal })).toEqual({ reason: 'holds too much text: more than 1000 characters' });
  const pdf = await makePdf((one) => one.text('words '.repeat(300)));
  expect(await reader.read({ uri: 'a.pdf', bytes: pdf }, { signal })).toEqual({ reason: 'holds too much text: more than 1000 characters' });
});

test('a caller who goes away is not waited for', async () => {
  await using reader = createSourceReader();
  const controller = new AbortController();
  const reading = reader.read(large, { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  expect(await reader.read(small, { signal })).toMatchObject({ document: { text: 'small' } });
});

test('a reader that nobody disposed of keeps no program alive', () => {
  const module = new URL('./source-reader.ts', import.meta.url).href;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const program = `const { createSourceReader } = await import(${JSON.stringify(module)});
    const read = await createSourceReader().read({ uri: 'a.html', bytes: Buffer.from('<p>words') }, { signal: new AbortController().signal });
    console.log(read.document.text);`;
  const output = execFileSync(process.execPath, ['--import', tsx, '--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 50_000,
  });
  expect(output.trim()).toBe('words');
});
