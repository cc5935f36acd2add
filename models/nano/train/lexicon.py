"""What kind of word each word is, counted over plain text (no tagger, no labels): nouns, adjectives, verbs; names of persons and of places.

A word is a noun where it stands between a determiner and an end of phrase, an adjective between a determiner and another word, a verb
after "to", a modal or a pronoun, or before a determiner. A capitalised word is a person's where persons' verbs follow or titles precede.
Usage: lexicon.py --text articles.jsonl.gz --out lexicon.json [--articles 1600]     As a module: Lexicon(path).kind('river') → 'N'
"""
import argparse, gzip, json, re
from collections import Counter

WORD = re.compile(r"\d[\d,.]*\d(?![\w-])|\w[\w'’.-]*\w|\w|[%$€£]|[^\w\s]")
DETERMINERS = frozenset("the a an this that these those his her its their our my some any many several each every no another such both few most two three four".split())
MODALS = frozenset('to will would can could may might must should did does do not'.split())
PRONOUNS = frozenset('he she it they who which we i'.split())
BREAKS = frozenset("of , . ; : ) ( is was are were has had have which that who in on at by for from with and or to as than when where while".split())
TITLES = frozenset('mr mrs dr sir king queen president emperor prince pope saint general captain lord actor actress director author poet philosopher composer'.split())
PERSONAL = frozenset('said wrote argued believed who died married born himself herself thought claimed told became proposed suggested'.split())
PLACES = frozenset('in at near throughout across from'.split())
CLOSED = DETERMINERS | MODALS | PRONOUNS | BREAKS | frozenset('but not if then there here also only very more most less be been being so because although though however into over under between among during after before since until about against through within without out up down off own same other all one him them me us her what how why'.split())


class Lexicon:
    def __init__(self, path):
        with open(path) as f: found = json.load(f)
        self.kinds, self.names = found['kinds'], found['names']

    def kind(self, word):
        """N noun, A adjective, V verb, R adverb, X closed class, C capitalised, D number, P punctuation."""
        low = word.lower()
        if not word[0].isalnum(): return 'P'
        if low in CLOSED: return 'X'
        if word[0].isdigit(): return 'D'
        if word[0].isupper(): return 'C'
        if low in self.kinds: return self.kinds[low]
        if low.endswith('ly'): return 'R'
        if low.endswith(('ed', 'ize', 'ise')): return 'V'
        return 'A' if low.endswith(('al', 'ic', 'ous', 'ive', 'able', 'ful', 'less')) else 'N'

    def name(self, words):
        """person, place or thing."""
        for w in (words[-1], words[0]):
            if w in self.names: return self.names[w]
        return 'thing'


def count(texts):
    noun, adjective, verb, total, person, place, capital = (Counter() for _ in range(7))
    for text in texts:
        words = WORD.findall(text)
        for before, w, after in zip(words, words[1:], words[2:]):
            b, low, a = before.lower(), w.lower(), after.lower()
            if w[0].isupper() and low not in CLOSED:
                capital[w] += 1
                if a in PERSONAL or b in TITLES: person[w] += 1
                if b in PLACES and not after[0].isupper(): place[w] += 1
            if not w.isalpha() or not w.islower() or low in CLOSED: continue
            total[w] += 1
            if b in DETERMINERS or b not in CLOSED and b.isalpha():
                if a in BREAKS: noun[w] += 1 if b in DETERMINERS else .5
            if b in DETERMINERS and a.isalpha() and a not in BREAKS: adjective[w] += 1
            if b in MODALS or b in PRONOUNS: verb[w] += 1.5
            if a in DETERMINERS: verb[w] += .8
    kinds = {}
    for w, n in total.items():
        if n < 4: continue
        if w.endswith('ly') and adjective[w] < .2 * n and noun[w] < .2 * n: kinds[w] = 'R'; continue
        if w.endswith('ed') and len(w) > 4 and noun[w] < .3 * n: kinds[w] = 'A' if adjective[w] > .4 * n else 'V'; continue
        kinds[w] = max((noun[w], 'N'), (adjective[w], 'A'), (verb[w] * 1.1, 'V'))[1] if noun[w] + adjective[w] + verb[w] > .1 * n else 'N' if w.endswith('s') else 'A'
    names = {}
    for w, n in capital.items():
        if n < 4: continue
        if place[w] > .12 * n and place[w] > 2 * person[w]: names[w] = 'place'
        elif person[w] > .04 * n and person[w] > .5 * place[w]: names[w] = 'person'
    return dict(kinds=kinds, names=names)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('text', 'out'): p.add_argument('--' + name, required=True)
    p.add_argument('--articles', type=int, default=1600)
    a = p.parse_args()
    with gzip.open(a.text, 'rt') as f: texts = [json.loads(line)['text'] for _, line in zip(range(a.articles), f)]
    found = count(texts)
    with open(a.out, 'w') as f: json.dump(found, f)
    print({k: len(v) for k, v in found.items()}, Counter(found['kinds'].values()), Counter(found['names'].values()))


if __name__ == '__main__':
    main()
