import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { detectFormat, HEAD_BYTES } from './detect.ts';
import { type Extracted, type FormatInput, type Opener, unreadable } from './format.ts';
import { readPage } from './html.ts';
import { TextBuilder } from './text-builder.ts';

/** Messages within messages that are opened. */
const MAX_DEPTH = 3;
const MAX_ATTACHMENTS = 200;

/** Its header lines, its text, and those of its attachments that can be read, each a part with its name. */
export async function readEmail(input: FormatInput, open: Opener): Promise<Extracted> {
  const { bytes, maxTextLength, depth = 0 } = input;
  const options = { forceRfc822Attachments: true, maxNestingDepth: 50, maxHeadersSize: 1_000_000 };
  const message = await PostalMime.parse(bytes, options);
  if (!message.headers.some(({ key }) => ['from', 'subject', 'date', 'to', 'message-id'].includes(key))) {
    throw unreadable('is no message: it has none of the headers From, To, Subject, Date');
  }
  const builder = new TextBuilder(maxTextLength);
  builder.paragraph(headerLines(message), [{ kind: 'part', label: message.subject ?? 'message' }]);
  const headerEnd = builder.length;
  const body = bodyOf(message, maxTextLength);
  if (body !== undefined) builder.include(body);
  if (depth < MAX_DEPTH) {
    for (const attachment of message.attachments.slice(0, MAX_ATTACHMENTS))
      await includeAttachment(builder, attachment, { outer: { ...input, depth: depth + 1 }, open });
  }
  if (builder.length === headerEnd) throw unreadable('is a message without text');
  return builder.done(message.subject);
}

function headerLines(message: Email): string {
  const attached = message.attachments.map((attachment) => attachment.filename ?? attachment.mimeType).slice(0, MAX_ATTACHMENTS);
  const lines = [
    ['Subject', message.subject],
    ['From', message.from === undefined ? '' : addressLine([message.from])],
    ['To', addressLine(message.to ?? [])],
    ['Cc', addressLine(message.cc ?? [])],
    ['Date', message.date],
    ['Attachments', attached.join(', ')],
  ];
  return lines
    .flatMap(([name, value]) => (value === undefined || value.trim() === '' ? [] : [`${name}: ${value.replace(/\s+/g, ' ')}`]))
    .join('\n');
}

function addressLine(addresses: readonly Address[]): string {
  return addresses
    .flatMap((one) => one.group ?? [one])
    .map(({ name, address }) => (name === '' ? (address ?? '') : `${name} <${address}>`))
    .join(', ');
}

function bodyOf(message: Email, maxTextLength: number): Extracted | undefined {
  const text = message.text?.replace(/\r\n?/g, '\n').trim() ?? '';
  if (text !== '') return { text, marks: [] };
  if (message.html === undefined || message.html.trim() === '') return undefined;
  return readPage(message.html, { maxTextLength, isArticle: false });
}

interface Outer {
  /** Of the message that it came with, its depth one more. */
  readonly outer: FormatInput;
  readonly open: Opener;
}

/** What cannot be read is named among the headers and goes no further. */
async function includeAttachment(builder: TextBuilder, attachment: Attachment, { outer, open }: Outer): Promise<void> {
  if (typeof attachment.content === 'string' || attachment.related === true) return;
  const bytes = new Uint8Array(attachment.content);
  const uri = attachment.filename ?? (attachment.mimeType === 'message/rfc822' ? 'message.eml' : 'attachment');
  const format = detectFormat(bytes.subarray(0, HEAD_BYTES), { uri, contentType: attachment.mimeType });
  if (typeof format === 'object') return;
  const { maxTextLength, depth } = outer;
  const left = Math.max(0, maxTextLength - builder.length);
  const inner = await open(format, { bytes, uri, maxTextLength: left, ...(depth !== undefined && { depth }) });
  if (!('reason' in inner)) builder.include(inner, { kind: 'part', label: uri });
}
