"""Joins the model's log-probabilities with BM25 of the chunk's sentences, and chooses the constants on held-out question-answer pairs.

    score of sentence i = log p(its marker) + w * BM25_i
    evidence            = a * (log p(any marker) - log p(NONE)) + c * highest BM25 + d          (NONE below 0)

Usage: combine.py --model 1m=a.pt --model 3m=b.pt --tokenizer spm4k.model --qa train.jsonl.gz --out combination.json [--chunk 430]
`answer.penalty` (reader.py): the best of a few by answer F1 from the sentence that holds the answer. w: the best of a grid by sentences that hold the gold string; a, c, d: logistic regression, as many chunks with the answer as without.
"""
import argparse, json, os, random
import numpy as np, torch
import cases
from reader import Reader
from stats import auroc_of
from text import token_f1

GRID = (0, .1, .2, .25, .33, .4, .5, .6, .8, 1., 1.3)
PENALTIES = (0., 1., 2., 4.)


def ranking(side, name, weight):
    """Scores of a chunk's sentences."""
    return side.logp[name][:-1] + weight * side.bm25


def features(side, name):
    logp = side.logp[name]
    return np.array([np.logaddexp.reduce(logp[:-1]) - logp[-1], side.bm25.max(), 1.])


def logistic(x, y, ridge=1.):
    """Newton's method; the last column (bias) is not penalised."""
    w, penalty = np.zeros(x.shape[1]), np.eye(x.shape[1]) * ridge
    penalty[-1, -1] = 0
    for _ in range(40):
        p = 1 / (1 + np.exp(-x @ w))
        w += np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + penalty, x.T @ (y - p) - penalty @ w)
    return w


def fit(found, name):
    """→ constants, and what they reach on the rows they were chosen on."""
    right = [np.mean([np.argmax(ranking(c.own, name, w)) in c.holds for c in found]) for w in GRID]
    smooth = np.convolve(np.pad(right, 1, mode='edge'), [.25, .5, .25], 'valid')      # one lucky point is not chosen
    best = int(np.argmax(smooth))
    pairs = [c for c in found if c.other is not None]
    x = np.array([features(c.own, name) for c in pairs] + [features(c.other, name) for c in pairs])
    y = np.array([1] * len(pairs) + [0] * len(pairs))
    w = logistic(x, y)
    constants = dict(sentence=dict(bm25=GRID[best]), none=dict(model=round(w[0], 4), bm25=round(w[1], 4), bias=round(w[2], 4)))
    score = x @ w
    return constants, dict(questions=len(found), bm25=np.mean([np.argmax(c.own.bm25) in c.holds for c in found]), model=right[0], product=right[best],
                           none_model=auroc_of(x[y == 1, 0], x[y == 0, 0]), none_bm25=auroc_of(x[y == 1, 1], x[y == 0, 1]), none_both=auroc_of(score[y == 1], score[y == 0]))


def penalty(reader, chunks, found, most=150):
    """→ (the best penalty on the question's words, F1 by penalty)."""
    rows = random.Random(0).sample([c for c in found if c.holds], most)
    texts = [[chunks[c.own.chunk].parts[max(c.holds, key=lambda j: c.own.bm25[j])]] for c in rows]
    f1 = {p: float(np.mean([token_f1(s, c.gold) for s, c in zip(reader.answers(texts, [c.question for c in rows], copied=True, penalty=p), rows)])) for p in PENALTIES}
    return max(f1, key=f1.get), f1


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--model', action='append', required=True, metavar='NAME=FILE')
    for name in ('tokenizer', 'qa', 'out'): p.add_argument('--' + name, required=True)
    p.add_argument('--chunk', type=int, default=430)
    a = p.parse_args()
    torch.set_num_threads(1)
    readers = {name: Reader(path, a.tokenizer) for name, path in (m.split('=', 1) for m in a.model)}
    chunks, found = cases.held_out(a.qa, next(iter(readers.values())).packer.encode, a.chunk)
    made = {}
    if os.path.exists(a.out):                                                          # other sizes' constants stay
        with open(a.out) as f: made = json.load(f)
    for name, reader in readers.items():
        cases.run(reader, name, chunks, found)
        made[name], reached = fit(found, name)
        best, by = penalty(reader, chunks, found)
        made[name]['answer'] = dict(penalty=best)
        reached |= {f'f1 at penalty {p:g}': v for p, v in by.items()}
        print(name, made[name], {k: round(float(v), 4) for k, v in reached.items()}, flush=True)
    with open(a.out, 'w') as f: json.dump(made, f, indent=1)


if __name__ == '__main__':
    main()
