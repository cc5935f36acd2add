import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { decodePage } from './decode.ts';
import { type Extracted, type FormatInput, unreadable } from './format.ts';
import { appendPage, isHidden, type PageNode } from './html-text.ts';
import { TextBuilder } from './text-builder.ts';

/** Readability leaves out what is no article; where it leaves less than this share of the page's text, the page is none. */
const MIN_ARTICLE_SHARE = 0.2;
/** Pages nested deeper or larger than this go without Readability, which walks them again and again. Elements. */
const MAX_ARTICLE_ELEMENTS = 100_000;
const MAX_DEPTH = 1_000;
/** Tags left open before anything is parsed. The parser's time grows with the square of the depth: 0.3 s at 20,000, minutes at a million. */
const MAX_OPEN = 10_000;
/** Each makes a text of its own, and the parser's time grows with the square of them. */
const MAX_STRAY = 50_000;
/** A new one closes the last one of its kind, or it needs no end. */
const NEVER_OPEN = new Set('p li td th tr dt dd option br img hr input meta link area base col embed source track wbr'.split(' '));

/** The article of a page where it has one, else all that a reader sees of it. */
export function readHtml({ bytes, charset, maxTextLength }: FormatInput): Extracted {
  if (bytes.subarray(0, 4096).includes(0) && !(bytes[0] === 0xff || bytes[0] === 0xfe)) throw unreadable('is binary (it holds NUL bytes)');
  return readPage(decodePage(bytes, charset), { maxTextLength, isArticle: true });
}

interface PageOptions {
  readonly maxTextLength: number;
  /** Whether menus and the like should be left out. */
  readonly isArticle: boolean;
}

export function readPage(html: string, { maxTextLength, isArticle }: PageOptions): Extracted {
  if (html.trim() === '') throw unreadable('is empty');
  checkOpenTags(html);
  const { document } = parseHTML(`${/<html[\s>]/i.test(html.slice(0, 100_000)) ? '' : '<!doctype html><html><body>'}${html}`);
  const root = document.documentElement as unknown as PageElement | null;
  if (root === null) throw unreadable('is no web page: it holds no element');
  const elements = prune(root);
  const title = titleOf(root);
  const whole = appendAll(root, maxTextLength);
  if (isArticle && elements <= MAX_ARTICLE_ELEMENTS) {
    const article = articleOf(document, maxTextLength);
    if (article !== undefined && article.text.length >= whole.text.length * MIN_ARTICLE_SHARE) return withTitle(article, title);
  }
  return withTitle(whole, title);
}

function checkOpenTags(html: string): void {
  if ((html.match(/<(?![a-z/!?])/gi)?.length ?? 0) > MAX_STRAY)
    throw unreadable(`is no web page: more than ${MAX_STRAY} of its brackets begin no tag`);
  let open = 0;
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9-]{0,40})/gi)) {
    if (NEVER_OPEN.has(name.toLowerCase())) continue;
    open = slash === '' ? open + 1 : Math.max(0, open - 1);
    if (open > MAX_OPEN) throw unreadable(`nests its elements too deeply: more than ${MAX_OPEN} are open at once`);
  }
}

interface PageElement extends PageNode {
  readonly firstElementChild: PageElement | null;
  readonly nextElementSibling: PageElement | null;
  readonly parentElement: PageElement | null;
  querySelector(selector: string): PageElement | null;
  remove(): void;
}

/** Takes out what a reader does not see, and counts the rest. Without recursion: the depth is not known yet. */
function prune(root: PageElement): number {
  let count = 0;
  let depth = 0;
  const open: PageElement[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    count += 1;
    for (let child = node.firstElementChild; child !== null; ) {
      const next: PageElement | null = child.nextElementSibling;
      if (child.nodeName.toUpperCase() !== 'HEAD' && child.nodeName.toUpperCase() !== 'TITLE' && isHidden(child)) child.remove();
      else open.push(child);
      child = next;
    }
    depth = node.firstElementChild === null ? depth : Math.max(depth, depthOf(node));
  }
  return count;
}

/** How deep an element lies. @throws beyond the bound */
function depthOf(element: PageElement): number {
  let depth = 0;
  for (let node: PageElement | null = element; node !== null; node = node.parentElement) {
    depth += 1;
    if (depth > MAX_DEPTH) throw unreadable(`nests its elements more than ${MAX_DEPTH} deep`);
  }
  return depth;
}

function titleOf(root: PageElement): string | undefined {
  const words = (selector: string): string => root.querySelector(selector)?.textContent?.trim() ?? '';
  return words('head title') || words('title') || words('h1') || undefined;
}

function appendAll(root: PageNode, maxTextLength: number): Extracted {
  const builder = new TextBuilder(maxTextLength);
  appendPage(root, builder);
  return builder.done();
}

function articleOf(document: ConstructorParameters<typeof Readability>[0], maxTextLength: number): Extracted | undefined {
  // Its own copy of the title is not used; `keepClasses` and the like change no text.
  const article = new Readability(document).parse();
  if (article?.content == null || article.content.trim() === '') return undefined;
  const { document: page } = parseHTML(`<!doctype html><html><body>${article.content}</body></html>`);
  const root = page.documentElement as unknown as PageNode;
  return appendAll(root, maxTextLength);
}

function withTitle(extracted: Extracted, title: string | undefined): Extracted {
  return title === undefined ? extracted : { ...extracted, title: new TextBuilder(Number.POSITIVE_INFINITY).done(title).title ?? title };
}
