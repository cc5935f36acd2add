import { visible } from '../domain/visible.ts';

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

/** Without characters that deceive, as replacement characters; see {@link visible}. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A source's name, as a link only where it is an address of the web: nothing else can be followed from a page without harm. */
export function linkTo(address: string): Html {
  return /^https?:\/\/[^\s]+$/i.test(address)
    ? html`<a href="${address}" rel="noopener noreferrer nofollow"><bdi>${address}</bdi></a>`
    : html`<bdi>${address}</bdi>`;
}
