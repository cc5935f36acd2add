/**
 * The longest beginning of `text` that fits and ends at a word border; at any character where not even one word fits (scripts without
 * spaces). May be empty. About log2(words) questions whether a beginning fits; where a longer one may fit though a shorter one does not,
 * the search only costs length: what is returned was asked about and fits.
 */
export async function cutText(text: string, fits: (beginning: string) => Promise<boolean>): Promise<string> {
  const words = Array.from(text.matchAll(/\S+/gu), (match) => match.index + match[0].length);
  const byWord = await longestFitting(text, words, fits);
  if (byWord !== '') return byWord;
  let at = 0;
  const characters = Array.from(text, (character) => {
    at += character.length;
    return at;
  });
  return longestFitting(text, characters, fits);
}

async function longestFitting(text: string, ends: readonly number[], fits: (beginning: string) => Promise<boolean>): Promise<string> {
  let best = -1;
  let tooLong = ends.length;
  while (tooLong - best > 1) {
    const middle = (best + tooLong) >> 1;
    if (await fits(text.slice(0, ends[middle]))) best = middle;
    else tooLong = middle;
  }
  return best < 0 ? '' : text.slice(0, ends[best]);
}
