import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../domain/json.ts';
import { createFileLoader } from './file-loader.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-sources-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

function load(locations: readonly string[] = [folder], signal = new AbortController().signal) {
  return createFileLoader().load(locations, { signal });
}

describe('a folder', () => {
  test('is read with its sub-folders, sorted, with names relative to it', async () => {
    await put({ 'b.md': '# Bee\n', 'a/z.txt': 'zed', 'a/B.MARKDOWN': 'cap', 'a.text': 'a text', 'a/deep/er/c.md': 'see' });
    const { documents, skipped } = await load();
    expect(documents.map((document) => document.uri)).toEqual(['a.text', 'a/B.MARKDOWN', 'a/deep/er/c.md', 'a/z.txt', 'b.md']);
    expect(skipped).toEqual([]);
  });

  test('hidden entries and node_modules are passed over in silence; other kinds of file are listed', async () => {
    await put({ '.git/x.md': 'x', '.secret.md': 'x', 'node_modules/p/readme.md': 'x', 'paper.pdf': '%PDF', LICENSE: 'x', 'ok.md': 'ok' });
    const { documents, skipped } = await load();
    expect(documents.map((document) => document.uri)).toEqual(['ok.md']);
    expect(skipped.map(({ uri }) => uri)).toEqual(['LICENSE', 'paper.pdf']);
    expect(skipped[1]?.reason).toContain('not supported yet: .pdf');
    expect(skipped[0]?.reason).toContain('without an extension');
  });

  test('links that leave the folder, lead nowhere, to folders or to hidden files are refused with a reason', async () => {
    await put({
      'in/real.md': 'real',
      'in/sub/s.md': 'sub',
      'in/.hidden.md': 'hidden',
      'in/plain.rst': 'rst',
      'out.md': 'outside',
      'out/o.md': 'outside',
    });
    const inside = join(folder, 'in');
    await symlink('../out.md', join(inside, 'away.md'));
    await symlink('../out', join(inside, 'away'));
    await symlink('nothing.md', join(inside, 'broken.md'));
    await symlink('.hidden.md', join(inside, 'peek.md'));
    await symlink('sub', join(inside, 'tub'));
    await symlink('.', join(inside, 'loop'));
    await symlink('real.md', join(inside, 'again.md'));
    await symlink('plain.rst', join(inside, 'plain.md'));
    const { documents, skipped } = await load([inside]);
    expect(documents.map((document) => document.uri)).toEqual(['plain.md', 'real.md', 'sub/s.md']);
    expect(Object.fromEntries(skipped.map(({ uri, reason }) => [uri, reason]))).toEqual({
      'again.md': 'is a link to real.md, which is read under its own name',
      away: 'is a link that leaves the folder',
      'away.md': 'is a link that leaves the folder',
      'broken.md': 'is a link to nothing',
      loop: 'is a link to ., which is read under its own name',
      'peek.md': 'is a link to a hidden file or folder',
      'plain.rst': expect.stringContaining('not supported yet: .rst'),
      tub: 'is a link to sub, which is read under its own name',
    });
  });

  test('a pipe is skipped, not waited for', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.md')]);
    expect((await load()).skipped).toEqual([{ uri: 'pipe.md', reason: 'is neither a file nor a folder' }]);
    expect((await load([join(folder, 'pipe.md')])).skipped).toEqual([{ uri: 'pipe.md', reason: 'is neither a file nor a folder' }]);
  });
});

describe('a text', () => {
  test('is kept unit by unit: CRLF stays, a byte order mark goes', async () => {
    const body = '# Naïve\r\n\r\nTwo — dashes 🦉\r\n';
    await put({ 'a.md': `\uFEFF${body}` });
    const { documents } = await load();
    expect(documents).toEqual([{ id: await sha256(body), uri: 'a.md', title: 'Naïve', text: body }]);
  });

  test('takes its title from the first heading outside code, else from the file name', async () => {
    await put({
      'a.md': '```sh\n# not this\n```\n\n## The real one ##\n# Later\n',
      'b.md': 'No heading, #hash only.',
      'c.txt': '# A text file has no headings',
      'd.md': '~~~\n```\n# inside\n~~~\n# C#\n',
    });
    const { documents } = await load();
    expect(documents.map((document) => document.title)).toEqual(['The real one', 'b.md', 'c.txt', 'C#']);
  });

  test('that is empty, binary, UTF-16, broken UTF-8 or too large is skipped with its reason', async () => {
    await put({
      'empty.md': '',
      'blank.md': '\uFEFF \r\n\t',
      'binary.txt': new Uint8Array([72, 0, 105]),
      'utf16.txt': Buffer.from('\uFEFFhello', 'utf16le'),
      'latin1.txt': new Uint8Array([0x63, 0x61, 0x66, 0xe9]),
      'large.txt': 'x',
      'good.txt': 'good',
    });
    await truncate(join(folder, 'large.txt'), 20 * 1024 * 1024 + 1);
    const { documents, skipped } = await load();
    expect(documents.map((document) => document.uri)).toEqual(['good.txt']);
    expect(Object.fromEntries(skipped.map(({ uri, reason }) => [uri, reason]))).toEqual({
      'binary.txt': 'is binary (it holds NUL bytes)',
      'blank.md': 'is empty',
      'empty.md': 'is empty',
      'large.txt': 'is too large: 20971521 bytes, and the limit is 20971520',
      'latin1.txt': 'is not UTF-8',
      'utf16.txt': 'is UTF-16; expected UTF-8',
    });
  });

  test('that lies about twice is one document, and the copy is listed', async () => {
    await put({ 'a.md': 'same', 'b/copy.txt': 'same' });
    const { documents, skipped } = await load([folder, join(folder, 'a.md')]);
    expect(documents.map((document) => document.uri)).toEqual(['a.md']);
    expect(skipped.map(({ uri }) => uri)).toEqual(['b/copy.txt', 'a.md']);
  });
});

describe('what the user names', () => {
  test('a single file goes by its base name, also when it is a link or hidden', async () => {
    await put({ 'deep/.notes.md': 'notes' });
    await symlink('deep/.notes.md', join(folder, 'link.md'));
    expect((await load([join(folder, 'deep/.notes.md')])).documents[0]?.uri).toBe('.notes.md');
    expect((await load([join(folder, 'link.md')])).documents[0]?.uri).toBe('link.md');
  });

  test('a file of another kind is skipped like in a folder', async () => {
    await put({ 'a.docx': 'x' });
    expect((await load([join(folder, 'a.docx')])).skipped).toEqual([
      { uri: 'a.docx', reason: 'not supported yet: .docx (supported: .md, .markdown, .txt, .text)' },
    ]);
  });

  test.each(['missing.md', 'missing/', ''])('a name that leads nowhere (%j) is an error that repeats it', async (name) => {
    const location = name === '' ? '' : join(folder, name);
    await expect(load([location])).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(`"${location}"`) });
  });

  test('an address is an error that says what to do', async () => {
    await expect(load(['https://example.org/a.md'])).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

test('reading stops when it is aborted', async () => {
  await put({ 'a.md': 'a' });
  await expect(load([folder], AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted', isRetryable: false });
});
