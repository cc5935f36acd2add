"""Measures models on longdoc: compressor (alone and joined with BM25), NONE, predictor, both together, and larger against smaller.

Usage: evaluate.py --model 1m=a.pt --model 3m=b.pt --tokenizer spm4k.model --longdoc DIR --combination combination.json [--out figures.json]
                   [--chunk 430] [--share .12] [--limit 999] [--answers 1000] [--bits 400] [--final]
Without --final only the dev half (last hex digit of sha256(id) even) is read; --final reads the test half, once, for the card. Models are named from
small to large. Every figure is [value, low, high]: 95% intervals, bootstrap over documents; differences are paired.
Texts at a budget of tokens: sentences in order of rank while they fit (the first is cut to it); `k` is what BM25's best k sentences take.
"""
import argparse, json, random
import numpy as np, torch
import cases, combine, stats
from reader import Reader
from text import contains, token_f1


def cut(chunk, order, budget):
    """Sentences in order of rank while they fit the budget of tokens; the first is cut to it. In the order of the text."""
    kept, room = [], budget
    for i in order:
        if chunk.sizes[i] <= room: kept.append(i); room -= chunk.sizes[i]
        elif not kept:
            words = chunk.parts[i].split()
            return [' '.join(words[:max(1, int(len(words) * budget / chunk.sizes[i]))])]
    return [chunk.parts[i] for i in sorted(kept)]


class Figures:
    def __init__(self, chunks, found, names, constants, share):
        self.chunks, self.found, self.names, self.constants, self.share = chunks, found, names, constants, share
        self.weights = stats.draws([c.document for c in found])
        self.orders = {'bm25': [np.argsort(-c.own.bm25, kind='stable') for c in found]}
        for name in names:
            self.orders[name] = [np.argsort(-combine.ranking(c.own, name, 0), kind='stable') for c in found]
            self.orders[name + '+bm25'] = [np.argsort(-combine.ranking(c.own, name, constants[name]['sentence']['bm25']), kind='stable') for c in found]

    def mean(self, values, rows=None): return stats.mean(values, self.weights if rows is None else self.weights[:, rows])

    def against(self, values, base='bm25', rows=None):
        """Means of every method, and differences from `base`."""
        made = {k: self.mean(v, rows) for k, v in values.items()}
        return dict(made, **{f'{k} - {base}': self.mean(np.subtract(v, values[base]), rows) for k, v in values.items() if k != base})

    def budgets(self, k):
        """Tokens a question: of BM25's best k sentences, or the share of the chunk."""
        return [sum(self.chunks[c.own.chunk].sizes[i] for i in order[:k]) if k else self.share * sum(self.chunks[c.own.chunk].sizes) for c, order in zip(self.found, self.orders['bm25'])]

    def texts(self, method, k): return [cut(self.chunks[c.own.chunk], order, budget) for c, order, budget in zip(self.found, self.orders[method], self.budgets(k))]

    def compressor(self):
        first = {m: [float(order[0] in c.holds) for c, order in zip(self.found, orders)] for m, orders in self.orders.items()}
        kept = lambda k: {m: [float(any(contains(' '.join(t), g) for g in c.gold)) for c, t in zip(self.found, self.texts(m, k))] for m in self.orders}
        size = lambda c: self.chunks[c.own.chunk].sizes
        self.first = first
        return {'best sentence holds gold': self.against(first),
                'share of the chunk in the best sentence': {m: self.mean([size(c)[order[0]] / sum(size(c)) for c, order in zip(self.found, orders)]) for m, orders in self.orders.items()},
                f'gold kept at {self.share:.0%} of the chunk': self.against(kept(0)),
                "gold kept in the tokens of BM25's best sentence": self.against(kept(1)), "gold kept in the tokens of BM25's best two": self.against(kept(2))}

    def none(self):
        rows = [i for i, c in enumerate(self.found) if c.other is not None]
        score = {'bm25': lambda side: side.bm25.max()}
        for name in self.names:
            a = self.constants[name]['none']
            score[name] = lambda side, n=name: combine.features(side, n)[0]
            score[name + '+bm25'] = lambda side, n=name, a=a: combine.features(side, n) @ [a['model'], a['bm25'], a['bias']]
        pairs = {m: ([f(self.found[i].own) for i in rows], [f(self.found[i].other) for i in rows]) for m, f in score.items()}
        weights, made = self.weights[:, rows], {'pairs': len(rows)}
        for m, (own, other) in pairs.items(): made[m] = stats.auroc(own, other, weights)
        for m in pairs:
            if m != 'bm25': made[f'{m} - bm25'] = stats.auroc(*pairs[m], weights, minus=pairs['bm25'])
        for small, large in zip(self.names, self.names[1:]): made[f'{large} - {small}'] = stats.auroc(*pairs[large], weights, minus=pairs[small])
        for m, (own, other) in pairs.items():
            if m != 'bm25': made[f'{m} says NONE'] = dict(with_gold=round(float(np.mean(np.array(own) < 0)), 4), without=round(float(np.mean(np.array(other) < 0)), 4))
        return made

    def predictor(self, readers, most):
        """F1 from the gold sentence (of several, the one nearest to the question by BM25), and from each compressor's text; free and held to the evidence."""
        rows = [i for i, c in enumerate(self.found) if c.holds]
        rows = sorted(random.Random(0).sample(rows, min(most, len(rows))))
        golds = [[self.chunks[c.own.chunk].parts[max(c.holds, key=lambda j: c.own.bm25[j])]] for c in (self.found[i] for i in rows)]
        made, f1 = {'questions': len(rows)}, {}
        for name, reader in readers.items():
            for mode in ('free', 'held to the evidence'):
                ask = self.asker(reader, rows, self.constants[name]['answer']['penalty'] if mode != 'free' else None)
                title = f'{name}, {mode}'
                f1[title], none = ask(golds)
                made[title] = {'gold sentence': self.mean(f1[title], rows), 'says NONE to it': round(none, 4)}
                for k in (1, 2) if mode != 'free' else ():
                    ends = {m: ask([t for i, t in enumerate(self.texts(m, k)) if i in set(rows)])[0] for m in ('bm25', name, name + '+bm25')}
                    made[title][f"end to end in the tokens of BM25's best {k}"] = self.against(ends, rows=rows)
                    made[title][f'share of the gap to gold closed, best {k}'] = {m: stats.ratio(np.subtract(ends[m], ends['bm25']), np.subtract(f1[title], ends['bm25']), self.weights[:, rows]) for m in ends if m != 'bm25'}
        for small, large in zip(self.names, self.names[1:]):
            for mode in ('free', 'held to the evidence'): made[f'{large} - {small}, {mode}, gold sentence'] = self.mean(np.subtract(f1[f'{large}, {mode}'], f1[f'{small}, {mode}']), rows)
        return made

    def asker(self, reader, rows, penalty):
        """→ a function from evidences, one a row, to (F1 of each row, share of NONE); what was read before is not read again."""
        known = {}
        def ask(texts):
            todo = {(i, tuple(t)): (t, self.found[i].question) for i, t in zip(rows, texts) if (i, tuple(t)) not in known}
            if todo: known.update(zip(todo, reader.answers(*map(list, zip(*todo.values())), copied=penalty is not None, penalty=penalty or 0)))
            said = [known[i, tuple(t)] for i, t in zip(rows, texts)]
            return [token_f1(s, self.found[i].gold) for i, s in zip(rows, said)], float(np.mean([s == '' for s in said]))
        return ask

    def larger(self, readers, most):
        rows = [i for i, c in enumerate(self.found) if c.holds]
        rows = sorted(random.Random(1).sample(rows, min(most, len(rows))))
        text, summary, made = {}, {}, {'questions': len(rows)}
        for name, reader in readers.items():
            for c in (self.found[i] for i in rows):
                chunk, gold = self.chunks[c.own.chunk], max(c.holds, key=lambda j: c.own.bm25[j])
                a, b = reader.bits(chunk.encoded, c.question, gold, chunk.parts)
                text.setdefault(name, []).append(a); summary.setdefault(name, []).append(b)
        for name in readers: made[name] = {'bits per byte of the chunk': self.mean(text[name], rows), "bits per byte of the gold sentence as summary": self.mean(summary[name], rows)}
        for small, large in zip(self.names, self.names[1:]):
            gains = {'best sentence holds gold': self.mean(np.subtract(self.first[large], self.first[small])),
                     'best sentence holds gold, joined with BM25': self.mean(np.subtract(self.first[large + '+bm25'], self.first[small + '+bm25'])),
                     'bits per byte of the chunk': self.mean(np.subtract(text[large], text[small]), rows), 'bits per byte of the gold sentence as summary': self.mean(np.subtract(summary[large], summary[small]), rows)}
            made[f'{large} - {small}'] = gains
        return made


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--model', action='append', required=True, metavar='NAME=FILE')
    for name in ('tokenizer', 'longdoc', 'combination'): p.add_argument('--' + name, required=True)
    p.add_argument('--chunk', type=int, default=430); p.add_argument('--share', type=float, default=.12); p.add_argument('--limit', type=int, default=999)
    p.add_argument('--answers', type=int, default=1000); p.add_argument('--bits', type=int, default=400); p.add_argument('--out'); p.add_argument('--final', action='store_true')
    a = p.parse_args()
    torch.set_num_threads(1)
    readers = {name: Reader(path, a.tokenizer) for name, path in (m.split('=', 1) for m in a.model)}
    with open(a.combination) as f: constants = json.load(f)
    chunks, found = cases.longdoc(a.longdoc, int(a.final), next(iter(readers.values())).packer.encode, a.chunk, a.limit)
    for name, reader in readers.items(): cases.run(reader, name, chunks, found)
    figures = Figures(chunks, found, list(readers), constants, a.share)
    made = dict(half='test' if a.final else 'dev', questions=len(found), documents=len({c.document for c in found}), chunk=a.chunk, tokens={n: r.tokens for n, r in readers.items()})
    for name, part in (('compressor', figures.compressor), ('none', figures.none), ('predictor', lambda: figures.predictor(readers, a.answers)), ('larger against smaller', lambda: figures.larger(readers, a.bits))):
        if name == 'predictor' and not a.answers or name == 'larger against smaller' and not a.bits: continue
        made[name] = part()
        print(json.dumps({name: made[name]}, indent=1).replace('\n   ', ' ').replace('\n  ]', ']'), flush=True)
    if a.out:
        with open(a.out, 'w') as f: json.dump(made, f, indent=1)


if __name__ == '__main__':
    main()
