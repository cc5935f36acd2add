"""Train one size of the nano family on rows from tasks.py, by tokens: warm-up, constant rate, linear decay over the last part.

Usage: train.py --size 3m --tokenizer spm4k.model --out model.pt --dev dev.npz --mtokens 16 --decay .3
                --rows drill.npz:.2,easy.npz:.4,mid.npz*2+single.npz:8,full.npz+single.npz:6
                [--resume state.pt] [--keep-to 9] [--plain] [--lr 1.5e-3] [--adam] [--batch-tokens 4096] [--threads 1]
`--rows a*2+b:tokens,...` are stages in order, in million tokens (the last is endless); in a stage, batches come from its files in
proportion to the factors. `--keep-to` ends at so many million tokens without decay and keeps OUT.state, from which --resume goes on (the same
schedule, other rows if wished). `--plain` starts from noise instead of circuits.py. Matrices are trained by Muon (Jordan 2024; updates scaled as in
Liu et al. 2025, arXiv 2502.16982), the rest by AdamW. CUDA is used when at hand, else the CPU, both in bf16; logits only where they count.
"""
import argparse, json, os, time
import numpy as np, sentencepiece as spm, torch, torch.nn.functional as F
import circuits
from model import SIZES, Model
from muon import Muon


class Rows:
    """Batches of padded sequences of like length, about `tokens` tokens each; without end, each pass in a new order."""

    def __init__(self, path, tokens, seed=0):
        z = np.load(path)
        self.data, self.lengths, self.tokens, self.rng = z['data'], z['lengths'], tokens, np.random.default_rng(seed)
        self.ends = np.cumsum(self.lengths.astype(np.int64))

    def batches(self):
        noise = self.lengths * self.rng.uniform(.9, 1.1, len(self.lengths))
        order, groups, group, longest = np.argsort(noise), [], [], 0
        for i in order:
            if group and max(longest, self.lengths[i]) * (len(group) + 1) > self.tokens: groups.append(group); group, longest = [], 0
            group.append(i); longest = max(longest, self.lengths[i])
        groups.append(group)
        for g in self.rng.permutation(len(groups)): yield self.batch(groups[g])

    def batch(self, group):
        T = max(self.lengths[i] for i in group)
        out = np.zeros((6, len(group), T), np.int64)
        out[1], out[3] = -1, -1                                           # padding: no target, a question of its own
        for b, i in enumerate(group): out[:, b, :self.lengths[i]] = self.data[:, self.ends[i] - self.lengths[i]:self.ends[i]]
        return torch.from_numpy(out)

    def endless(self):
        while True: yield from self.batches()


def mixture(stage, tokens, seed):
    """Batches of a stage's files, drawn in proportion to their factors."""
    names, factors = zip(*((x.split('*') + ['1'])[:2] for x in stage.split('+')))
    streams, odds = [Rows(x, tokens, seed).endless() for x in names], np.array([float(f) for f in factors])
    rng = np.random.default_rng(seed)
    while True: yield next(streams[rng.choice(len(streams), p=odds / odds.sum())])


def losses(model, batch, device, dtype, read_share, drop=0., emphasis=1.):
    """→ (mean weighted loss, dict of sums and counts by kind); text is predicted at a random share of its positions."""
    ids, target, weight, seg, branch, pos = batch.to(device, non_blocking=True)
    light = weight <= 1
    keep = (target >= 0) & (weight > 0) & (~light | (torch.rand(weight.shape, device=device) < read_share))
    logits = model(ids, seg, branch, pos, keep, dtype, drop)
    each = F.cross_entropy(logits.float(), target[keep], reduction='none')
    w = torch.where(light, .4, weight / 10)[keep]
    w = torch.where(weight[keep] == 30, w * emphasis, w)
    kind, point = weight[keep], weight[keep] == 30
    right = (logits[point].argmax(-1) == target[keep][point]).float()
    mean = lambda k, x: (x[kind == k].float().sum().item(), (kind == k).sum().item())
    return (each * w).sum() / (.3 * (seg >= 0).sum()), dict(select=mean(30, each), hit=(right.sum().item(), len(right)), answer=mean(10, each), copy=mean(4, each), read=mean(1, each))


@torch.no_grad()
def held_out(model, batches, device, dtype):
    """Held-out means by kind; `score` is what checkpoints are chosen by: selection + answer + copying loss."""
    model.eval(); torch.manual_seed(0); sums = {}
    for batch in batches:
        for k, (s, c) in losses(model, batch, device, dtype, .1)[1].items():
            a, b = sums.get(k, (0, 0)); sums[k] = (a + s, b + c)
    model.train()
    means = {k: s / max(1, c) for k, (s, c) in sums.items()}
    return dict(means, score=means['select'] + .5 * means['answer'] + means['copy'])


def optimizers(model, rate, adam):
    """[(optimizer, its full rate)]: Muon for the blocks' matrices, AdamW for embeddings and norms."""
    hidden = [] if adam else [(n, q) for n, q in model.named_parameters() if q.dim() > 1 and 'embed' not in n]
    names = {n for n, _ in hidden}
    wide, thin = ([q for n, q in model.named_parameters() if n not in names and (q.dim() > 1) == big] for big in (True, False))
    made = [(torch.optim.AdamW([dict(params=wide, weight_decay=.05), dict(params=thin, weight_decay=0.)], lr=rate, betas=(.9, .98), eps=1e-8), rate)]
    return made + [(Muon([dict(params=[q], parts=3 if 'qkv' in n else 2 if 'gate_up' in n else 1) for n, q in hidden], rate), rate)] if hidden else made


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('size', 'tokenizer', 'out', 'dev', 'rows'): p.add_argument('--' + name, required=True)
    p.add_argument('--mtokens', type=float, required=True); p.add_argument('--decay', type=float, default=.3); p.add_argument('--keep-to', type=float)
    p.add_argument('--resume'); p.add_argument('--plain', action='store_true'); p.add_argument('--adam', action='store_true')
    p.add_argument('--lr', type=float, default=1.5e-3); p.add_argument('--drop', type=float, default=.0); p.add_argument('--emphasis', type=float, default=1.5, help="factor of the selection's weight")
    p.add_argument('--batch-tokens', type=int, default=4096); p.add_argument('--every', type=float, default=1., help='million tokens between held-out checks')
    p.add_argument('--threads', type=int, default=1); p.add_argument('--seed', type=int, default=1); p.add_argument('--dev-batches', type=int, default=16)
    return p.parse_args()


def main():
    a = arguments()
    torch.set_num_threads(a.threads); torch.manual_seed(a.seed)
    device, dtype = 'cuda' if torch.cuda.is_available() else 'cpu', torch.bfloat16
    tokenizer = spm.SentencePieceProcessor(model_file=a.tokenizer)
    stages = [(path, float(share)) for path, share in (x.rsplit(':', 1) for x in a.rows.split(','))]
    model = Model(tokenizer.vocab_size(), **SIZES[a.size])
    saved = torch.load(a.resume, map_location='cpu') if a.resume else None
    if saved: model.load_state_dict(saved['state'])
    elif not a.plain: circuits.install(model, tokenizer, np.concatenate([np.load(path.split('+')[0].split('*')[0])['data'][0, :3_000_000] for path, _ in stages if 'drill' not in path]))
    model.to(device).train()
    dev = list(Rows(a.dev, a.batch_tokens).batches())[:a.dev_batches]
    tools = optimizers(model, a.lr, a.adam)
    if saved and 'tools' in saved:
        for (tool, _), state in zip(tools, saved['tools']): tool.load_state_dict(state)
    total, begin, step, tokens, spent, mean = a.mtokens * 1e6, time.time(), *((saved.get(k, 0) for k in ('step', 'tokens', 'minutes')) if saved else (0, 0, 0)), {}
    end, start = (a.keep_to or a.mtokens) * 1e6, tokens

    def check():
        found = held_out(model, dev, device, dtype)
        kept = dict(config=model.config, state=model.state_dict(), tokens=tokens, held_out=found, minutes=spent + (time.time() - begin) / 60)
        torch.save(kept, a.out + '.tmp'); os.replace(a.out + '.tmp', a.out)
        torch.save(dict(kept, step=step, tools=[tool.state_dict() for tool, _ in tools]), a.out + '.tmp'); os.replace(a.out + '.tmp', a.out + '.state')
        print('HELD OUT', json.dumps({k: round(v, 4) for k, v in found.items()}), f'{tokens / 1e6:.2f}M tokens', f'{kept["minutes"]:.1f} min', flush=True)

    check()
    for n, (path, share) in enumerate(stages):
        rows, until = mixture(path, a.batch_tokens, a.seed), end if n == len(stages) - 1 else min(end, tokens + share * 1e6)
        while tokens < until:
            rate = min(1, (step + 1) / 100, max(.02, (1 - tokens / total) / a.decay))
            for tool, full in tools:
                for group in tool.param_groups: group['lr'] = full * rate
            batch = next(rows)
            loss, parts = losses(model, batch, device, dtype, .12, a.drop, a.emphasis)
            model.zero_grad(set_to_none=True); loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.)
            for tool, _ in tools: tool.step()
            count = int((batch[3] >= 0).sum())
            step += 1; tokens += count
            for k, (s, c) in parts.items():
                if c: mean[k] = s / c if k not in mean else .97 * mean[k] + .03 * s / c
            if step % 50 == 0: print(f'step {step} {tokens / 1e6:.2f}M {(tokens - start) / (time.time() - begin):.0f} tokens/s', {k: round(v, 3) for k, v in mean.items()}, flush=True)
            if tokens // (a.every * 1e6) > (tokens - count) // (a.every * 1e6): check()
    check()


if __name__ == '__main__':
    main()
