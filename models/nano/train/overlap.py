"""8-gram overlap of the training text with each evaluation set.

Usage: overlap.py --train articles.jsonl.gz train.jsonl.gz --eval DIR/longdoc/documents.jsonl.gz ... [--threshold .3] [--n 8]
For each evaluation file: how many of its rows (all text fields joined) share at least the threshold of their 8-grams of words with
the training text, and the mean share. Exit status 1 if any row reaches the threshold. Questions are short: rows under n words are
compared whole.
"""
import argparse, gzip, json, sys
import numpy as np
from text import terms


def strings(value):
    if isinstance(value, str): yield value
    elif isinstance(value, dict):
        for v in value.values(): yield from strings(v)
    elif isinstance(value, list):
        for v in value: yield from strings(v)


def grams(text, n):
    words = terms(text)
    if len(words) < n: return np.array([hash(' '.join(words))] if words else [], np.int64)
    return np.unique(np.array([hash(' '.join(words[i:i + n])) for i in range(len(words) - n + 1)], np.int64))


def rows(path):
    with (gzip.open(path, 'rt') if path.endswith('.gz') else open(path)) as f:
        for line in f: yield json.loads(line)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--train', nargs='+', required=True)
    p.add_argument('--eval', nargs='+', required=True)
    p.add_argument('--threshold', type=float, default=.3)
    p.add_argument('--n', type=int, default=8)
    a = p.parse_args()
    seen = np.unique(np.concatenate([grams(s, a.n) for path in a.train for row in rows(path) for s in strings(row)]))
    print(f'{len(seen)} different {a.n}-grams in training')
    worst = 0
    for path in a.eval:
        shares = []
        for row in rows(path):
            own = grams('\n'.join(strings(row)), a.n)
            shares.append(float(np.isin(own, seen, assume_unique=True).mean()) if len(own) else 0.)
        shares = np.array(shares)
        worst += int((shares >= a.threshold).sum())
        print(f'{path}: {len(shares)} rows, {(shares >= a.threshold).sum()} at {a.threshold:.0%} or more, mean {shares.mean():.2%}, highest {shares.max():.1%}')
    sys.exit(1 if worst else 0)


if __name__ == '__main__':
    main()
