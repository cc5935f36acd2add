import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IsthmusError } from '../../domain/errors.ts';
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

async function load(locations: readonly string[] = [folder], signal = new AbortController().signal) {
  await using loader = createFileLoader();
  return await loader.load(locations, { signal });
}

describe('a folder', () => {
  test('is read with its sub-folders, sorted, with names relative to it', async () => {
    await put({ 'b.md': '# Bee\n', 'a/z.txt': 'zed', 'a/B.MARKDOWN': 'cap', 'a.text': 'a text', 'a/deep/er/c.md': 'see' });
    const { documents, skipped } = await load();
    expect(documents.map((document) => document.uri)).toEqual(['a.text', 'a/B.MARKDOWN', 'a/deep/er/c.md', 'a/z.txt', 'b.md']);
    expect(skipped).toEqual([]);
  });

  test('hidden entries and node_modules are passed over in silence; other kinds of file are listed', async () => {
    await put({ '.git/x.md': 'x', '.secret.md': 'x', 'node_modules/p/readme.md': 'x', 'paper.odt': 'x', LICENSE: 'x', 'ok.md': 'ok' });
    const { documents, skipped } = await load();
    expect(documents.map((document) => document.uri)).toEqual(['ok.md']);
    expect(skipped.map(({ uri }) => uri)).toEqual(['LICENSE', 'paper.odt']);
    expect(skipped[1]?.reason).toContain('not supported yet: .odt');
    expect(skipped[0]?.reason).toContain('without an extension');
  });

  test('links that leave the folder, lead nowhere, to folders or to hidden files are refused with a reason', async () => {
    await put({
      'in/real.md': 'real',
      'in/sub/s.md': 'sub',
      'in/.hidden.md': 'hidden',
      'in/plain.odt': 'plain',
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
    await symlink('plain.odt', join(inside, 'plain.md'));
    const { documents, skipped } = await load([inside]);
    expect(documents.map((document) => document.uri)).toEqual(['plain.md', 'real.md', 'sub/s.md']);
    expect(Object.fromEntries(skipped.map(({ uri, reason }) => [uri, reason]))).toEqual({
      'again.md': 'is a link to real.md, which is read under its own name',
      away: 'is a link that leaves the folder',
      'away.md': 'is a link that leaves the folder',
      'broken.md': 'is a link to nothing',
      loop: 'is a link to ., which is read under its own name',
      'peek.md': 'is a link to a hidden file or folder',
      'plain.odt': expect.stringContaining('not supported yet: .odt'),
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
    const marks = [{ start: 0, kind: 'heading', label: 'Naïve', level: 1 }];
    expect(documents).toEqual([{ id: await sha256(body), uri: 'a.md', title: 'Naïve', text: body, format: 'markdown', marks }]);
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

  test('that is empty, binary, broken UTF-8 or UTF-16, or too large is skipped with its reason', async () => {
    await put({
      'empty.md': '',
      'blank.md': '\uFEFF \r\n\t',
      'binary.txt': new Uint8Array([72, 0, 105]),
      'utf16.txt': new Uint8Array([0xff, 0xfe, 0x00, 0xd8, 0x41]),
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
      'latin1.txt': 'is not UTF-8; save it as UTF-8 first (for example with: iconv -f WINDOWS-1252 -t UTF-8)',
      'utf16.txt': 'says that it is UTF-16, and is not; save it as UTF-8 first',
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
    await put({ 'a.xlsx': 'x' });
    expect((await load([join(folder, 'a.xlsx')])).skipped).toEqual([
      { uri: 'a.xlsx', reason: expect.stringContaining('not supported yet: .xlsx (supported: .md, .markdown, .txt, .text, .pdf, ') },
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

describe('UTF-16', () => {
  test.each(['utf-16le', 'utf-16be'] as const)('with a byte order mark is decoded (%s)', async (encoding) => {
    const bytes = Buffer.from('\uFEFFhéllo 🦉', 'utf16le');
    await put({ 'a.txt': encoding === 'utf-16le' ? bytes : bytes.swap16() });
    expect((await load()).documents[0]?.text).toBe('héllo 🦉');
  });
});

describe('one file at a time', () => {
  const { signal } = new AbortController();

  test('files are listed without being read, and each read gives its bytes a hash', async () => {
    await put({ 'a.md': '# A', 'sub/b.txt': 'bee', 'c.odt': 'x', 'empty.md': '' });
    await using loader = createFileLoader();
    const { files, skipped } = await loader.listFiles([folder], { signal });
    expect(files).toMatchObject([
      { uri: 'a.md', path: join(folder, 'a.md'), size: 3, mtimeMs: expect.any(Number) },
      { uri: 'empty.md', size: 0 },
      { uri: 'sub/b.txt', size: 3 },
    ]);
    expect(skipped.map(({ uri }) => uri)).toEqual(['c.odt']);
    const [first, empty] = await Promise.all(files.map((file) => loader.readFile(file, { signal })));
    expect(first).toMatchObject({ document: { uri: 'a.md', text: '# A' }, contentHash: await sha256('# A') });
    expect(empty).toEqual({ reason: 'is empty' });
  });

  test('a file that went away meanwhile is a reason', async () => {
    await put({ 'a.md': 'a' });
    await using loader = createFileLoader();
    const { files } = await loader.listFiles([folder], { signal });
    await rm(join(folder, 'a.md'));
    expect(await Promise.all(files.map((file) => loader.readFile(file, { signal })))).toEqual([{ reason: 'cannot be read (ENOENT)' }]);
  });
});

describe('an address', () => {
  const { signal } = new AbortController();
  const page = (contentType: string, body: string) => async (url: string) => ({ url: `${url}/`, contentType, bytes: Buffer.from(body) });

  test('is read by the means given, under the name given', async () => {
    await using loader = createFileLoader({ fetchPage: page('text/html; charset=utf-8', '<title>T</title><p>Words on the web.') });
    const { documents } = await loader.load(['https://example.org/a'], { signal });
    expect(documents).toMatchObject([{ uri: 'https://example.org/a', title: 'T', format: 'html', text: 'Words on the web.' }]);
  });

  test('that is refused is skipped with its reason, and the rest is read', async () => {
    await put({ 'a.md': 'a' });
    const fetchPage = async () => {
      throw new IsthmusError('egress-refused', 'robots.txt says no');
    };
    await using loader = createFileLoader({ fetchPage });
    const { documents, skipped } = await loader.load(['https://example.org/a', folder], { signal });
    expect(documents.map(({ uri }) => uri)).toEqual(['a.md']);
    expect(skipped).toEqual([{ uri: 'https://example.org/a', reason: 'robots.txt says no' }]);
  });

  test('of another kind than http is an error', async () => {
    await using loader = createFileLoader({ fetchPage: page('text/plain', 'x') });
    await expect(loader.load(['ftp://example.org/a'], { signal })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
