import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../bundled-model.ts';
import { terms } from '../domain/text.ts';
import { createTextAnalyser } from './text-analyser.ts';

const analyser = createTextAnalyser();
const LANGUAGES = ['ar', 'da', 'de', 'el', 'en', 'es', 'fi', 'fr', 'hu', 'it', 'nl', 'no', 'pt', 'ro', 'ru', 'sv', 'tr'];
const folder = packagePath('samples/corpus');
const ENGLISH = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
const WORDS = [...new Set(terms(`${ENGLISH.join(' ')} Äpfel Übergänge öffnete écoles étaient élèves ámbito índices ångström źródło`))];

const beginning = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').slice(0, 2);

describe('what is known of languages', () => {
  it.each(LANGUAGES.filter((language) => analyser.keepsBeginnings(language)))('%s: stems begin as their words do', (language) => {
    for (const word of WORDS) {
      const stem = beginning(analyser.stem(word, language));
      expect(beginning(word).slice(0, stem.length)).toBe(stem);
    }
  });

  it('tells the language of an article, and says nothing of a word', () => {
    const told = ENGLISH.map((text) => analyser.detect(text) ?? 'not told');
    expect(told.filter((language) => language === 'en').length).toBeGreaterThan(ENGLISH.length / 2);
    expect(new Set(told)).toEqual(new Set(['en', 'not told']));
    expect(analyser.detect('Die Schleusen des Kanals wurden im Jahr 1869 geöffnet, und seitdem fahren viele Schiffe.')).toBe('de');
    expect(analyser.detect('canal')).toBeUndefined();
  });

  it('takes words of languages that it does not know as they stand', () => {
    expect(analyser.stem('canals', 'xx')).toBe('canals');
    expect(analyser.isStopWord('the', 'xx')).toBe(false);
    expect([analyser.stem('canals', 'en'), analyser.stem("canal's", 'en'), analyser.isStopWord('the', 'en')]).toEqual([
      'canal',
      'canal',
      true,
    ]);
  });
});
