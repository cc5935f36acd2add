/**
 * Foreign text as data of a prompt, between two lines that it cannot hold: `<<<data-8d1f03` and `data-8d1f03>>>`. The mark is made of the text itself, since prompts
 * are part of step keys and nothing in them may be random; it is not secret, so it is made anew until it stands in none of the texts given.
 * @param apart further texts of the same prompt, in which the mark must not stand either
 */
export function quoteData(text: string, apart: readonly string[] = []): string {
  const shown = defuse(text);
  const others = apart.map(defuse);
  let mark = markOf(shown);
  while (shown.includes(mark) || others.some((other) => other.includes(mark))) mark = markOf(`${mark}${shown}`);
  return `<<<${mark}\n${shown}\n${mark}>>>`;
}

/** A line that a text begins like a mark of evidence, `[7]`, is shown quoted: only our own marks begin a line. */
export function quoteMarks(text: string): string {
  return text.replaceAll(LINE_ENDS, '\n').replaceAll(/\n([ \t]{0,8}\[\d+\])/g, '\n> $1');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g;

/**
 * Servers of chat models may turn the control words of a template into tokens wherever they stand, so a blank parts them; tags and control characters
 * can be read by a model and not by people, so they are left out. All else is shown as it stands: quotations must be found again.
 */
export function defuse(text: string): string {
  return text
    .replaceAll(UNSEEN, '')
    .replaceAll(/<(?=[|｜])/g, '< ')
    .replaceAll(/([|｜])(?=>)/g, '$1 ')
    .replaceAll(/<(?=\/?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn)>)/gi, '< ')
    .replaceAll(/\[(?=\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])/g, '[ ')
    .replaceAll(/<(?=<\/?SYS>>)/g, '< ');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u0008\u000e-\u001f\u007f]|[\u{e0000}-\u{e007f}]/gu;

/** FNV-1a over UTF-16 units, six digits: to be short and particular to the text, not to be secret. */
function markOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return `data-${(hash >>> 8).toString(16).padStart(6, '0')}`;
}
