"""A small Llama-architecture LM (RMSNorm, RoPE, SwiGLU, tied embeddings) that reads sequences packed as trees (rows.py).

Rotary pairs are stored as halves (dimension p with p + head/2); export_gguf.py interleaves them. The base is high (1e8), so that
the second half of the pairs hardly turns within the context and can match content at any distance.
"""
import math
import torch, torch.nn as nn, torch.nn.functional as F

SIZES = {'1m': dict(dim=128, layers=3, heads=4, ff=320), '3m': dict(dim=192, layers=5, heads=4, ff=512), '10m': dict(dim=320, layers=7, heads=5, ff=864)}
ROPE_BASE = 1e8


class Block(nn.Module):
    def __init__(self, dim, heads, ff):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.Parameter(torch.ones(dim)), nn.Parameter(torch.ones(dim))
        self.qkv, self.out = nn.Linear(dim, 3 * dim, bias=False), nn.Linear(dim, dim, bias=False)
        self.gate_up, self.down = nn.Linear(dim, 2 * ff, bias=False), nn.Linear(ff, dim, bias=False)

    def forward(self, x, cos, sin, bias, drop):
        B, T, d = x.shape
        linear = lambda layer, y: F.linear(y, layer.weight.to(y.dtype))
        q, k, v = linear(self.qkv, rms_norm(x, self.norm1)).view(B, T, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cos, sin) * (d // self.heads) ** -.5, rotate(k, cos, sin)
        if hasattr(F, 'scaled_dot_product_attention') and x.is_cuda:
            mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, scale=1.)
        else:
            mixed = torch.softmax(q @ k.transpose(-1, -2) + bias, -1) @ v
        x = x + F.dropout(linear(self.out, mixed.transpose(1, 2).reshape(B, T, d)), drop, self.training)
        gate, up = linear(self.gate_up, rms_norm(x, self.norm2)).chunk(2, -1)
        return x + F.dropout(linear(self.down, F.silu(gate) * up), drop, self.training)


def rms_norm(x, weight):
    scale = torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + 1e-5)
    return x * scale.to(x.dtype) * weight.to(x.dtype)


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


def frequencies(head, device=None):
    return ROPE_BASE ** (-torch.arange(head // 2, device=device).float() / (head // 2))


def tree_bias(seg, branch, dtype):
    """[B, 1, T, T]: 0 where a token may look (earlier; the stem, its own question, its own branch), else -inf. Padding has question -1."""
    T = seg.shape[1]
    same = (seg[:, :, None] == seg[:, None, :]) & ((branch[:, None, :] == 0) | (branch[:, :, None] == branch[:, None, :]))
    seen = ((seg[:, None, :] == 0) | same) & torch.ones(T, T, dtype=torch.bool, device=seg.device).tril()
    return torch.zeros(seen.shape, dtype=dtype, device=seg.device).masked_fill_(~seen, -1e4)[:, None]


class Model(nn.Module):
    def __init__(self, vocab, dim, layers, heads, ff):
        super().__init__()
        self.config = dict(vocab=vocab, dim=dim, layers=layers, heads=heads, ff=ff)
        self.embed = nn.Embedding(vocab, dim)
        self.blocks = nn.ModuleList(Block(dim, heads, ff) for _ in range(layers))
        self.norm = nn.Parameter(torch.ones(dim))
        for name, p in self.named_parameters():
            if p.dim() > 1: nn.init.normal_(p, 0, .02 / math.sqrt(2 * layers) if name.endswith(('out.weight', 'down.weight')) else .02)

    def forward(self, ids, seg, branch, pos, selected=None, dtype=torch.bfloat16, drop=0.):
        """Logits [selected, vocab] at the positions of the boolean mask `selected` (all if None)."""
        angle = pos[:, None, :, None].float() * frequencies(self.config['dim'] // self.config['heads'], ids.device)
        cos, sin, bias = angle.cos().to(dtype), angle.sin().to(dtype), tree_bias(seg, branch, dtype)
        x = self.embed(ids).to(dtype)
        for block in self.blocks: x = block(x, cos, sin, bias, drop)
        x = x if selected is None else x[selected]
        return F.linear(rms_norm(x, self.norm), self.embed.weight.to(dtype))
