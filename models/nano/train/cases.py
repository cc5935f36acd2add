"""Cases to measure on: questions with a chunk that holds the answer and one of the same document that does not.

A question's chunk is the one that holds a gold string and has the highest BM25 for the question; the other is drawn at random from the chunks
without a gold string. `longdoc` reads the labelled set; `held_out` makes the same of the held-out part of the question-answer pairs.
"""
import gzip, hashlib, json, random
from dataclasses import dataclass, field
import numpy as np
from pairs import Pairs
from text import Bm25, contains, merge_to, sentences


@dataclass
class Side:
    """One chunk seen with one question: BM25 of its sentences, and by model name log p of each marker and, last, of NONE."""
    chunk: int
    bm25: np.ndarray
    logp: dict = field(default_factory=dict)


@dataclass
class Case:
    document: str
    question: str
    gold: list                # gold strings
    own: Side
    other: Side               # None where every chunk holds the answer
    holds: list               # indices of the own chunk's sentences that hold a gold string


@dataclass
class Chunk:
    document: str
    parts: list
    encoded: list

    @property
    def sizes(self): return [len(t) for t in self.encoded]


def cut_chunks(parts, encode, most):
    """Whole sentences, greedily, at most `most` tokens and 48 sentences a chunk."""
    made, current, used = [], [], 0
    for part in parts:
        size = len(encode(part)) + 1
        if current and (used + size > most or len(current) >= 48): made.append(current); current, used = [], 0
        current.append(part); used += size
    return made + [current] if current else made


def cases_of(document, parts, asked, encode, most, chunks, rng):
    """Adds the document's chunks to `chunks`; → its cases. `asked`: (question, gold strings)."""
    made = [merge_to(c) for c in cut_chunks(parts, encode, most)]
    base = len(chunks)
    chunks += [Chunk(document, c, [encode(s)[:most] for s in c]) for c in made]
    index, inner, found = Bm25([' '.join(c) for c in made]), [Bm25(c) for c in made], []
    for question, gold in asked:
        holds = [any(contains(' '.join(c), g) for g in gold) for c in made]
        if not any(holds): continue
        rank = index.scores(question)
        own = max((i for i, h in enumerate(holds) if h), key=lambda i: rank[i])
        others = [i for i, h in enumerate(holds) if not h]
        other = rng.choice(others) if others else None
        side = lambda i: Side(base + i, np.array(inner[i].scores(question)))
        golds = [i for i, s in enumerate(made[own]) if any(contains(s, g) for g in gold)]
        found.append(Case(document, question, gold, side(own), None if other is None else side(other), golds))
    return found


def longdoc(folder, half, encode, most, limit=999):
    """half 0: dev (last hex digit of sha256(id) even), 1: test. → (chunks, cases)"""
    rows = lambda name: [json.loads(line) for line in gzip.open(f'{folder}/{name}.jsonl.gz', 'rt')]
    wanted = lambda id: int(hashlib.sha256(id.encode()).hexdigest()[-1], 16) % 2 == half
    asked, chunks, found, rng = {}, [], [], random.Random(0)
    for q in rows('questions'): asked.setdefault(q['document'], []).append((q['question'], q['answers']))
    for d in [d for d in rows('documents') if wanted(d['id'])][:limit]:
        found += cases_of(d['id'], sentences(d['text']), asked.get(d['id'], []), encode, most, chunks, rng)
    return chunks, found


def held_out(path, encode, most):
    """The pairs never trained on; twelve neighbouring contexts of one source make a document. → (chunks, cases)"""
    chunks, found, rng = [], [], random.Random(0)
    for source, contexts in Pairs(path, True).sources.items():
        for at in range(0, len(contexts), 12):
            block = contexts[at:at + 12]
            asked = [(q, [a]) for _, questions in block for q, _, exact, a in questions if exact]
            found += cases_of(f'{source}{at}', [s for parts, _ in block for s in parts], asked, encode, most, chunks, rng)
    return chunks, found


def run(reader, name, chunks, cases):
    """Fills every side's `logp[name]`; a chunk is read once for all its questions."""
    todo = {}
    for case in cases:
        for side in (case.own, case.other):
            if side is not None: todo.setdefault(side.chunk, []).append((side, case.question))
    for chunk, asked in todo.items():
        for at in range(0, len(asked), 16):
            part = asked[at:at + 16]
            for (side, _), logp in zip(part, reader.select(chunks[chunk].encoded, [q for _, q in part])): side.logp[name] = logp
