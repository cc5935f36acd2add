import { visible } from '../../domain/visible.ts';

/** Breaks a line between words; further lines begin with the indent. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  const lead = /^ */.exec(text)?.[0] ?? '';
  let line = '';
  for (const word of text.trimStart().split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? lead + word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

/** Words of a source or a model, safe for a terminal: an escape sequence in them could recolour it or write to the clipboard. */
export function printable(text: string): string {
  return visible(text.replaceAll('\r', '\ufffd'));
}
