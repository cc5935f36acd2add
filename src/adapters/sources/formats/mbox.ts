import { readEmail } from './email.ts';
import { type Extracted, type FormatInput, type Opener, unreadable } from './format.ts';
import { TextBuilder } from './text-builder.ts';

/** A mailbox: messages one after another, each behind a line that begins with `From `. What is no message is passed over. */
export async function readMbox({ bytes, uri, maxTextLength, depth = 0 }: FormatInput, open: Opener): Promise<Extracted> {
  // One byte a character, so that each message keeps an encoding of its own.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!text.startsWith('From ')) throw unreadable('is no mailbox: it does not begin with a "From " line');
  const builder = new TextBuilder(maxTextLength);
  let last: unknown;
  for (const message of text.split(/(?:^|\n\r?\n)From [^\n]*\n/)) {
    if (message.trim() === '') continue;
    const unquoted = Buffer.from(message.replace(/^>(>*From )/gm, '$1'), 'latin1');
    try {
      builder.include(await readEmail({ bytes: unquoted, uri, maxTextLength: maxTextLength - builder.length, depth }, open));
    } catch (error) {
      last = error;
    }
  }
  if (builder.length === 0) throw last ?? unreadable('is a mailbox without messages');
  return builder.done();
}
