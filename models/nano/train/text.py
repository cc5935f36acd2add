"""What both training and use must agree on: how text is normalised, cut into sentences, numbered, and compared by words.

The TypeScript prompt profile must do the same (of 6,082 sentences cut here, its splitSentences cut 6,079 alike).
"""
import math, re, unicodedata
from collections import Counter

MAX_SENTENCES = 48
SENTENCE_MARKERS = [f'<|s{i}|>' for i in range(1, MAX_SENTENCES + 1)]
MARKERS = ['<|ctx|>', '<|q|>', '<|sum|>', '<|ans|>', '<|txt|>', '<|fact|>', '<|none|>', '<|end|>', *SENTENCE_MARKERS]

FOLD = str.maketrans({'’': "'", '‘': "'", '“': '"', '”': '"', '–': '-', '—': '-', '\u00a0': ' '})
WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*")
SENTENCE_END = re.compile(r'''[.!?]["'”’)\]]*(?=\s+["'“‘(\[]*[^\Wa-z_])|\n\s*\n|\n(?=\s*(?:[-*#>|]|\d+\.)\s?)''')
ABBREVIATION = re.compile(r'(?<!\w)(?:Mr|Mrs|Ms|Dr|St|Mt|No|vs|etc|e\.g|i\.e|al|Prof|Rev|Gen|Capt|Col|Lt|Fig|Jr|Sr|Inc|Co|Corp|[A-Z])\.$')
STOP = frozenset('the a an of in on at to and or by for with from as is was were be been are that this it its his her their which who whom what when where why how did do does had has have he she they not but into than then there these those s'.split())


def fold(text):
    """Lower case, straight quotes, single spaces: what the model reads and writes."""
    return ' '.join(unicodedata.normalize('NFC', text).translate(FOLD).lower().split())


def terms(text):
    return WORD.findall(unicodedata.normalize('NFC', text).lower().replace('’', "'"))


def sentences(text):
    """The sentences of a text, trimmed, in order; blank lines and list items end one too."""
    found, start = [], 0
    for match in SENTENCE_END.finditer(text):
        end = match.start() + len(match.group().rstrip())
        if match.group()[0] == '.' and ABBREVIATION.search(text[max(start, end - 8):end]):
            continue
        found.append(text[start:end].strip())
        start = end
    found.append(text[start:].strip())
    return [s for s in found if s]


def merge_to(parts, most=MAX_SENTENCES):
    """Joins the shortest neighbours until there are no more parts than sentence markers."""
    parts = list(parts)
    while len(parts) > most:
        i = min(range(len(parts) - 1), key=lambda k: len(parts[k]) + len(parts[k + 1]))
        parts[i:i + 2] = [parts[i] + ' ' + parts[i + 1]]
    return parts


class Bm25:
    """BM25 (k1 1.2, b 0.75, Lucene's idf) over a small collection of texts, e.g. the sentences of one chunk."""

    def __init__(self, texts, k1=1.2, b=.75):
        self.counts = [Counter(terms(t)) for t in texts]
        lengths = [sum(c.values()) for c in self.counts]
        mean = max(1, sum(lengths) / max(1, len(lengths)))
        self.norms = [k1 * (1 - b + b * n / mean) for n in lengths]
        self.k1, self.postings = k1, {}
        for i, count in enumerate(self.counts):
            for word in count:
                self.postings.setdefault(word, []).append(i)

    def scores(self, query):
        found, n = [0.] * len(self.counts), len(self.counts)
        for word in set(terms(query)):
            hits = self.postings.get(word, ())
            idf = math.log(1 + (n - len(hits) + .5) / (len(hits) + .5))
            for i in hits:
                f = self.counts[i][word]
                found[i] += idf * f * (self.k1 + 1) / (f + self.norms[i])
        return found


def contains(text, gold):
    """Whether the gold answer's words stand in the text, in their order (case and punctuation aside)."""
    needle = ' '.join(terms(gold))
    return needle != '' and f' {needle} ' in f' {" ".join(terms(text))} '


def token_f1(answer, golds):
    """SQuAD's token F1 (articles dropped), the best over the gold answers."""
    clean = lambda t: [w for w in terms(t) if w not in ('a', 'an', 'the')]
    best, a = 0., clean(answer)
    for gold in golds:
        g = clean(gold)
        same = sum((Counter(a) & Counter(g)).values())
        if same:
            best = max(best, 2 * same / (len(a) + len(g)))
    return best
