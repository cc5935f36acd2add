"""Runs a checkpoint as compressor, predictor and scorer, with the prompts of use (rows.py says what each looks like)."""
import math
import sentencepiece as spm, torch, torch.nn.functional as F
from model import Model, frequencies, rms_norm, rotate
from rows import Packer
from text import STOP, fold, terms


class Reader:
    def __init__(self, checkpoint, tokenizer):
        saved = torch.load(checkpoint, map_location='cpu')
        self.model = Model(**saved['config'])
        self.model.load_state_dict(saved['state'])
        self.model.eval()
        self.tokens = saved.get('tokens')
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

    def bits(self, encoded, question, gold, parts):
        """→ bits per byte of the chunk's text (its markers not counted), and of its sentence `gold` as a summary's text: -log2 p(sentence, <|end|> | chunk, question)."""
        stem = self.stem(encoded)
        out = [*encoded[gold], self.id['<|end|>']]
        ids = [*stem, self.id['<|q|>'], *self.packer.encode(question)[:48], self.id['<|txt|>'], *out]
        logp = self.forward(ids[:-1], *([[0] * (len(ids) - 1)] * 2), list(range(len(ids) - 1)), [True] * (len(ids) - 1))
        own = torch.tensor(ids[1:])
        each = -logp.gather(1, own[:, None])[:, 0] / math.log(2)
        text = ~torch.isin(own, torch.tensor(list(self.id.values())))
        text[len(stem) - 1:] = False
        size = lambda part: len(fold(part).encode())
        return float(each[text].sum()) / sum(map(size, parts)), float(each[-len(out):].sum()) / size(parts[gold])

    @torch.no_grad()
    def generate(self, prompts, most=28, allowed=None, batch=32, bias=None):
        """Greedy continuations of token lists, many at once. `allowed(prompt index, tokens so far)` → token ids to choose from, or None for all."""
        done = [[] for _ in prompts]
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        for at in range(0, len(order), batch):
            live = order[at:at + batch]
            cache = Cache(self.model, [prompts[i] for i in live], most)
            logits, open_ = cache.logits, list(range(len(live)))
            for step in range(most):
                if bias is not None: logits = logits + torch.stack([bias[i] for i in live])
                for b in open_:
                    ids = allowed(live[b], done[live[b]]) if allowed else None
                    done[live[b]].append(int(logits[b].argmax()) if ids is None else ids[int(logits[b][ids].argmax())])
                open_ = [b for b in open_ if done[live[b]][-1] != self.id['<|end|>']]
                if not open_ or step == most - 1: break
                logits = cache.step([done[i][-1] for i in live])
        return done

    def prompt(self, texts, question):
        return self.stem([self.packer.encode(t)[:400] for t in texts]) + [self.id['<|q|>'], *self.packer.encode(question)[:48], self.id['<|ans|>']]

    def copied(self, prompts):
        """`allowed` for answers that are a stretch of one evidence: NONE or its marker, then its tokens in a row, then <|end|>."""
        markers, end, none = set(self.packer.sentence_ids), self.id['<|end|>'], self.id['<|none|>']
        def parts(prompt):
            found, of = {}, None
            for t in prompt[2:prompt.index(self.id['<|q|>'])]:
                if t in markers: of = found[t] = []
                else: of.append(t)
            return found
        texts = [parts(p) for p in prompts]
        def allowed(i, out):
            if not out: return [none, *texts[i]]
            if out[0] == none: return [end]
            text, said = texts[i][out[0]], out[1:]
            if not said: return list(dict.fromkeys(text)) or [end]
            n = len(said)
            following = [text[k + n] for k in range(len(text) - n) if text[k:k + n] == said]
            return list(dict.fromkeys([*following, end]))
        return allowed

    def answers(self, evidences, questions, copied=False, penalty=0.):
        """→ the predictor's answers; '' for NONE. `evidences` are lists of texts; `copied` holds them to stretches of one evidence."""
        prompts = [self.prompt(texts, q) for texts, q in zip(evidences, questions)]
        bias = None
        if penalty:
            bias = torch.zeros(len(prompts), self.sp.vocab_size())
            for row, q in zip(bias, questions): row[[t for w in set(terms(q)) - STOP for t in self.packer.encode(w)]] = -penalty
        outputs = self.generate(prompts, bias=bias, allowed=self.copied(prompts) if copied else None)
        return ['' if self.id['<|none|>'] in out[:1] else self.sp.decode([t for t in out[1:] if t not in self.id.values()]) for out in outputs]


class Cache:
    """Keys and values of a batch of prompts, so that each further token costs one position."""

    def __init__(self, model, prompts, most):
        self.model, self.lengths = model, torch.tensor([len(p) for p in prompts])
        T = int(self.lengths.max())
        ids = torch.zeros(len(prompts), T, dtype=torch.long)
        for b, p in enumerate(prompts): ids[b, :len(p)] = torch.tensor(p)
        c = model.config
        self.heads, self.width = c['heads'], c['dim'] // c['heads']
        self.keys, self.values = (torch.zeros(c['layers'], len(prompts), self.heads, T + most, self.width) for _ in range(2))
        self.slots = torch.arange(T + most)
        self.rows = torch.arange(len(prompts))
        self.logits = self.run(ids, torch.arange(T)[None].expand(len(prompts), T))[self.rows, self.lengths - 1]

    def run(self, ids, pos):
        angle = pos[:, None, :, None].float() * frequencies(self.width)
        cos, sin = angle.cos(), angle.sin()
        bias = torch.where(self.slots[None, None] <= pos[:, :, None], 0., -1e9)[:, None]
        x = self.model.embed(ids)
        B, T, d = x.shape
        for n, block in enumerate(self.model.blocks):
            q, k, v = F.linear(rms_norm(x, block.norm1), block.qkv.weight).view(B, T, 3, self.heads, self.width).permute(2, 0, 3, 1, 4)
            self.keys[n][self.rows[:, None], :, pos] = rotate(k, cos, sin).transpose(1, 2)
            self.values[n][self.rows[:, None], :, pos] = v.transpose(1, 2)
            mixed = torch.softmax(rotate(q, cos, sin) @ self.keys[n].transpose(-1, -2) * self.width ** -.5 + bias, -1) @ self.values[n]
            x = x + F.linear(mixed.transpose(1, 2).reshape(B, T, d), block.out.weight)
            gate, up = F.linear(rms_norm(x, block.norm2), block.gate_up.weight).chunk(2, -1)
            x = x + F.linear(F.silu(gate) * up, block.down.weight)
        return F.linear(rms_norm(x, self.model.norm), self.model.embed.weight)

    @torch.no_grad()
    def step(self, tokens):
        logits = self.run(torch.tensor(tokens)[:, None], self.lengths[:, None])[:, 0]
        self.lengths = self.lengths + 1
        return logits
