import { terms } from '../text.ts';

/** What is known of languages: pure functions of words. Languages are ISO 639-1 codes; of one that is not known every function is the identity. */
export interface TextAnalyser {
  /** The language of a text of some length; undefined where it cannot be told. */
  detect(text: string): string | undefined;
  /** The word without its ending: `opened` and `opens` are both `open`. Words are those of `terms`. */
  stem(word: string, language: string): string;
  /** Whether all stems of the language begin with the two letters that their words begin with, accents aside. */
  keepsBeginnings(language: string): boolean;
  /** Function words, such as articles and the words that questions begin with. */
  isStopWord(word: string, language: string): boolean;
}

/** A word of a query. */
export interface QueryWord {
  /** As `terms` gives it. */
  readonly term: string;
  /** Under which it may stand in the index: its stems in the languages of the corpus. */
  readonly forms: readonly string[];
  readonly isStop: boolean;
}

/** A document whose language cannot be told is indexed as one of this. */
export const FALLBACK_LANGUAGE = 'en';

/** Longer words are data, not language; an index entry holds their beginning, which a B-tree can take. UTF-16 units. */
const LONGEST_FORM = 64;

/** Under which a word stands in the index of a document of that language. */
export function indexForm(term: string, language: string, analyser: TextAnalyser): string {
  return (term.length > LONGEST_FORM ? term : analyser.stem(term, language)).slice(0, LONGEST_FORM);
}

/**
 * The words of a query, each once and in their order, with all forms under which documents of these languages may hold them. What is a
 * function word is decided by the query's own language; where all words are, none is.
 */
export function analyseQuery(query: string, languages: readonly string[], analyser: TextAnalyser): QueryWord[] {
  const found = [...new Set(terms(query))];
  const own = languageOfWords(found, languages, analyser);
  const words = found.map((term): QueryWord => {
    const forms = new Set(languages.map((language) => indexForm(term, language, analyser)));
    if (forms.size === 0) forms.add(term.slice(0, LONGEST_FORM));
    return { term, forms: [...forms], isStop: own !== undefined && analyser.isStopWord(term, own) };
  });
  return words.every(({ isStop }) => isStop) ? words.map((word) => ({ ...word, isStop: false })) : words;
}

/** That of whose function words most are there, the first of equals: a question is too short for its letters to tell. */
function languageOfWords(words: readonly string[], languages: readonly string[], analyser: TextAnalyser): string | undefined {
  const counts = languages.map((language) => words.filter((word) => analyser.isStopWord(word, language)).length);
  return languages[counts.indexOf(Math.max(...counts))];
}
