/**
 * Characters that would be drawn as something else than they are, or that act on what shows them: control characters, those that reorder text
 * across its end (a quotation could be made to read as its opposite), and tags, which spell ASCII unseen. Line ends, tabulators and the marks of
 * right-to-left scripts are text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const DECEIVING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;

/** Text of others as it may be shown to people: what deceives is a replacement character. */
export function visible(text: string): string {
  return text.replaceAll(DECEIVING, '\ufffd');
}
