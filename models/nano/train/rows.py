"""Packs one text and many questions about it into one training sequence: a tree of tokens.

    stem      <s><|ctx|><|s1|>sentence<|s2|>sentence ...                  read once
    question    <|q|>question                                             sees the stem
    branches      <|sum|><|s2|>the sentence<|end|>   or <|sum|><|none|>   each sees the stem and its question
                  <|ans|><|s2|>answer<|end|>         or <|ans|><|none|>
                  <|txt|>the sentence<|end|>         (scoring: log p of a summary's text without its number)
                  <|fact|>canonical statement<|end|> (synthetic world only)
Positions count along the path, so each path is exactly the prompt that the model meets in use.
A sequence is int16 [6, tokens]: id, target (-1: none), weight x 10, question number (0: stem), branch number (0: question), position.
"""
from dataclasses import dataclass, field
import numpy as np
from text import MARKERS, SENTENCE_MARKERS, fold

POINT, ANSWER, COPY, FACT, ASK, READ = 30, 10, 4, 6, 1, 1   # weights x 10


@dataclass
class Question:
    text: str
    gold: list                 # indices of the sentences to select, in the order of the reasoning; [] → NONE
    answer: str = None         # words of the last of them
    fact: str = None           # canonical statement
    tokens: list = None        # the question's tokens, where it has no text (drill)


@dataclass
class Item:
    sentences: list
    questions: list = field(default_factory=list)


class Packer:
    def __init__(self, tokenizer, most_tokens=1120):
        self.sp, self.most = tokenizer, most_tokens
        self.id = {m: tokenizer.piece_to_id(m) for m in MARKERS}
        self.sentence_ids = [self.id[m] for m in SENTENCE_MARKERS]

    def encode(self, text):
        return self.sp.encode(fold(text))

    def numbers(self, count, rng):
        """Sentence markers, in a row: mostly from 1 on, else from anywhere, so that every marker is learned."""
        first = 0 if rng.random() < .4 else rng.randint(0, len(self.sentence_ids) - count)
        return self.sentence_ids[first:first + count]

    def pack(self, item, rng, copy=.3, budget=900, encoded=None, answers=True):
        """→ (sequence, points): points are (index of <|sum|> in the sequence, gold marker ids, question) for held-out accuracy."""
        parts = encoded or [self.encode(s) for s in item.sentences]
        if len(parts) > len(self.sentence_ids): return None
        marks = self.numbers(len(parts), rng)
        ids, target, weight, seg, branch, pos, points = [], [], [], [], [], [], []

        def add(tokens, weights, s, b, start, last=-1):
            """Tokens in a row, each predicting the next with that one's weight; `last` is what the final one predicts."""
            ids.extend(tokens); target.extend([*tokens[1:], last]); weight.extend(weights)
            seg.extend([s] * len(tokens)); branch.extend([b] * len(tokens)); pos.extend(range(start, start + len(tokens)))

        stem = [1, self.id['<|ctx|>']]
        for mark, part in zip(marks, parts): stem += [mark, *part]
        if len(stem) > self.most - 60: return None
        markset = set(marks)
        add(stem, [0] + [0 if t in markset and i < 2 else READ for i, t in enumerate(stem[2:], 2)] + [0], 0, 0, 0)
        total = len(stem)
        for n, q in enumerate(item.questions, 1):
            asked = [self.id['<|q|>'], *(q.tokens or self.encode(q.text))[:48]]
            base = len(stem) + len(asked)
            add(asked, [ASK] * (len(asked) - 1) + [0], n, 0, len(stem))
            SUM, ANS, TXT, FACT_, NONE, END = (self.id[f'<|{m}|>'] for m in ('sum', 'ans', 'txt', 'fact', 'none', 'end'))
            points.append((len(ids), [marks[i] for i in q.gold] or [NONE], n - 1))
            whole = [t for i in q.gold for t in (marks[i], *parts[i])]
            if not q.gold:
                for b, head in ((1, SUM), (2, ANS)):
                    if b == 1 or answers: add([head, NONE], [POINT if b == 1 else ANSWER, ANSWER // 2], n, b, base, END)
                continue
            if len(q.gold) > 1 or (rng.random() < copy and len(whole) < 90 and base + len(whole) < self.most):
                weights = [POINT if t in markset else COPY for t in whole]
                add([SUM, *whole], [*weights, ANSWER], n, 1, base, END)
            else:
                add([SUM], [POINT], n, 1, base, whole[0])
            if q.answer is not None and answers:
                words = self.encode(q.answer)[:24]
                add([ANS, marks[q.gold[-1]], *words], [POINT // 2] + [ANSWER] * (len(words) + 1), n, 2, base, END)
            if rng.random() < copy * .3 and len(whole) < 80:
                text = [t for i in q.gold for t in parts[i]]
                add([TXT, *text], [ANSWER] + [COPY] * len(text), n, 3, base, END)
            if q.fact is not None:
                text = self.encode(q.fact)
                add([FACT_, *text], [FACT] * (len(text) + 1), n, 4, base, END)
            total += len(asked) + len(whole)
            if len(ids) > self.most + 700: break
        return np.array([ids, target, weight, seg, branch, pos], np.int16), points


def save(path, sequences, points=None):
    lengths = np.array([s.shape[1] for s in sequences], np.int32)
    np.savez(path, data=np.concatenate(sequences, 1), lengths=lengths)
