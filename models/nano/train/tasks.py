"""Training rows from plain text, question-answer pairs and the synthetic world, in stages of rising length.

Usage: tasks.py --text articles.jsonl.gz --qa train.jsonl.gz --tokenizer spm4k.model --out rows --stage full --tokens 3000000 --seed 1
Stages: drill (random tokens: select by shared tokens and copy), single (answers from 1-3 sentences), easy (1-4 sentences), mid (to 280 tokens), full (to 990 tokens of text, so that paths pass 1,024), dev (held out).
Writes OUT.npz (rows.py) and, for dev, OUT.json with the items, so that BM25 can be measured on the same questions.
"""
import argparse, gzip, json, random
from dataclasses import asdict
import numpy as np, sentencepiece as spm
from pairs import Pairs
from frames import ask
from lexicon import Lexicon
from questions import SYNONYMS, make
from rows import Item, Packer, Question, save
from text import Bm25, contains, sentences
import world

LENGTH = dict(easy=(40, 130), mid=(90, 300), full=(200, 990), dev=(150, 260), devlong=(600, 900))


class Maker:
    def __init__(self, args):
        self.rng, self.sp = random.Random(args.seed), spm.SentencePieceProcessor(model_file=args.tokenizer)
        self.packer, self.augment = Packer(self.sp), not args.stage.startswith('dev')
        self.lexicon = Lexicon(args.lexicon)
        self.pairs = Pairs(args.qa, args.stage.startswith('dev'))
        self.articles = [] if args.stage.startswith('dev') else self.read(args.text, args.articles)
        self.weights = {s: w for s, w in dict(squad2=4., nq=3., fairytaleqa=1.6, covidqa=1.).items() if s in self.pairs.sources}

    def read(self, path, most):
        rows = [json.loads(line) for line in gzip.open(path, 'rt')]
        self.rng.shuffle(rows)
        return [(r['title'], r['text']) for r in rows[:most]]

    def window(self, parts, start, budget):
        """Whole sentences from `start` on, within the budget; → (encoded, number of sentences)."""
        encoded, used = [], 0
        for part in parts[start:start + 46]:
            tokens = self.packer.encode(part)
            if used + len(tokens) + 1 > budget: break
            if tokens: encoded.append(tokens); used += len(tokens) + 1
            else: break
        return encoded

    def article(self, budget):
        """A window of an article; questions made from its sentences, and from sentences outside it (NONE)."""
        rng = self.rng
        at = rng.randrange(len(self.articles))
        title, text = self.articles[at]
        if isinstance(text, str):
            self.articles[at] = title, text = title, [s for s in sentences(text) if 25 <= len(s) <= 420]
        if len(text) < 6: return None
        start = rng.randrange(len(text) - 3)
        if rng.random() < .35: text, start = self.alike(text, start), 0
        encoded = self.window(text, start, budget)
        item = Item(text[start:start + len(encoded)])
        n = len(encoded)
        if n == 0: return None
        index = Bm25(item.sentences)
        self.ask(item, title, index, rng.randint(16, 30))
        outside = [s for i, s in enumerate(text) if not start <= i < start + n]
        for _ in range(max(1, len(item.questions) // 3)):
            made = [m for m in (self.make(rng.choice(outside), title) for _ in range(rng.choice([1, 4]))) if m] if outside else []
            if made:
                hardest = max(made, key=lambda m: max(index.scores(m[0])))
                item.questions.append(Question(hardest[0], []))
        return item, encoded

    def make(self, sentence, title, gentle=False):
        """A question made from a sentence: mostly in real wording (frames.py), else keywords, clozes and the like (questions.py)."""
        return ask(sentence, title, self.lexicon, self.rng) if self.rng.random() < (.9 if gentle else .7) else make(sentence, title, self.rng, gentle)

    def alike(self, text, at):
        """The article with the sentences most like one of them first, those in their order: distractors by BM25."""
        scores = Bm25(text).scores(text[at])
        near = sorted(sorted(range(len(text)), key=lambda i: -scores[i])[:self.rng.randint(4, 12)])
        return [text[i] for i in near] + [s for i, s in enumerate(text) if i not in near]

    def ask(self, item, title, index, count):
        """Adds made questions; those that BM25 answers are kept seldom, the more so the clearer it is: words alone must not do."""
        rng, n = self.rng, len(item.sentences)
        for _ in range(count):
            i = rng.randrange(n)
            made = self.make(item.sentences[i], title)
            if made is None: continue
            scores = index.scores(made[0])
            second = max((s for j, s in enumerate(scores) if j != i), default=0)
            if n > 1 and rng.random() < (.85 if scores[i] > 1.5 * second else .4 if scores[i] >= second else 0): continue
            item.questions.append(Question(made[0], [i], made[1]))

    def vary(self, question):
        """A real question now and then loses or swaps a word, so that it is not learned by heart."""
        words, rng = question.split(), self.rng
        if rng.random() < .4 and len(words) > 5:
            i = rng.randrange(1, len(words))
            words[i:i + 1] = rng.choice([[], SYNONYMS.get(words[i].lower(), [''])[:1]])
        return ' '.join(words)

    def real(self, budget):
        """Real questions over their context, with neighbouring or similar contexts as distractors."""
        rng = self.rng
        source = rng.choices(list(self.weights), list(self.weights.values()))[0]
        contexts = self.pairs.sources[source]
        at = rng.randrange(len(contexts))
        near = [at] + [j for d in (1, 2, 3) for j in (at - d, at + d) if 0 <= j < len(contexts)] if source in ('squad2', 'fairytaleqa') else [at]
        if source in ('nq', 'covidqa') and contexts[at][1]:
            scores = self.pairs.index[source].scores(contexts[at][1][0][0])
            near = [at] + [j for j in sorted(range(len(scores)), key=lambda j: -scores[j])[:6] if j != at]
        encoded, kept, inside = 0, [], set()
        for j in near[:1] + rng.sample(near[1:], min(len(near) - 1, rng.choice([0, 1, 2, 3, 6]) if budget < 300 else 6)):
            parts, asked = contexts[j]
            room = budget - encoded
            if room < 40 or len(kept) + len(parts) > 44: break
            first = 0
            if sum(map(len, parts)) > room * 4 and asked and rng.random() < .85:      # keep the window around some answer
                first = max(0, rng.choice(asked)[1] - rng.randint(0, 4))
            tokens = self.window(parts, first, room)
            if tokens: kept.append((j, first, tokens)); encoded += sum(len(t) + 1 for t in tokens)
        rng.shuffle(kept)
        item, tokens = Item([]), []
        for j, first, chunk in kept:
            parts, asked = contexts[j]
            base = len(item.sentences) - first
            item.sentences += parts[first:first + len(chunk)]; tokens += chunk
            inside |= {q for q, i, _, _ in asked if first <= i < first + len(chunk)}
            for q, i, answer, _ in asked:
                if first <= i < first + len(chunk): item.questions.append(Question(self.vary(q) if self.augment else q, [base + i], answer if answer and contains(parts[i], answer) else None))
        whole = ' '.join(item.sentences)
        outside = [(q, a) for j in near for q, _, _, a in contexts[j][1]]
        absent = [q for q, a in outside if q not in inside and not contains(whole, a)]
        rng.shuffle(absent); rng.shuffle(item.questions)
        item.questions = item.questions[:10] + [Question(q, []) for q in absent[:max(1, len(item.questions) // 3)]]
        if self.augment and len(item.questions) < 9 and item.sentences: self.ask(item, '', Bm25(item.sentences), 3 * (9 - len(item.questions)))
        return (item, tokens) if tokens else None

    def single(self):
        """One to three sentences, as a predictor is given them, and many questions with different answers: cheap practice in answering."""
        rng = self.rng
        if rng.random() < .3:
            contexts = self.pairs.sources[rng.choices(list(self.weights), list(self.weights.values()))[0]]
            parts, asked = rng.choice(contexts)
            exact = [(q, i, a) for q, i, a, _ in asked if a and contains(parts[i], a)]
            if not exact: return None
            keep = [rng.choice(exact)[1]]
            title = ''
        else:
            title, text = rng.choice(self.articles)
            parts = sentences(text) if isinstance(text, str) else text
            asked, exact, keep = [], [], [rng.randrange(len(parts))]
        if not 20 < len(parts[keep[0]]) < (420 if rng.random() < .3 else 230): return None
        if rng.random() < .4: keep = sorted({keep[0], *(rng.randrange(len(parts)) for _ in range(rng.randint(1, 2)))})
        if rng.random() < .3: rng.shuffle(keep)
        item = Item([parts[i] for i in keep], [Question(self.vary(q), [keep.index(i)], a) for q, i, a in exact if i in keep])
        held = ' '.join(item.sentences)
        for _ in range(12):
            i = rng.randrange(len(keep))
            made = self.make(item.sentences[i], title, gentle=True)
            if made and len(item.questions) < 6 and all(q.answer != made[1] for q in item.questions): item.questions.append(Question(made[0], [i], made[1]))
        spare = [q for q, i, _, a in asked if i not in keep and not contains(held, a)]
        if spare and rng.random() < .5: item.questions.append(Question(rng.choice(spare), []))
        return item, None

    def synthetic(self, budget):
        doc = world.document(self.rng, self.rng.randint(2, 6), max(2, min(20, budget // 16)))
        asked = [Question(q, gold, answer, fact) for q, gold, answer, fact in doc.questions[:7]]
        return Item(doc.sentences, asked + [Question(q, []) for q in doc.absent[:max(1, len(asked) // 3)]]), None

    def drill(self, budget):
        """Sentences of random tokens; the question is some tokens of one of them, in order. Teaches selection and copying."""
        rng, vocabulary = self.rng, self.sp.vocab_size()
        first = 3 + 256 + len(self.packer.id)
        draw = lambda n: [int(first + (vocabulary - first) * rng.random() ** 1.5) for _ in range(n)]
        common = draw(12)
        count = rng.randint(2, 9)
        parts = [[rng.choice(common) if rng.random() < .3 else t for t in draw(rng.randint(5, 16))] for _ in range(count)]
        item = Item(['x'] * count)
        for _ in range(6):
            i = rng.randrange(count)
            keep = sorted(rng.sample(range(len(parts[i])), max(2, int(len(parts[i]) * rng.uniform(.3, .7)))))
            source = parts[i] if rng.random() < .8 else draw(len(parts[i]))
            tokens = [source[k] for k in keep]
            for _ in range(rng.randint(0, 3)): tokens.insert(rng.randrange(len(tokens) + 1), rng.choice(common))
            question = Question('', [i] if source is parts[i] else [])
            question.tokens = tokens
            item.questions.append(question)
        return item, parts

    def evidence(self, made):
        """The same questions over one to six of the sentences, shuffled: what a predictor is given."""
        item, encoded = made
        rng = self.rng
        encoded = encoded or [self.packer.encode(s) for s in item.sentences]
        gold = [i for q in rng.sample(item.questions, min(2, len(item.questions))) for i in q.gold]
        keep = list(dict.fromkeys(gold + rng.sample(range(len(encoded)), min(len(encoded), rng.randint(0, 4)))))[:6]
        if not keep: return made
        rng.shuffle(keep)
        asked = [Question(q.text, [keep.index(i) for i in q.gold], q.answer, q.fact) if q.gold and set(q.gold) <= set(keep) else Question(q.text, [])
                 for q in item.questions if not set(q.gold) & set(keep) or set(q.gold) <= set(keep)]
        held = ' '.join(item.sentences[i] for i in keep)
        spare = [q for q in asked if not q.gold and not any(o.text == q.text and o.answer and contains(held, o.answer) for o in item.questions)]
        chosen = [q for q in asked if q.gold]
        return Item([item.sentences[i] for i in keep], chosen + spare[:max(1, len(chosen) // 2)]), [encoded[i] for i in keep]

    def next(self, stage):
        draw, budget = self.rng.random(), self.rng.randint(*LENGTH.get(stage, (0, 0))) if stage in LENGTH else 0
        if stage.startswith('dev'): return self.real(budget)
        if stage == 'drill' or draw < .03: return self.drill(budget)
        if stage == 'single': return self.single()
        made = self.real(budget) if draw < .62 else self.synthetic(min(budget, 300)) if draw < .69 else self.article(budget)
        return self.evidence(made) if made and self.rng.random() < .2 else made


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('text', 'qa', 'tokenizer', 'out'): p.add_argument('--' + name, required=True)
    p.add_argument('--lexicon', required=True)
    p.add_argument('--stage', choices=['drill', 'single', *LENGTH], required=True)
    p.add_argument('--tokens', type=int, default=1_000_000)
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--articles', type=int, default=5229)
    a = p.parse_args()
    maker, sequences, items, total = Maker(a), [], [], 0
    while total < a.tokens:
        made = maker.next(a.stage)
        if made is None or not made[0].questions: continue
        packed = maker.packer.pack(made[0], maker.rng, encoded=made[1], copy=dict(drill=.4, single=.06).get(a.stage, .3))
        if packed is None: continue
        sequences.append(packed[0]); total += packed[0].shape[1]
        if a.stage.startswith('dev'): items.append(dict(asdict(made[0]), points=packed[1]))
    save(a.out, sequences)
    if items: json.dump(items, open(a.out + '.json', 'w'))
    print(f'{a.stage}: {len(sequences)} sequences, {total} tokens, {sum((s[2] == 30).sum() for s in sequences)} selections')


if __name__ == '__main__':
    main()
