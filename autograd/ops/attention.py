"""Scaled dot-product attention: softmax(query keyᵀ · scale + mask) value, in one.

Queries (…, n, d), keys (…, m, d) and values (…, m, e) give results (…, n, e), and the
weights (…, n, m). Only the weights are kept, where a composition also keeps the scores,
the scaled and the masked ones. Vaswani et al., "Attention is all you need" (2017),
arXiv:1706.03762.
"""

from __future__ import annotations

import numpy as np

from .fused import fused
from .losses import adding_up, softmax
from .moments import row_sums
from .precision import in_working_dtype

__all__ = ["attention"]


def _by_parts(query, key, value, mask, keep, *, scale, causal=False, dropped=0.0):
    scores = np.matmul(query, np.swapaxes(key, -1, -2)) * scale
    if causal:
        scores = np.where(_triangle(*scores.shape[-2:]), scores, -np.inf)
    if mask is not True:
        boolean = mask.dtype == bool
        scores = np.where(mask, scores, -np.inf) if boolean else scores + mask
    some = np.not_equal(np.max(scores, axis=-1, keepdims=True), -np.inf)
    weights = np.where(some, softmax(np.where(some, scores, 0)), 0)
    kept = weights if keep is True else weights * keep * _share(dropped)
    return np.matmul(kept, value), weights


def _attention(query, key, value, mask, keep, *, scale, causal=False, dropped=0.0):
    _check(query, key, value, mask, keep)
    dtype, (query, key, value) = in_working_dtype("attention", query, key, value)
    number = query.dtype.type
    weights = np.matmul(query * number(scale), np.swapaxes(key, -1, -2))
    if mask is not True and mask.dtype != bool:
        weights += mask
    elif mask is not True:
        np.copyto(weights, -np.inf, where=~mask)
    if causal:
        np.copyto(weights, -np.inf, where=~_triangle(*weights.shape[-2:]))
    top = np.maximum.reduce(weights, axis=-1, keepdims=True, initial=-np.inf)
    top[np.isneginf(top)] = 0  # of nothing to attend to all weights are 0
    weights -= top
    np.exp(weights, out=weights)
    total = row_sums(weights)[..., None]
    total[total == 0] = 1
    weights /= total
    kept = weights if keep is True else weights * keep * number(_share(dropped))
    out = np.matmul(kept, value)
    return out.astype(dtype, copy=False), weights.astype(dtype, copy=False)


def _pull(g, out, query, key, value, mask, keep, scale, dropped):
    (g, to_weights), (_, weights) = g, out
    work = np.result_type(np.float32, weights)
    if g is None:
        g = np.zeros_like(out[0])
    g, weights, query, key, value = (
        x.astype(work, copy=False) for x in (g, weights, query, key, value)
    )
    onto = np.matmul(g, np.swapaxes(value, -1, -2))  # the weights; then the scores
    kept = weights
    if keep is not True:
        share = keep * work.type(_share(dropped))
        onto *= share
        kept = weights * share
    if to_weights is not None:
        onto += to_weights
    onto -= np.vecdot(onto, weights)[..., None]
    onto *= weights
    onto = adding_up(onto, weights, -1)
    onto_mask = None if mask is True or mask.dtype == bool else onto
    onto_query = np.matmul(onto, key) * work.type(scale)
    onto_key = np.matmul(np.swapaxes(onto, -1, -2), query) * work.type(scale)
    return (
        onto_query,
        onto_key,
        np.matmul(np.swapaxes(kept, -1, -2), g),
        onto_mask,
        None,
    )


attention = fused(_by_parts, _attention, _pull, name="attention", analytic=False)


def _triangle(n, m):
    """Where queries may attend: at keys no later than they are."""
    return np.tri(n, m, dtype=bool)


def _share(dropped):
    """What is kept counts for what was dropped."""
    return 1 / (1 - dropped) if dropped < 1 else 0.0


def _check(query, key, value, mask, keep):
    shapes = [np.shape(x) for x in (query, key, value)]
    fits = min(map(len, shapes)) >= 2
    fits = fits and shapes[0][-1] == shapes[1][-1] and shapes[1][-2] == shapes[2][-2]
    try:
        lead = np.broadcast_shapes(*[shape[:-2] for shape in shapes])
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            "attention needs queries (…, n, d), keys (…, m, d), values (…, m, e); got "
            f"{', '.join(map(str, shapes))}"
        )
    weights = (*lead, shapes[0][-2], shapes[1][-2])
    for name, x in (("mask", mask), ("keep", keep)):
        if x is True:
            continue
        if x.dtype.kind not in ("b" if name == "keep" else "bf"):
            raise TypeError(
                f"the {name} of attention is boolean, True where it attends, or floats "
                f"that are added to the scores; got {x.dtype}"
            )
        if _broadcast(x.shape, weights) != weights:
            raise ValueError(
                f"the {name} of attention broadcasts to the weights {weights}; got "
                f"{x.shape}"
            )


def _broadcast(one, other):
    try:
        return np.broadcast_shapes(one, other)
    except ValueError:
        return None
