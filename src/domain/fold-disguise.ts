/** A text as a reader takes it in, letter by letter, with the way back: `offsets[i]` is where unit i of `text` began in the original. */
export interface Undisguised {
  readonly text: string;
  readonly offsets: Int32Array;
}

/**
 * Lower-cased, without accents, full-width forms as their plain letters, runs of white space as one (a line end where there was one),
 * and without characters that are not drawn. Letters of other scripts that stand among Latin ones are taken for the Latin letters that they are drawn
 * like; a word that is Cyrillic or Greek throughout stays. Linear in the text.
 */
export function undisguise(original: string): Undisguised {
  const folded: string[] = [];
  const offsets: number[] = [];
  const push = (unit: string, at: number) => {
    folded.push(unit);
    offsets.push(at);
  };
  for (let at = 0; at < original.length; ) {
    const code = original.codePointAt(at) ?? 0;
    const size = code > 0xffff ? 2 : 1;
    if (isSpace(code)) pushSpace(folded, isLineEnd(code), (unit) => push(unit, at));
    else for (const unit of drawn(code)) push(unit, at);
    at += size;
  }
  return { text: asLatin(folded.join('')), offsets: Int32Array.from(offsets) };
}

/** A run of white space is one unit; it is a line end as soon as one is in it. */
function pushSpace(folded: string[], endsLine: boolean, push: (unit: string) => void): void {
  const last = folded.at(-1);
  if (last !== ' ' && last !== '\n') push(endsLine ? '\n' : ' ');
  else if (endsLine) folded[folded.length - 1] = '\n';
}

function drawn(code: number): string {
  if (code < 0x80) return lower(code);
  return isInvisible(code) ? '' : plain(String.fromCodePoint(code));
}

function isSpace(code: number): boolean {
  return (
    code === 0x20 || (code >= 9 && code <= 13) || code === 0x85 || code === 0xa0 || (code >= 0x2000 && code <= 0x200a) || isWideSpace(code)
  );
}

function isWideSpace(code: number): boolean {
  return code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}

function isLineEnd(code: number): boolean {
  return (code >= 10 && code <= 13) || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** Zero-width characters, bidirectional controls, soft hyphens, variation selectors and tags: nothing of them is drawn. */
export function isInvisible(code: number): boolean {
  return (
    code === 0xad ||
    code === 0x34f ||
    code === 0x61c ||
    code === 0x180e ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff ||
    (code >= 0xe0000 && code <= 0xe01ef)
  );
}

function lower(code: number): string {
  return String.fromCharCode(code >= 65 && code <= 90 ? code + 32 : code);
}

/** One unit for each of what a letter is made of; accents are left out. */
function plain(character: string): string {
  const quotes = '‘’‚′'.includes(character) ? "'" : '“”„«»″'.includes(character) ? '"' : undefined;
  return (
    quotes ??
    character
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/\p{Mn}/gu, '')
  );
}

const LOOKALIKES = new Map(
  Object.entries({
    а: 'a',
    в: 'b',
    с: 'c',
    ԁ: 'd',
    е: 'e',
    һ: 'h',
    і: 'i',
    ј: 'j',
    к: 'k',
    ӏ: 'l',
    м: 'm',
    н: 'h',
    о: 'o',
    р: 'p',
    ԛ: 'q',
  }).concat(
    Object.entries({
      г: 'r',
      ѕ: 's',
      т: 't',
      у: 'y',
      ԝ: 'w',
      х: 'x',
      п: 'n',
      ѵ: 'v',
      α: 'a',
      ε: 'e',
      η: 'n',
      ι: 'i',
      κ: 'k',
      ν: 'v',
      ο: 'o',
    }),
    Object.entries({ ρ: 'p', σ: 'o', τ: 't', υ: 'u', χ: 'x', γ: 'y', ω: 'w', ɡ: 'g', ı: 'i', ո: 'n', օ: 'o', ս: 'u', ɑ: 'a' }),
  ),
);

/** Words that mix Latin with other alphabets, as Latin ones; as many units as before. */
function asLatin(text: string): string {
  if (!/[ɡıɑ\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u.test(text)) return text;
  return text.replaceAll(/[\p{L}]+/gu, (word) =>
    /[a-z]/.test(word) ? [...word].map((letter) => LOOKALIKES.get(letter) ?? letter).join('') : word,
  );
}
