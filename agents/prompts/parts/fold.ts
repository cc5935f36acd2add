/**
 * What the nano family reads and writes: NFC, straight quotes, hyphens for dashes, lower case, single spaces. Question and text then
 * share their tokens whatever their capitals. Must do as `fold` in `models/nano/train/text.py` does.
 */
export function fold(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[’‘]/gu, "'")
    .replace(/[“”]/gu, '"')
    .replace(/[–—]/gu, '-')
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '')
    .join(' ');
}

/**
 * The words of `text` that fold to `folded`, as they stand there (composed); undefined when there are none. At a border of words, so
 * that `18` is not found in `1869`; punctuation around them that the text does not have is passed over.
 */
export function unfold(text: string, folded: string): string | undefined {
  const bare = folded.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return bare === '' ? undefined : (find(text, folded) ?? find(text, bare));
}

function find(text: string, folded: string): string | undefined {
  const words = fold(folded).split(' ').map(pattern).join('\\s+');
  return new RegExp(`(?<![\\p{L}\\p{N}])${words}(?![\\p{L}\\p{N}])`, 'iu').exec(text.normalize('NFC'))?.[0];
}

function pattern(word: string): string {
  return word
    .replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')
    .replaceAll("'", "['’‘]")
    .replaceAll('"', '["“”]')
    .replaceAll('-', '[-–—]');
}
