import { createRequire } from 'node:module';
import type { TextAnalyser } from '../domain/search/analyser.ts';

interface Language {
  readonly stem: (word: string) => string;
  readonly stopWords: ReadonlySet<string>;
}

/** Loaded when first needed: all of it takes some 80 ms, and most commands search nothing. */
const require = createRequire(import.meta.url);

type Parts = readonly [
  stemmer: () => { readonly stemmer: (word: string) => string },
  stopWords: () => { readonly stopwords: readonly string[] },
];

/** Snowball's stemmers, and lists of function words. Of other languages words are taken as they stand. */
const PARTS: Readonly<Record<string, Parts>> = {
  ar: [() => require('@orama/stemmers/arabic'), () => require('@orama/stopwords/arabic')],
  da: [() => require('@orama/stemmers/danish'), () => require('@orama/stopwords/danish')],
  de: [() => require('@orama/stemmers/german'), () => require('@orama/stopwords/german')],
  el: [() => require('@orama/stemmers/greek'), () => require('@orama/stopwords/greek')],
  en: [() => require('@orama/stemmers/english'), () => require('@orama/stopwords/english')],
  es: [() => require('@orama/stemmers/spanish'), () => require('@orama/stopwords/spanish')],
  fi: [() => require('@orama/stemmers/finnish'), () => require('@orama/stopwords/finnish')],
  fr: [() => require('@orama/stemmers/french'), () => require('@orama/stopwords/french')],
  hu: [() => require('@orama/stemmers/hungarian'), () => require('@orama/stopwords/hungarian')],
  it: [() => require('@orama/stemmers/italian'), () => require('@orama/stopwords/italian')],
  nl: [() => require('@orama/stemmers/dutch'), () => require('@orama/stopwords/dutch')],
  no: [() => require('@orama/stemmers/norwegian'), () => require('@orama/stopwords/norwegian')],
  pt: [() => require('@orama/stemmers/portuguese'), () => require('@orama/stopwords/portuguese')],
  ro: [() => require('@orama/stemmers/romanian'), () => require('@orama/stopwords/romanian')],
  ru: [() => require('@orama/stemmers/russian'), () => require('@orama/stopwords/russian')],
  sv: [() => require('@orama/stemmers/swedish'), () => require('@orama/stopwords/swedish')],
  tr: [() => require('@orama/stemmers/turkish'), () => require('@orama/stopwords/turkish')],
};

const loaded = new Map<string, Language>();

function languageOf(code: string): Language | undefined {
  const before = loaded.get(code);
  const parts = Object.hasOwn(PARTS, code) ? PARTS[code] : undefined;
  if (before !== undefined || parts === undefined) return before;
  const [stemmer, stopWords] = parts;
  const language = { stem: stemmer().stemmer, stopWords: new Set(stopWords().stopwords.map((word) => word.toLowerCase())) };
  loaded.set(code, language);
  return language;
}

/** Arabic stems lose prefixes, and a few Turkish ones begin otherwise. */
const CHANGED_BEGINNINGS: ReadonlySet<string> = new Set(['ar', 'tr']);

/** A shorter text is too little to go by: of single words half are told wrongly. UTF-16 units. */
const TELLING = 40;
/** The second best is this far behind where the best is right: of 193 English articles five are told as something else, four of them without this lead. */
const CLEARLY = 2;
/** Beyond this many distinct words of a language its memory is emptied: a bound, not a policy. */
const STEMS_KEPT = 500_000;

export function createTextAnalyser(): TextAnalyser {
  const stems = new Map<string, Map<string, string>>();
  return {
    detect(text) {
      if (text.trim().length < TELLING) return undefined;
      const { detectAll } = require('tinyld/light') as {
        detectAll(text: string): readonly { readonly lang: string; readonly accuracy: number }[];
      };
      const [first, second] = detectAll(text);
      return first !== undefined && first.accuracy >= CLEARLY * (second?.accuracy ?? 0) ? first.lang : undefined;
    },
    stem(word, code) {
      const memory = stems.get(code) ?? new Map<string, string>();
      const before = memory.get(word);
      if (before !== undefined) return before;
      const stem = languageOf(code)?.stem(code === 'en' ? word.replace(/'s$/, '') : word) || word;
      if (memory.size >= STEMS_KEPT) memory.clear();
      stems.set(code, memory.set(word, stem));
      return stem;
    },
    keepsBeginnings: (code) => !CHANGED_BEGINNINGS.has(code),
    isStopWord: (word, code) => languageOf(code)?.stopWords.has(word) ?? false,
  };
}
