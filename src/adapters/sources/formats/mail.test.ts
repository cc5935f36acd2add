import { afterAll, describe, expect, test } from 'vitest';
import { describePlace, placeOf } from '../../../domain/place.ts';
import { makePdf } from '../../../testing/make-documents.ts';
import { createSourceReader } from '../source-reader.ts';

const reader = createSourceReader();
afterAll(() => reader[Symbol.asyncDispose]());

function attempt(uri: string, content: string) {
  return reader.read({ uri, bytes: Buffer.from(content) }, { signal: new AbortController().signal });
}

function mail(subject: string, parts: readonly string[]): string {
  const head = `From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nSubject: ${subject}\r\nDate: Mon, 2 Jan 2023 10:00:00 +0000`;
  return `${head}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b-${subject}\r\n\r\n${parts.map((part) => `--b-${subject}\r\n${part}\r\n`).join('')}--b-${subject}--\r\n`;
}

const attach = (name: string, type: string, body: string) =>
  `Content-Type: ${type}\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${body}`;

describe('a message', () => {
  test('gives its header lines, its text, and what its attachments hold, each a part', async () => {
    const pdf = Buffer.from(await makePdf((one) => one.text('Page words.'))).toString('base64');
    const parts = [
      'Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hi <b>Bob</b>,</p><p style="display:none">unseen</p><p>see below.</p>',
      `Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="../r.pdf"\r\n\r\n${pdf.replace(/.{76}/g, '$&\r\n')}`,
      attach('x.png', 'image/png', '\x89PNG'),
    ];
    const outcome = await attempt('a.eml', mail('Hello', parts));
    if ('reason' in outcome) throw new Error(outcome.reason);
    const { document } = outcome;
    expect(document).toMatchObject({ title: 'Hello', format: 'email' });
    expect(document.text).toBe(
      'Subject: Hello\nFrom: Ann <ann@example.org>\nTo: bob@example.org\nDate: 2023-01-02T10:00:00.000Z\nAttachments: ../r.pdf, x.png\n\nHi Bob,\n\nsee below.\n\nPage words.',
    );
    const start = document.text.indexOf('Page words');
    expect(describePlace(placeOf(document, { start, end: start + 4 }))).toBe('../r.pdf, p. 1');
  });

  test('within a message is read three deep and no deeper', async () => {
    let inner = mail('level4', ['Content-Type: text/plain\r\n\r\nwords 4']);
    for (const level of [3, 2, 1, 0]) {
      inner = mail(`level${level}`, [`Content-Type: text/plain\r\n\r\nwords ${level}`, attach(`m${level}.eml`, 'message/rfc822', inner)]);
    }
    const outcome = await attempt('a.eml', inner);
    const text = 'document' in outcome ? outcome.document.text : '';
    expect([0, 1, 2, 3, 4].filter((level) => text.includes(`words ${level}`))).toEqual([0, 1, 2, 3]);
  });

  test('that is none, or has no text, is a reason', async () => {
    expect(await attempt('a.eml', 'just words')).toEqual({ reason: expect.stringContaining('is no message') });
    expect(await attempt('a.eml', 'Subject: x\r\n\r\n')).toEqual({ reason: 'is a message without text' });
  });
});

test('a mailbox gives its messages, each a part', async () => {
  const box = 'From a@b Mon\nFrom: a@b.c\nSubject: One\n\nfirst\n>From here\n\nFrom a@b Tue\nFrom: a@b.c\nSubject: Two\n\nsecond\n';
  const outcome = await attempt('a.mbox', box);
  expect(outcome).toMatchObject({
    document: {
      text: 'Subject: One\nFrom: a@b.c\n\nfirst\nFrom here\n\nSubject: Two\nFrom: a@b.c\n\nsecond',
      marks: [
        { kind: 'part', label: 'One' },
        { kind: 'part', label: 'Two' },
      ],
    },
  });
  expect(await attempt('a.mbox', 'words')).toEqual({ reason: expect.stringContaining('is no mailbox') });
});
