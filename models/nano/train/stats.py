"""Means, differences and AUROC with 95% intervals by bootstrap over documents (2,000 draws)."""
import numpy as np


def draws(documents, times=2000, seed=0):
    """[times, rows] how often each row counts: whole documents drawn with replacement."""
    names, of = np.unique(documents, return_inverse=True)
    picks = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), times)
    return picks[:, of].astype(np.float32)


def rounded(*values): return [round(float(v), 4) for v in values]


def mean(values, weights):
    """→ [mean, low, high]."""
    values = np.asarray(values, np.float32)
    return rounded(values.mean(), *np.percentile(weights @ values / weights.sum(1), [2.5, 97.5]))


def ratio(above, below, weights):
    """Sum of `above` over sum of `below` → [ratio, low, high]."""
    above, below = np.asarray(above, np.float32), np.asarray(below, np.float32)
    with np.errstate(divide='ignore', invalid='ignore'): drawn = (weights @ above) / (weights @ below)   # no gap in a draw: nan, left out
    return rounded(above.sum() / below.sum() if below.sum() else np.nan, *np.nanpercentile(drawn, [2.5, 97.5]))


def auroc_of(positive, negative, wp=None, wn=None):
    """P(a positive scores above a negative), ties half, rows weighted."""
    positive, negative = np.asarray(positive, float), np.asarray(negative, float)
    wp = np.ones(len(positive)) if wp is None else wp
    wn = np.ones(len(negative)) if wn is None else wn
    order = np.argsort(negative)
    sums = np.concatenate([[0], np.cumsum(wn[order])])
    below, upto = (np.searchsorted(negative[order], positive, side) for side in ('left', 'right'))
    return float((wp * (sums[below] + sums[upto]) / 2).sum() / wp.sum() / wn.sum())


def auroc(positive, negative, weights, minus=None, times=400):
    """Rows are pairs of one document. → [AUROC, low, high], or of the difference to another score's (`minus`: its positive, negative)."""
    def value(w=None):
        own = auroc_of(positive, negative, w, w)
        return own - auroc_of(*minus, w, w) if minus else own
    return rounded(value(), *np.percentile([value(w) for w in weights[:times]], [2.5, 97.5]))
