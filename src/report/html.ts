/**
 * Markup that may be written out as it is. Only the tag {@link html} makes it, so a text of a source or a model cannot pass for one.
 */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template. `undefined` and `false` leave nothing behind, so that `condition && part` can be written. */
export type Part = Html | string | number | undefined | false | readonly Part[];

/**
 * Escapes every interpolation that is not markup already. Attributes are written in double quotes, and addresses are made by
 * {@link linkTo} or are fragments of ids of our own.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, i) => text + (i < parts.length ? toMarkup(parts[i]) : '')).join(''));
}

function toMarkup(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.toString();
  if (typeof part === 'object') return part.map(toMarkup).join('');
  return escapeHtml(String(part));
}

/**
 * Characters that would be drawn as something else than they are: control characters, and those that reorder text across its end (a quotation
 * could be made to read as its opposite). They are shown as replacement characters. The marks of right-to-left scripts stay.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const DECEIVING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

export function escapeHtml(text: string): string {
  return text.replace(DECEIVING, '\ufffd').replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A source's name, as a link only where it is an address of the web: nothing else can be followed from a page without harm. */
export function linkTo(address: string): Html {
  return /^https?:\/\/[^\s]+$/i.test(address)
    ? html`<a href="${address}" rel="noopener noreferrer"><bdi>${address}</bdi></a>`
    : html`<bdi>${address}</bdi>`;
}
