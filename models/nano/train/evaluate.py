"""Measure a checkpoint on longdoc: selection against BM25, NONE, the predictor, and both together.

Usage: evaluate.py --model model.pt --tokenizer spm4k.model --longdoc DIR [--chunk 430] [--share .12] [--limit 97] [--answers 300] [--out figures.json] [--final]
Without --final only the dev half (last hex digit of sha256(id) even) is read; --final reads the test half, once, for the card.
A question's chunk is the one that holds a gold string and has the highest BM25 for the question; distractors: other chunks of the
document without a gold string. Intervals: 95%, bootstrap over documents; differences are paired.
"""
import argparse, gzip, hashlib, json, random
import numpy as np, sentencepiece as spm, torch
from model import Model
from rows import Packer
from text import Bm25, contains, merge_to, sentences, token_f1


class Reader:
    def __init__(self, checkpoint, tokenizer):
        saved = torch.load(checkpoint, map_location='cpu')
        self.model = Model(**saved['config'])
        self.model.load_state_dict(saved['state'])
        self.model.eval()
        self.sp = spm.SentencePieceProcessor(model_file=tokenizer)
        self.packer = Packer(self.sp)
        self.id = self.packer.id

    def stem(self, encoded):
        ids = [1, self.id['<|ctx|>']]
        for mark, part in zip(self.packer.sentence_ids, encoded): ids += [mark, *part]
        return ids

    @torch.no_grad()
    def forward(self, ids, seg, branch, pos, selected):
        return torch.log_softmax(self.model(*(torch.tensor(x)[None] for x in (ids, seg, branch, pos)), torch.tensor(selected)[None], torch.float32).float(), -1)

    def select(self, encoded, questions):
        """→ [questions, sentences + 1]: log p of each sentence's marker, last of NONE, as the first token after <|sum|>."""
        stem = self.stem(encoded)
        ids, seg, pos = list(stem), [0] * len(stem), list(range(len(stem)))
        for n, question in enumerate(questions, 1):
            asked = [self.id['<|q|>'], *self.packer.encode(question)[:48], self.id['<|sum|>']]
            ids += asked; seg += [n] * len(asked); pos += range(len(stem), len(stem) + len(asked))
        logp = self.forward(ids, seg, [0] * len(ids), pos, [t == self.id['<|sum|>'] for t in ids])
        return logp[:, self.packer.sentence_ids[:len(encoded)] + [self.id['<|none|>']]].numpy()

    def generate(self, prompts, most=28):
        """Greedy continuations of token lists, many at once (no cache: prompts are short)."""
        done = [[] for _ in prompts]
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        for at in range(0, len(order), 24):
            live = order[at:at + 24]
            for _ in range(most):
                rows = [prompts[i] + done[i] for i in live]
                T = max(map(len, rows))
                ids = torch.zeros(len(rows), T, dtype=torch.long); ends = torch.zeros(len(rows), T, dtype=torch.bool)
                for b, row in enumerate(rows): ids[b, :len(row)] = torch.tensor(row); ends[b, len(row) - 1] = True
                zero = torch.zeros_like(ids)
                with torch.no_grad(): best = self.model(ids, zero, zero, torch.arange(T)[None].expand(len(rows), T), ends, torch.float32).argmax(-1)
                for i, t in zip(live, best.tolist()): done[i].append(t)
                live = [i for i in live if done[i][-1] != self.id['<|end|>']]
                if not live: break
        return done

    def answers(self, evidences, questions):
        """→ the predictor's answers; '' for NONE. `evidences` are lists of texts."""
        prompts = [self.stem([self.packer.encode(t) for t in texts]) + [self.id['<|q|>'], *self.packer.encode(q)[:48], self.id['<|ans|>']] for texts, q in zip(evidences, questions)]
        outputs = self.generate(prompts)
        return ['' if self.id['<|none|>'] in out[:1] else self.sp.decode([t for t in out[1:] if t not in self.id.values()]) for out in outputs]


def chunks(parts, encode, most):
    """Whole sentences, greedily, at most `most` tokens and 48 sentences a chunk."""
    made, current, used = [], [], 0
    for part in parts:
        size = len(encode(part)) + 1
        if current and (used + size > most or len(current) >= 48): made.append(current); current, used = [], 0
        current.append(part); used += size
    return made + [current] if current else made


def cut(parts, order, sizes, budget):
    """Sentences in order of rank while they fit the budget of tokens; the first is cut to it. In the order of the text."""
    kept, room = [], budget
    for i in order:
        if sizes[i] <= room: kept.append(i); room -= sizes[i]
        elif not kept: return [' '.join(parts[i].split()[:max(1, int(len(parts[i].split()) * budget / sizes[i]))])]
    return [parts[i] for i in sorted(kept)]


def interval(values, documents, seed=0):
    """Mean and 95% bootstrap interval over documents."""
    groups = {}
    for v, d in zip(values, documents): groups.setdefault(d, []).append(v)
    sums, counts = np.array([sum(g) for g in groups.values()]), np.array([len(g) for g in groups.values()])
    picks = np.random.default_rng(seed).integers(0, len(sums), (2000, len(sums)))
    low, high = np.percentile(sums[picks].sum(1) / counts[picks].sum(1), [2.5, 97.5])
    return [round(float(x), 4) for x in (np.mean(values), low, high)]


def auroc(positive, negative):
    both = np.concatenate([positive, negative]); order = np.argsort(both, kind='stable')
    ranks = np.empty(len(both)); values = both[order]; start = 0
    for i in range(1, len(both) + 1):
        if i == len(both) or values[i] != values[start]: ranks[order[start:i]] = (start + i + 1) / 2; start = i
    return (ranks[:len(positive)].sum() - len(positive) * (len(positive) + 1) / 2) / len(positive) / len(negative)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('model', 'tokenizer', 'longdoc'): p.add_argument('--' + name, required=True)
    p.add_argument('--chunk', type=int, default=430); p.add_argument('--share', type=float, default=.12); p.add_argument('--limit', type=int, default=999)
    p.add_argument('--out'); p.add_argument('--final', action='store_true'); p.add_argument('--answers', type=int, default=10_000, help='read at most so many questions, drawn at random; 0: none')
    a = p.parse_args()
    torch.set_num_threads(1)
    reader, rng, half = Reader(a.model, a.tokenizer), random.Random(0), 1 if a.final else 0
    rows = lambda name: [json.loads(line) for line in gzip.open(f'{a.longdoc}/{name}.jsonl.gz', 'rt')]
    wanted = lambda id: int(hashlib.sha256(id.encode()).hexdigest()[-1], 16) % 2 == half
    documents = [d for d in rows('documents') if wanted(d['id'])][:a.limit]
    asked = {}
    for q in rows('questions'): asked.setdefault(q['document'], []).append(q)
    found = []
    for d in documents:
        made = [merge_to(c) for c in chunks([s for s in sentences(d['text'])], reader.packer.encode, a.chunk)]
        encoded = [[reader.packer.encode(s)[:a.chunk] for s in c] for c in made]
        index, inner = Bm25([' '.join(c) for c in made]), [Bm25(c) for c in made]
        jobs = {}
        for q in asked.get(d['id'], []):
            holds = [any(contains(' '.join(c), g) for g in q['answers']) for c in made]
            if not any(holds): continue
            rank = index.scores(q['question'])
            own = max((i for i, h in enumerate(holds) if h), key=lambda i: rank[i])
            others = [i for i, h in enumerate(holds) if not h]
            r = dict(document=d['id'], question=q['question'], gold=q['answers'])
            jobs.setdefault(own, []).append((r, True))
            if others: jobs.setdefault(rng.choice(others), []).append((r, False))
            found.append(r)
        for c, todo in jobs.items():
            logp = reader.select(encoded[c], [r['question'] for r, _ in todo])
            for (r, own), lp in zip(todo, logp):
                bm = inner[c].scores(r['question'])
                seen = dict(model=float(np.logaddexp.reduce(lp[:-1]) - lp[-1]), bm25=max(bm))
                if not own: r['other'] = seen; continue
                sizes = [len(t) for t in encoded[c]]
                order = dict(model=list(np.argsort(-lp[:-1], kind='stable')), bm25=sorted(range(len(bm)), key=lambda i: (-bm[i], i)))
                r['own'], r['order'], r['tokens'] = seen, order, sum(sizes)
                golds = [i for i, s in enumerate(made[c]) if any(contains(s, g) for g in r['gold'])]
                r['gold_sentence'] = made[c][max(golds, key=lambda i: bm[i])] if golds else None
                for m in ('model', 'bm25'):
                    r[m + '_1'] = order[m][0] in golds
                    r[m + '_share1'] = sizes[order[m][0]] / sum(sizes)
                    r[m + '_text'] = cut(made[c], order[m], sizes, a.share * sum(sizes))
                    r[m + '_kept'] = any(contains(' '.join(r[m + '_text']), g) for g in r['gold'])
    docs, figures = [r['document'] for r in found], dict(model=a.model, half='test' if a.final else 'dev', chunk=a.chunk, share=a.share, questions=len(found), documents=len(set(r['document'] for r in found)))
    for name, key in (('best sentence holds gold', '1'), (f'gold kept at {a.share:.0%}', 'kept')):
        m, b = ([float(r[f'{x}_{key}']) for r in found] for x in ('model', 'bm25'))
        figures[name] = dict(model=interval(m, docs), bm25=interval(b, docs), difference=interval([x - y for x, y in zip(m, b)], docs))
    figures['share of best sentence'] = {m: round(float(np.mean([r[m + '_share1'] for r in found])), 4) for m in ('model', 'bm25')}
    pairs = [r for r in found if 'other' in r]
    figures['none auroc'] = {m: round(auroc([r['own'][m] for r in pairs], [r['other'][m] for r in pairs]), 4) for m in ('model', 'bm25')}
    figures['says none'] = dict(with_gold=round(np.mean([r['own']['model'] < 0 for r in pairs]), 4), without=round(np.mean([r['other']['model'] < 0 for r in pairs]), 4))
    if a.answers:
        read = [r for r in found if r['gold_sentence']]
        read = rng.sample(read, min(a.answers, len(read)))
        f1 = {}
        for name, texts in (('gold', [[r['gold_sentence']] for r in read]), ('model', [r['model_text'] for r in read]), ('bm25', [r['bm25_text'] for r in read])):
            f1[name] = [token_f1(x, r['gold']) for x, r in zip(reader.answers(texts, [r['question'] for r in read]), read)]
        docs = [r['document'] for r in read]
        figures['answer f1'] = {k: interval(v, docs) for k, v in f1.items()}
        figures['answer f1']['model - bm25'] = interval([x - y for x, y in zip(f1['model'], f1['bm25'])], docs)
        gap = np.mean(f1['gold']) - np.mean(f1['bm25'])
        figures['share of the gap closed'] = round(float((np.mean(f1['model']) - np.mean(f1['bm25'])) / gap), 4)
    print(json.dumps(figures, indent=1))
    if a.out: json.dump(figures, open(a.out, 'w'), indent=1)


if __name__ == '__main__':
    main()
