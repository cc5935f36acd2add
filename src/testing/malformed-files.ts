import { strToU8, zipSync, zlibSync } from 'fflate';
import { createRandom } from '../domain/random.ts';
import { docxParagraph, makeDocx, makePdf } from './make-documents.ts';

/** A file that no reader can make anything of. With `size` it is that long, its end never written. */
export interface MalformedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly size?: number;
}

type Content = string | Uint8Array;
type Random = () => number;

const TEXTS = ['md', 'txt', 'ts', 'rst', 'csv', 'json', 'jsonl', 'yaml'];
const MEGABYTE = 1_000_000;

/** 200 of them, of every kind that people have and attackers send; the seed decides where files are cut and which bits are turned. */
export async function malformedFiles(seed: number): Promise<readonly MalformedFile[]> {
  const random = createRandom(seed);
  const pdf = await makePdf((one) => one.text('Words. '.repeat(200)).addPage().text('More words. '.repeat(200)));
  const docx = makeDocx(docxParagraph('Heading', 1) + docxParagraph('Words. '.repeat(500)));
  const kinds: Readonly<Record<string, readonly (readonly [extension: string, content: Content, size?: number])[]>> = {
    empty: ['pdf', 'docx', 'html', 'eml', 'mbox', ...TEXTS].map((extension) => [extension, '']),
    blank: ['html', ...TEXTS].map((extension) => [extension, '\uFEFF \r\n\t\n']),
    nul: ['html', ...TEXTS].map((extension) => [extension, `words\0words ${random()}`]),
    'cut-pdf': times(24, () => ['pdf', cut(pdf, random, indexOf(pdf, '/Type /Catalog'))]),
    'cut-docx': times(12, () => ['docx', cut(docx, random, docx.length)]),
    'cut-json': times(10, () => ['json', cut(strToU8(JSON.stringify({ a: { b: ['word', 1, 'another'] } })), random)]),
    'cut-jsonl': times(8, () => ['jsonl', `{"a":1}\n${new TextDecoder().decode(cut(strToU8('{"b":"words","c":[1,2]}'), random))}`]),
    'flipped-text': times(24, (index) => [
      TEXTS[index % TEXTS.length] ?? 'txt',
      flip(strToU8('plain words, and more of them\n'.repeat(9)), random),
    ]),
    'flipped-docx': times(8, () => ['docx', flipDirectory(docx, random)]),
    encrypted: await encrypted(),
    renamed: renamed(),
    archive: ['xl/workbook.xml', 'ppt/presentation.xml', 'META-INF/container.xml', 'content.xml', 'a.txt', '../word/document.xml'].map(
      (name) => ['docx', zipSync({ [name]: strToU8('<x/>') })],
    ),
    'wrong-name': ['pdf', 'docx', 'mbox', 'eml', 'json', 'jsonl'].map((extension) => [
      extension,
      'These are plain words, and nothing else.\n',
    ]),
    sparse: ['txt', 'pdf', 'md', 'csv', 'docx', 'html'].map((extension) => [
      extension,
      extension === 'pdf' ? '%PDF-1.7\n' : 'x',
      200 * MEGABYTE,
    ]),
    scan: await Promise.all(times(5, (index) => scan(index + 1))),
    nested: nested(),
    bomb: bombs(),
    encoding: [
      ...times(6, (index): [string, Content] => [TEXTS[index] ?? 'txt', Buffer.from('caf\xe9 cr\xe8me', 'latin1')]),
      ['txt', new Uint8Array([0xff, 0xfe, 0, 0xd8, 0x41, 0])],
      ['md', new Uint8Array([0xfe, 0xff, 0xdc, 0])],
      ['txt', Buffer.from('without a mark', 'utf16le')],
    ],
    table: ['a,b\n"1,2\n', 'a;b\n1;"2', 'a,b\n', 'a\tb'].map((text) => ['csv', text]),
  };
  return Object.entries(kinds).flatMap(([kind, files]) =>
    files.map(([extension, content, size], index) => ({
      name: `${kind}-${index + 1}.${extension}`,
      bytes: typeof content === 'string' ? strToU8(content) : content,
      ...(size !== undefined && { size }),
    })),
  );
}

function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Ends somewhere before `end`, and after the first bytes that tell what it is. */
function cut(bytes: Uint8Array, random: Random, end = bytes.length): Uint8Array {
  return bytes.slice(0, Math.min(end - 1, 8 + Math.floor(random() * (end - 9))));
}

/** The highest bit of one byte: no longer ASCII, and nothing else either. */
function flip(bytes: Uint8Array, random: Random): Uint8Array {
  const at = Math.floor(random() * (bytes.length - 1));
  return bytes.map((byte, index) => (index === at ? byte ^ 0x80 : byte));
}

/** A bit of a signature in the list of parts, or of the record that says where the list is. */
function flipDirectory(bytes: Uint8Array, random: Random): Uint8Array {
  const signature = random() < 0.5 ? 'PK\u0001\u0002' : 'PK\u0005\u0006';
  const at = indexOf(bytes, signature) + Math.floor(random() * 4);
  return bytes.map((byte, index) => (index === at ? byte ^ (1 << Math.floor(random() * 8)) : byte));
}

function indexOf(bytes: Uint8Array, words: string): number {
  const at = Buffer.from(bytes).indexOf(words, 0, 'latin1');
  if (at === -1) throw new Error(`Expected "${words}" in the file.`);
  return at;
}

async function encrypted(): Promise<[string, Content][]> {
  const versions = ['1.3', '1.4', '1.5', '1.6', '1.7', '1.7ext3'] as const;
  const pdfs = versions.map(async (pdfVersion) => await makePdf((one) => one.text('Secret.'), { pdfVersion, userPassword: 'hunter2' }));
  const office = new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...times(600, () => 7)]);
  return [...(await Promise.all(pdfs)).map((bytes): [string, Content] => ['pdf', bytes]), ['docx', office]];
}

function renamed(): [string, Content][] {
  const heads = [
    '\x89PNG\r\n\x1a\n',
    '\xff\xd8\xff\xe0',
    'GIF89a',
    '\x1f\x8b\x08\x00',
    '\x7fELF\x02',
    'SQLite format 3\0',
    '{\\rtf1 words}',
    '%!PS-Adobe-3.0',
    "7z\xbc\xaf'\x1c",
  ];
  return heads.flatMap((head) =>
    ['pdf', 'txt', 'docx'].map((extension): [string, Content] => [extension, Buffer.from(`${head}1234`, 'latin1')]),
  );
}

async function scan(pages: number): Promise<[string, Content]> {
  const bytes = await makePdf((one) => {
    for (let page = 1; page < pages; page += 1) one.rect(10, 10, 300, 300).fill().addPage();
    one.rect(10, 10, 300, 300).fill();
  });
  return ['pdf', bytes];
}

function nested(): [string, Content][] {
  return [
    ['html', '<div>'.repeat(MEGABYTE)],
    ['html', `${'<b>'.repeat(MEGABYTE)}words`],
    ['html', `${'<span>'.repeat(3_000)}words${'</span>'.repeat(3_000)}`],
    ['html', '<'.repeat(MEGABYTE)],
    ['html', `<p hidden title="${'x'.repeat(2 * MEGABYTE)}">words`],
    ['json', `${'['.repeat(100_000)}1${']'.repeat(100_000)}`],
    ['json', `${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`],
    ['docx', makeDocx(`${'<w:p><w:r>'.repeat(50_000)}`)],
  ];
}

function bombs(): [string, Content][] {
  const zeros = new Uint8Array(100 * MEGABYTE);
  const page = '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n';
  const tree = (pages: string, more: string) =>
    `%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages ${pages}>>endobj\n${more}trailer<</Root 1 0 R/Size 9>>\n%%EOF\n`;
  return [
    ['docx', makeDocx(' '.repeat(60 * MEGABYTE))],
    ['docx', makeDocx(docxParagraph('x'), { 'word/media/a.png': zeros, 'word/media/b.png': zeros, 'word/media/c.png': zeros })],
    ['pdf', tree('/Count 1000000000/Kids[3 0 R]', page)],
    ['pdf', tree('/Count 2/Kids[2 0 R 2 0 R]', '')],
    ['pdf', inflating(zeros)],
  ];
}

/** A page whose drawing is packed a thousandfold, and holds no word. */
function inflating(zeros: Uint8Array): Uint8Array {
  const stream = zlibSync(zeros.map(() => 32));
  const head = `%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj<</Length ${stream.length}/Filter/FlateDecode>>stream\n`;
  return Buffer.concat([Buffer.from(head), stream, Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%EOF\n')]);
}
