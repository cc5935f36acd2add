"""Train one size of the nano family on rows from tasks.py, best checkpoint by held-out loss; stops early when it no longer falls.

Usage: train.py --size 3m --tokenizer spm4k.model --out model.pt --dev dev.npz --minutes 60 --rows drill.npz:1,mid1.npz+mid2.npz:20,full.npz:8
                [--init model.pt] [--plain] [--lr 1.5e-3] [--batch-tokens 4096] [--patience 8] [--threads 1] [--compile]
`--rows file+file:share,...` are stages in order, shares of the minutes. `--plain` starts from noise instead of circuits.py.
CUDA is used when at hand (bf16, larger batches), else the CPU in bf16. Logits are computed only where they count.
"""
import argparse, json, math, os, time
import numpy as np, sentencepiece as spm, torch, torch.nn.functional as F
import circuits
from model import SIZES, Model


class Rows:
    """Batches of padded sequences of like length, about `tokens` tokens each; without end, each pass in a new order."""

    def __init__(self, path, tokens, seed=0):
        parts = [np.load(x) for x in path.split('+')]
        self.data, self.lengths = np.concatenate([z['data'] for z in parts], 1), np.concatenate([z['lengths'] for z in parts])
        self.tokens, self.rng = tokens, np.random.default_rng(seed)
        self.ends = np.cumsum(self.lengths)

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


def losses(model, batch, device, dtype, read_share, drop=0., emphasis=1.):
    """→ (mean weighted loss, dict of mean losses by kind); text is predicted at a random share of its positions."""
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
    return (each * w).sum() / w.sum(), dict(select=mean(30, each), hit=(right.sum().item(), len(right)), answer=mean(10, each), copy=mean(4, each), read=mean(1, each))


@torch.no_grad()
def held_out(model, rows, device, dtype, most=30):
    """Held-out means by kind; `score` is what checkpoints are chosen by: selection + answer + copying loss."""
    model.eval(); torch.manual_seed(0); sums = {}
    for n, batch in enumerate(rows.batches_fixed):
        if n >= most: break
        for k, (s, c) in losses(model, batch, device, dtype, .1)[1].items():
            a, b = sums.get(k, (0, 0)); sums[k] = (a + s, b + c)
    model.train()
    means = {k: s / max(1, c) for k, (s, c) in sums.items()}
    return dict(means, score=means['select'] + .5 * means['answer'] + means['copy'])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('size', 'tokenizer', 'out', 'dev', 'rows'): p.add_argument('--' + name, required=True)
    p.add_argument('--minutes', type=float, required=True); p.add_argument('--init'); p.add_argument('--plain', action='store_true')
    p.add_argument('--lr', type=float, default=1.5e-3); p.add_argument('--drop', type=float, default=.0); p.add_argument('--emphasis', type=float, default=1.5, help="factor of the selection's weight"); p.add_argument('--batch-tokens', type=int, default=4096)
    p.add_argument('--patience', type=int, default=12); p.add_argument('--every', type=float, default=3., help='minutes between held-out checks')
    p.add_argument('--threads', type=int, default=1); p.add_argument('--compile', action='store_true'); p.add_argument('--seed', type=int, default=1)
    a = p.parse_args()
    torch.set_num_threads(a.threads); torch.manual_seed(a.seed)
    device, dtype = 'cuda' if torch.cuda.is_available() else 'cpu', torch.bfloat16
    tokenizer = spm.SentencePieceProcessor(model_file=a.tokenizer)
    stages = [(path, float(share)) for path, share in (x.rsplit(':', 1) for x in a.rows.split(','))]
    model = Model(tokenizer.vocab_size(), **SIZES[a.size])
    if a.init: model.load_state_dict(torch.load(a.init, map_location='cpu')['state'])
    elif not a.plain: circuits.install(model, tokenizer, np.concatenate([np.load(path.split('+')[0])['data'][0, :3_000_000] for path, _ in stages if 'drill' not in path]))
    model.to(device).train()
    run = torch.compile(model, dynamic=True) if a.compile else model
    dev = Rows(a.dev, a.batch_tokens); dev.batches_fixed = list(dev.batches())
    groups = [{'params': [q for q in model.parameters() if q.dim() > 1], 'weight_decay': .05}, {'params': [q for q in model.parameters() if q.dim() < 2], 'weight_decay': 0.}]
    optimizer = torch.optim.AdamW(groups, lr=a.lr, betas=(.9, .98), eps=1e-8)
    total, begin, step, tokens, best, stale, mean, checked = a.minutes * 60, time.time(), 0, 0, math.inf, 0, {}, time.time()
    stop = False

    def check(final=False):
        nonlocal best, stale
        found = held_out(model, dev, device, dtype)
        better = found['score'] < best
        if better:
            best, stale = found['score'], 0
            torch.save({'config': model.config, 'state': model.state_dict(), 'tokens': tokens, 'held_out': found, 'minutes': (time.time() - begin) / 60}, a.out + '.tmp')
            os.replace(a.out + '.tmp', a.out)
        else: stale += 1
        print('HELD OUT', json.dumps({k: round(v, 4) for k, v in found.items()}), 'saved' if better else f'({stale} since best)', f'{tokens / 1e6:.2f}M tokens', f'{(time.time() - begin) / 60:.1f} min', flush=True)

    check()
    for path, share in stages:
        rows, until = Rows(path, a.batch_tokens, a.seed).endless(), time.time() + total * share / sum(s for _, s in stages)
        while time.time() < until and not stop:
            done = min(1, (time.time() - begin) / total)
            rate = a.lr * min(1, (step + 1) / 100) * (1 if done < .4 else max(.02, .5 + .5 * math.cos(math.pi * (done - .4) / .6)))
            for group in optimizer.param_groups: group['lr'] = rate
            batch = next(rows)
            loss, parts = losses(run, batch, device, dtype, .12, a.drop, a.emphasis)
            optimizer.zero_grad(set_to_none=True); loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.); optimizer.step()
            step += 1; tokens += int((batch[3] >= 0).sum())
            for k, (s, c) in parts.items():
                if c: mean[k] = s / c if k not in mean else .97 * mean[k] + .03 * s / c
            if step % 50 == 0: print(f'{os.path.basename(path)} step {step} {tokens / 1e6:.2f}M {tokens / (time.time() - begin):.0f} tokens/s', {k: round(v, 3) for k, v in mean.items()}, flush=True)
            if time.time() - checked > a.every * 60:
                check(); checked = time.time()
                stop = stale >= a.patience
    check(True)


if __name__ == '__main__':
    main()
