"""Scaled dot-product attention, with PyTorch's name and arguments."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor
from autograd.core.space import unmasked
from autograd.ops.held import held

from ..random import Seed, drawn
from .arguments import check_probability


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
    generator: Seed = None,
) -> Any:
    """softmax(query keyᵀ · scale + attn_mask) value.

    Shapes: query (…, n, d), key (…, m, d), value (…, m, e) → (…, n, e). ``attn_mask``
    broadcasts to (…, n, m): booleans, True where a query attends, or floats that are
    added; ``is_causal`` lets each attend to what is no later. ``scale`` is 1/√d if not
    given. With ``dropout_p`` weights are dropped, always: pass 0 when not training. A
    query that may attend to nothing gets 0. Vaswani et al. (2017), arXiv:1706.03762.

    With ``enable_gqa`` heads are the axis before the last two, and several of the query
    share one of key and value: Ainslie et al. (2023), arXiv:2305.13245.

    Raises:
        TypeError: the mask is neither of booleans nor of floats.
        ValueError: shapes do not fit; ``dropout_p`` is no probability; there are both a
            mask and ``is_causal``.

    >>> import autograd as ag, numpy as np
    >>> query, key = ag.tensor([[0.0], [0.0]]), np.ones((2, 1))
    >>> value = np.array([[2.0], [4.0]])
    >>> scaled_dot_product_attention(query, key, value, is_causal=True)
    Tensor([[2.],
            [3.]])
    """
    if is_causal and attn_mask is not None:
        raise ValueError(
            "scaled_dot_product_attention takes attn_mask or is_causal, not both; join "
            "them, as by np.tri(n, m, dtype=bool) & attn_mask"
        )
    if enable_gqa:
        key, value = [_shared(query, x) for x in (key, value)]
    out, _ = attended(
        query, key, value, attn_mask, dropout_p, is_causal, scale, generator
    )
    return out


def _shared(query: Any, x: Any) -> Any:
    """The heads of a key or a value, each as often as heads of the query share it."""
    few, many = np.shape(x), np.shape(query)
    if min(len(few), len(many)) < 3 or not few[-3] or many[-3] % few[-3]:
        raise ValueError(
            "enable_gqa needs a query (…, heads, n, d), its heads a multiple of those "
            f"of key and value; got the shapes {many} and {few}"
        )
    return ag.repeat(x, many[-3] // few[-3], axis=-3)


def attended(
    query: Any,
    key: Any,
    value: Any,
    mask: Any,
    dropout: float,
    causal: bool,
    scale: float | None = None,
    generator: Seed = None,
) -> tuple[Any, Any]:
    """What attention gives, and the weights, after dropout."""
    check_probability("dropout_p", dropout)
    for name, x in (("query", query), ("key", key), ("value", value)):
        if np.ndim(x) < 2:
            raise ValueError(f"{name} has two axes or more; got shape {np.shape(x)}")
    mask = mask_of(mask)
    if scale is None:
        scale = 1 / math.sqrt(max(query.shape[-1], 1))
    keep: Any = True
    if dropout:
        lead = np.broadcast_shapes(query.shape[:-2], key.shape[:-2])
        shape = (*lead, query.shape[-2], key.shape[-2])
        keep = drawn(generator, lambda rng: rng.random(shape, np.float32) >= dropout)
    out, weights = ag.attention(
        query, key, value, mask, keep, scale=scale, causal=causal, dropped=dropout
    )
    if dropout:
        weights = weights * (keep / (1 - dropout) if dropout < 1 else 0.0)
    return out, weights


def mask_of(mask: Any) -> Any:
    """A mask as attention takes it: a Tensor of numbers, or an array; True for none."""
    if mask is None:
        return True
    if isinstance(mask, Tensor):
        return mask if mask.dtype != bool else held(mask)
    return np.asarray(unmasked(mask, "attention"))
