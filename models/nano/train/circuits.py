"""Initial weights that already select and copy, to be refined by training (a tiny model finds these circuits late or never).

Residual dimensions at the start: 0 constant, 1 marker flag, 2 rarity, then C content of the token, R what of the previous token's
content fits, then three of size m: S the code of a sentence marker (what the output reads), P the code of the sentence a token
stands in, W votes for sentences.
  layer 0  previous token (its content into R); last marker (its code into P)
  layer 1  same token: a question's token finds its like in the text and takes their sentences into W (spread over all its
           likes, so a rare word's vote is strong: an inverse frequency for free); the same for two tokens in a row; induction within
           the sentence: copying
  layer 2  <|sum|>, <|ans|> collect the votes of the question's tokens into S: the output is the marker of the sentence
  last     subtracts a token's own content, so that the tied output does not repeat it
Token contents are half random, half a factorisation of co-occurrence (PPMI) counted over the training rows.
"""
import torch
from model import frequencies
from text import SENTENCE_MARKERS


RARE = 2.5   # how much more (nats) a rare word's vote counts than an average one's


def cooccurrence(ids, vocab, size, window=4):
    """[vocab, size] unit rows: leading eigenvectors of the positive pointwise mutual information within `window` tokens."""
    ids = torch.as_tensor(ids).long()
    counts = torch.zeros(vocab * vocab)
    for d in range(1, window + 1): counts += torch.bincount(ids[:-d] * vocab + ids[d:], minlength=vocab * vocab).float() / d
    counts = counts.view(vocab, vocab)
    counts = counts + counts.T
    p = counts.sum(1) ** .75
    pmi = torch.log((counts / counts.sum() + 1e-12) / ((counts.sum(1) / counts.sum())[:, None] * (p / p.sum())[None] + 1e-12))
    pmi = torch.where(counts > 0, pmi, torch.zeros(())).clamp(0, 6)
    basis = torch.linalg.qr(torch.randn(vocab, size, generator=torch.Generator().manual_seed(0)))[0]
    for _ in range(12): basis, scale = torch.linalg.qr((pmi + pmi.T) @ basis)            # subspace iteration
    top = basis * scale.diagonal().abs() ** .25
    top = top - top.mean(0)
    return top / (top.norm(dim=1, keepdim=True) + 1e-6)


def install(model, tokenizer, ids=None, seed=1):
    g = torch.Generator().manual_seed(seed)
    c = model.config
    d, heads, hd, V = c['dim'], c['heads'], c['dim'] // c['heads'], c['vocab']
    theta = frequencies(hd)
    slow = torch.cat([i := torch.nonzero(theta < 1.5e-3).flatten(), i + hd // 2])        # dimensions that hardly turn
    n = len(slow)
    m = d // 8
    bounds = [3, d - 3 * m - n, d - 3 * m, d - 2 * m, d - m, d]
    C, R, S, P, W = (torch.arange(a, b) for a, b in zip(bounds, bounds[1:]))
    unit = lambda *shape: torch.nn.functional.normalize(torch.randn(*shape, generator=g), dim=-1)
    orthogonal = lambda rows, columns: torch.linalg.qr(torch.randn(max(rows, columns), min(rows, columns), generator=g))[0].reshape(max(rows, columns), -1)
    root = d ** .5                                                                       # norm of a normalised residual
    with torch.no_grad():
        content = unit(V, len(C))
        if ids is not None:
            semantic = cooccurrence(ids, V, len(C))
            known = semantic.norm(dim=1) > .5
            content = torch.nn.functional.normalize(content + torch.where(known[:, None], semantic, content) * .9, dim=-1)
        E = torch.zeros(V, d)
        E[:, C], E[:, 0] = content * .85, .4
        if ids is not None:                                                              # rarity: -1 for the most common tokens to +1
            counts = torch.bincount(torch.as_tensor(ids).long(), minlength=V).float()
            rarity = -torch.log((counts + 5) / counts.sum())
            E[:, 2] = ((rarity - 7.5) / 3.).clamp(-1, 1) * .3
        codes = {x: tokenizer.piece_to_id(x) for x in ('<|q|>', '<|sum|>', '<|ans|>', '<|txt|>', '<|fact|>', '<|end|>', '<|none|>', *SENTENCE_MARKERS)}
        turns = torch.rand(m // 2, generator=g) * torch.pi                                # codes turn with the number: a neighbour is a rotation away
        for marker, t in codes.items():
            E[t, C] *= .1 if marker in SENTENCE_MARKERS else .5
            if marker in SENTENCE_MARKERS:
                angle = turns * SENTENCE_MARKERS.index(marker)
                E[t, S[1:]] = torch.cat([angle.cos(), angle.sin()])[:m - 1] * .75 / (m / 2) ** .5
            E[t, 1] = .45 if marker in SENTENCE_MARKERS or marker == '<|q|>' else 0
        E[codes['<|q|>'], S[0]] = .75                                                    # "part of the question": a code of its own
        model.embed.weight.copy_(E)

        def head(layer, index):
            block, rows = model.blocks[layer], slice(index * hd, (index + 1) * hd)
            parts = [block.qkv.weight.view(3, heads, hd, d)[j, index] for j in range(3)] + [block.out.weight[:, rows]]
            for w in parts: w.mul_(.05)
            return parts

        def at_distance(q, k, distance, share):
            """Attention from everywhere to the token `distance` back, by the fast pairs."""
            for p, w in enumerate([3, 2, 1, 1, 1, 1][:int((theta > 3e-3).sum())]):
                q[p, 0] += share * w
                k[p, 0] += torch.cos(theta[p] * distance)
                k[p + hd // 2, 0] += torch.sin(theta[p] * distance)

        one = .4 * root                                                                  # the constant, normalised
        eye = torch.eye
        both = torch.cat([C, S])
        turn = orthogonal(len(both), n).T * (len(both) / n) ** .5                        # contents as `n` numbers that keep likeness
        q, k, v, o = head(0, 0)                                                          # previous token
        at_distance(q, k, 1, 4 * hd ** .5 / one ** 2)
        v[:n, both] += turn
        o[R[:, None], torch.arange(n)] += eye(n) * .7 / (.85 * root)
        q, k, v, o = head(0, 1)                                                          # last marker
        for p in range(hd // 2):
            w = 1.5 if .02 < theta[p] < .06 else 2. if .008 < theta[p] <= .02 else 4. / n if p in slow else 0
            q[p, 0] += 7 * w * hd ** .5 / one / (.45 * root)
            k[p, 1] += 1
        v[:m, S] += eye(m)
        o[P[:, None], torch.arange(m)] += eye(m) * .7 / (.75 * root)

        own = .85 / 1.4 * root                                                           # content, normalised, after layer 0
        match = (14 * hd ** .5) ** .5 / own
        q, k, v, o = head(1, 0)                                                          # same token → its sentence
        for w in (q, k): w[slow[:, None], both] += turn * match
        at_distance(q, k, 0, -1.2 * hd ** .5 / one ** 2)                                 # rather not itself
        v[:m, P] += eye(m)
        o[W[:, None], torch.arange(m)] += eye(m) * .8 / (.5 * root)
        q, k, v, o = head(1, 3)                                                          # the same two tokens in a row → their sentence
        mix = orthogonal(n, n)
        for w in (q, k):
            w[slow[:, None], both] += turn * match * .75
            w[slow[:, None], R] += mix * match * .75 * .85 / .7
        at_distance(q, k, 0, -1.2 * hd ** .5 / one ** 2)
        v[:m, P] += eye(m)
        o[W[:, None], torch.arange(m)] += eye(m) * .8 / (.5 * root)
        where = orthogonal(n, n)[:, :m] if n >= m else orthogonal(m, m)[:n]
        for h, half in ((1, C[:len(C) // 2]), (2, C[len(C) // 2:])):                     # induction within the sentence
            q, k, v, o = head(1, h)
            q[slow[:, None], both] += turn * match
            k[slow[:, None], R] += eye(n) * match * .85 / .7
            for w in (q, k): w[slow[:, None], P] += where * match * .8
            size = min(hd, len(half))
            v[:size, half[:size]] += eye(size)
            o[half[:size, None], torch.arange(size)] += eye(size) * .9 / (.6 * root)

        q, k, v, o = head(2, 0)                                                          # collect the votes
        q[slow[0], 0] += (10 * hd ** .5) / one
        k[slow[0], P[0]] += 1 / (.5 * root)
        k[slow[0], 2] += RARE / (10 * .2 * root)
        v[:m, W] += eye(m)
        o[S[1:, None], torch.arange(1, m)] += eye(m - 1) * 2. / (.5 * root)
        for h, half in ((1, C[:len(C) // 2]), (2, C[len(C) // 2:])):                     # forget oneself
            q, k, v, o = head(len(model.blocks) - 1, h)
            at_distance(q, k, 0, 4 * hd ** .5 / one ** 2)
            size = min(hd, len(half))
            v[:size, half[:size]] += eye(size)
            o[half[:size, None], torch.arange(size)] -= eye(size) * .6 / (.6 * root)
