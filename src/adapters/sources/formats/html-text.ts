import type { PlaceMark } from '../../../domain/document.ts';
import { unreadable } from './format.ts';
import type { TextBuilder } from './text-builder.ts';

/** The part of the DOM that is looked at; linkedom's own types are looser. */
export interface PageNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly childNodes: Iterable<PageNode>;
  getAttribute?(name: string): string | null;
  hasAttribute?(name: string): boolean;
}

/** Browsers flatten what is nested deeper than 512; the standard's readers need no more either. */
const MAX_DEPTH = 1_000;

const ELEMENT = 1;
const TEXT = 3;

const UNSEEN = new Set(
  'AUDIO BASE BUTTON CANVAS DATALIST EMBED HEAD IFRAME INPUT LINK MATH META NOEMBED NOFRAMES NOSCRIPT OBJECT SCRIPT SELECT STYLE SVG TEMPLATE TEXTAREA TITLE VIDEO'.split(
    ' ',
  ),
);
const BLOCKS = new Set(
  'ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CAPTION CENTER DD DETAILS DIALOG DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM HEADER HGROUP HR HTML LI MAIN MENU NAV OL P PRE SECTION SUMMARY TABLE UL'.split(
    ' ',
  ),
);
const HIDING_STYLE =
  /(^|;)\s*(display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0*\.?0*\s*(%\s*)?(;|!|$)|font-size\s*:\s*0+[a-z%]*\s*(;|!|$))/i;

/** What a reader of the page does not see: scripts, styles, templates, and what the element itself says is hidden. */
export function isHidden(node: PageNode): boolean {
  if (UNSEEN.has(node.nodeName.toUpperCase())) return true;
  if (node.hasAttribute?.('hidden') === true || node.getAttribute?.('aria-hidden')?.toLowerCase() === 'true') return true;
  if (node.nodeName.toUpperCase() === 'DIALOG' && node.hasAttribute?.('open') !== true) return true;
  const style = node.getAttribute?.('style');
  return typeof style === 'string' && HIDING_STYLE.test(style.slice(0, 10_000));
}

/** Appends what a reader sees of `root`: blocks as paragraphs, headings with their marks, rows of tables as lines. */
export function appendPage(root: PageNode, builder: TextBuilder): void {
  const walk: Walk = { builder, words: [], marks: [] };
  visit(root, walk, { depth: 0, isPreformatted: false });
  flush(walk);
}

interface Walk {
  readonly builder: TextBuilder;
  /** Of the paragraph that is being put together. */
  readonly words: string[];
  /** That begin with it. */
  readonly marks: Omit<PlaceMark, 'start'>[];
}

interface Where {
  readonly depth: number;
  readonly isPreformatted: boolean;
}

function visit(node: PageNode, walk: Walk, where: Where): void {
  if (where.depth > MAX_DEPTH) throw unreadable(`nests its elements more than ${MAX_DEPTH} deep`);
  if (node.nodeType === TEXT) {
    const text = node.textContent ?? '';
    walk.words.push(where.isPreformatted ? text.replaceAll(' ', '\u0001').replaceAll('\n', '\u0002') : text);
  } else if (node.nodeType === ELEMENT && !isHidden(node)) visitElement(node, walk, where);
}

function visitElement(node: PageNode, walk: Walk, where: Where): void {
  const name = node.nodeName.toUpperCase();
  const inner = { depth: where.depth + 1, isPreformatted: where.isPreformatted || name === 'PRE' };
  const level = /^H([1-6])$/.exec(name)?.[1];
  if (name === 'BR') walk.words.push('\u0002');
  if (level !== undefined) visitHeading(node, Number(level), { walk, where: inner });
  else if (name === 'TR') visitRow(node, walk, inner);
  else {
    const isBlock = BLOCKS.has(name);
    if (isBlock) flush(walk);
    visitChildren(node, walk, inner);
    if (isBlock) flush(walk);
  }
}

function visitChildren(node: PageNode, walk: Walk, where: Where): void {
  for (const child of node.childNodes) visit(child, walk, where);
}

function visitHeading(node: PageNode, level: number, { walk, where }: { readonly walk: Walk; readonly where: Where }): void {
  flush(walk);
  const inner: Walk = { builder: walk.builder, words: [], marks: [] };
  for (const child of node.childNodes) visit(child, inner, where);
  const label = tidy(inner.words).replaceAll('\n', ' ');
  if (label !== '') walk.builder.paragraph(label, [{ kind: 'heading', label, level }]);
}

/** A row is one line; its cells stand beside each other. Rows of one table follow without a blank line. */
function visitRow(row: PageNode, walk: Walk, where: Where): void {
  for (const cell of row.childNodes) {
    if (!/^T[DH]$/i.test(cell.nodeName)) continue;
    if (isHidden(cell)) continue;
    const inner: Walk = { builder: walk.builder, words: [], marks: [] };
    for (const child of cell.childNodes) visitFlat(child, inner, where);
    walk.words.push(tidy(inner.words).replaceAll('\n', ' '), ' \u0003 ');
  }
  if (walk.words.at(-1) === ' \u0003 ') walk.words.pop();
  walk.words.push('\u0002');
}

/** Inside a cell nothing begins a paragraph. */
function visitFlat(node: PageNode, walk: Walk, where: Where): void {
  if (where.depth > MAX_DEPTH) throw unreadable(`nests its elements more than ${MAX_DEPTH} deep`);
  if (node.nodeType === TEXT) walk.words.push(node.textContent ?? '');
  else if (node.nodeType === ELEMENT && !isHidden(node)) {
    walk.words.push(' ');
    for (const child of node.childNodes) visitFlat(child, walk, { ...where, depth: where.depth + 1 });
    walk.words.push(' ');
  }
}

function flush(walk: Walk): void {
  const text = tidy(walk.words);
  if (text !== '') walk.builder.paragraph(text, walk.marks);
  walk.words.length = 0;
  walk.marks.length = 0;
}

/** White space as a browser shows it: collapsed, but for line breaks and preformatted text. */
function tidy(words: readonly string[]): string {
  return words
    .join('')
    .replace(/[ \t\n\r\f]+/g, ' ')
    .split('\u0002')
    .map((line) => line.trim())
    .join('\n')
    .replaceAll('\u0001', ' ')
    .replaceAll('\u0003', '|')
    .trim();
}
