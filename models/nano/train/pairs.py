"""Real question-answer pairs, each with the sentence that answers it found in its context; a part of them held out.

Held out: by blocks of 12 neighbouring contexts of one source (one block in 12), so that no document is on both sides but at a border.
Used by tasks.py; input rows as train.sh says.
"""
import gzip, hashlib, json
from text import STOP, Bm25, contains, sentences, terms


class Pairs:
    """Question-answer pairs by context, each with its sentence found; contexts of one source in file order."""

    def __init__(self, path, held_out):
        by_context = {}
        for line in gzip.open(path, 'rt'):
            row = json.loads(line)
            by_context.setdefault((row['source'], row['context']), []).append((row['question'], row['answer'].strip(' .,;')))
        seen, self.sources = {}, {}
        for (source, context), asked in by_context.items():
            block = seen[source] = seen.get(source, -1) + 1
            held = int(hashlib.sha256(f'{source}{block // 12}'.encode()).hexdigest(), 16) % 12 == 0
            if held != held_out: continue
            parts = sentences(context)
            found = [(q, *self.locate(parts, q, a), a) for q, a in asked]
            self.sources.setdefault(source, []).append((parts, [(q, i, a if exact else None, a) for q, i, exact, a in found if i is not None]))
        self.index = {s: Bm25([' '.join(p) for p, _ in c]) for s, c in self.sources.items()}

    @staticmethod
    def locate(parts, question, answer):
        """The sentence that holds the answer and shares most words with the question; else the one that holds most of the answer's words."""
        scores = Bm25(parts).scores(question)
        holds = [i for i, s in enumerate(parts) if contains(s, answer)]
        if holds: return max(holds, key=lambda i: scores[i]), len(answer) < 120
        wanted = set(terms(answer)) - STOP
        share = [len(wanted & set(terms(s))) / max(1, len(wanted)) for s in parts]
        best = max(range(len(parts)), key=lambda i: (share[i], scores[i]))
        return (best, False) if wanted and share[best] >= .6 else (None, False)
