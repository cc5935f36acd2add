"""Muon: momentum whose matrix is made orthogonal (Newton-Schulz, quintic) before it is applied."""
import torch


def orthogonal(g, steps=5):
    """Nearest matrix with singular values near 1, [rows, columns]."""
    a, b, c = 3.4445, -4.775, 2.0315
    x = g.bfloat16()
    if tall := x.shape[0] > x.shape[1]: x = x.T
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        y = x @ x.T
        x = a * x + (b * y + c * y @ y) @ x
    return (x.T if tall else x).to(g.dtype)


class Muon(torch.optim.Optimizer):
    """One parameter a group; `parts` equal blocks of its rows (q, k, v; gate, up) are made orthogonal each for itself."""

    def __init__(self, groups, rate, momentum=.95, decay=.05):
        super().__init__(groups, dict(lr=rate, momentum=momentum, decay=decay, parts=1))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group['params']:
                if p.grad is None: continue
                m = self.state[p].setdefault('momentum', torch.zeros_like(p))
                m.mul_(group['momentum']).add_(p.grad)
                g = p.grad.add(m, alpha=group['momentum'])
                made = torch.cat([orthogonal(x) * .2 * max(x.shape) ** .5 for x in g.chunk(group['parts'], 0)])
                p.mul_(1 - group['lr'] * group['decay']).add_(made, alpha=-group['lr'])
