"""Attention of several heads, over one sequence or from one to another."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor

from .. import init
from ..faults import check_sizes
from ..functional.arguments import check_probability
from ..functional.attention import attended, mask_of
from ..module import Module
from ..parameter import Parameter
from ..random import Seed, generator_of
from .basic import Linear


class MultiheadAttention(Module):
    """softmax(q kᵀ / √d + mask) v for each of some heads, and a map of all of them.

    q, k and v are maps of query, key and value, cut into ``num_heads`` parts of d =
    embed_dim / num_heads. Shapes: query (n, batch, embed_dim), key (m, batch, kdim),
    value (m, batch, vdim), with ``batch_first`` (batch, n, …), or of one sequence (n,
    …); output like the query; weights (batch, n, m), the mean of the heads, or with
    ``average_attn_weights=False`` (batch, heads, n, m), and None without
    ``need_weights``.

    Masks are booleans, True where *not* to attend, or floats that are added:
    ``attn_mask`` (n, m) or (batch · heads, n, m), ``key_padding_mask`` (batch, m). What
    may attend to nothing gets 0. Vaswani et al. (2017), arXiv:1706.03762.

    Raises:
        ValueError: embed_dim is no multiple of num_heads; shapes do not fit; an option
            that is not offered.
        TypeError: a mask is neither of booleans nor of floats.

    >>> import autograd as ag
    >>> layer = MultiheadAttention(4, 2, batch_first=True)
    >>> output, weights = layer(*[ag.ones((3, 5, 4))] * 3)
    >>> output.shape, weights.shape
    ((3, 5, 4), (3, 5, 5))
    """

    in_proj_weight: Tensor  # (3 · embed_dim, embed_dim)
    q_proj_weight: Tensor  # (embed_dim, embed_dim): these three, if kdim or vdim differ
    k_proj_weight: Tensor  # (embed_dim, kdim)
    v_proj_weight: Tensor  # (embed_dim, vdim)
    in_proj_bias: Tensor | None  # (3 · embed_dim,)

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        check_sizes(self, embed_dim=embed_dim, num_heads=num_heads)
        if embed_dim % num_heads:
            raise ValueError(
                "embed_dim is a multiple of num_heads; got embed_dim="
                f"{embed_dim} and num_heads={num_heads}"
            )
        check_probability("dropout", dropout)
        if add_bias_kv or add_zero_attn:
            raise ValueError(
                "add_bias_kv and add_zero_attn are not offered; concatenate what is to "
                "be attended to besides to key and value"
            )
        self.embed_dim, self.num_heads = embed_dim, num_heads
        self.dropout, self.batch_first = dropout, batch_first
        self.kdim, self.vdim = kdim or embed_dim, vdim or embed_dim
        generator = generator_of(generator)
        self.is_packed = self.kdim == self.vdim == embed_dim
        shapes = {"in_proj_weight": (3 * embed_dim, embed_dim)}
        if not self.is_packed:
            sizes = {"q": embed_dim, "k": self.kdim, "v": self.vdim}
            shapes = {f"{x}_proj_weight": (embed_dim, n) for x, n in sizes.items()}
        for name, shape in shapes.items():
            parameter = Parameter(np.empty(shape, dtype))
            setattr(self, name, init.xavier_uniform_(parameter, generator=generator))
        zeros = np.zeros(3 * embed_dim, dtype)
        self.in_proj_bias = Parameter(zeros) if bias else None
        self.out_proj = Linear(
            embed_dim, embed_dim, bias, dtype=dtype, generator=generator
        )
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        """Query (n, batch, embed_dim), key and value (m, batch, …) → output, weights.

        ``is_causal`` alone masks what comes later, and may stand beside a mask.
        """
        self._check(query, key, value)
        alone = query.ndim == 2
        mapped = self._mapped(query, key, value)
        if alone:
            mapped = [ag.expand_dims(x, 0) for x in mapped]
        elif not self.batch_first:
            mapped = [ag.swapaxes(x, 0, 1) for x in mapped]
        heads = [self._heads(x) for x in mapped]
        mask = self._mask(heads, attn_mask, key_padding_mask, alone)
        dropout = self.dropout if self.training else 0.0
        q, k, v = heads
        out, weights = attended(q, k, v, mask, dropout, is_causal)
        out = ag.swapaxes(out, 1, 2)
        out = ag.reshape(out, (*out.shape[:2], self.embed_dim))
        if alone:
            out = out[0]
        elif not self.batch_first:
            out = ag.swapaxes(out, 0, 1)
        out = self.out_proj(out)
        if not need_weights:
            return out, None
        weights = ag.mean(weights, axis=1) if average_attn_weights else weights
        return out, weights[0] if alone else weights

    def _mapped(self, query: Any, key: Any, value: Any) -> list[Any]:
        """q, k and v: of one sequence in one product."""
        n, bias = self.embed_dim, self.in_proj_bias
        if self.is_packed and query is key is value:
            both = _affine(query, self.in_proj_weight, bias)
            return [both[..., i * n : (i + 1) * n] for i in range(3)]
        weights = (
            [self.in_proj_weight[i * n : (i + 1) * n] for i in range(3)]
            if self.is_packed
            else [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        )
        biases = [bias if bias is None else bias[i * n : (i + 1) * n] for i in range(3)]
        inputs = (query, key, value)
        return [_affine(*each) for each in zip(inputs, weights, biases, strict=True)]

    def _heads(self, x: Any) -> Any:
        """(batch, n, heads · d) → (batch, heads, n, d)."""
        batch, n, _ = x.shape
        x = ag.reshape(x, (batch, n, self.num_heads, self.embed_dim // self.num_heads))
        return ag.swapaxes(x, 1, 2)

    def _mask(self, heads: list[Any], mask: Any, padding: Any, alone: bool) -> Any:
        """Both masks in one, as attention takes it: True where it attends."""
        batch, n, m = len(heads[0]), heads[0].shape[2], heads[1].shape[2]
        each = (batch * self.num_heads, n, m)
        given = []
        if mask is not None:
            mask = _attending("attn_mask", mask, [(n, m), each])
            wide = (batch, self.num_heads, n, m)
            given.append(ag.reshape(mask, wide) if mask.ndim == 3 else mask)
        if padding is not None:
            shape = (m,) if alone else (batch, m)
            padding = _attending("key_padding_mask", padding, [shape])
            given.append(ag.reshape(padding, (batch, 1, 1, m)))
        if len(given) < 2:
            return given[0] if given else None
        if all(x.dtype == bool for x in given):
            return given[0] & given[1]
        one, two = [ag.where(x, 0.0, -np.inf) if x.dtype == bool else x for x in given]
        return one + two

    def _check(self, query: Any, key: Any, value: Any) -> None:
        shapes = [np.shape(x) for x in (query, key, value)]
        ends = [(self.embed_dim,), (self.kdim,), (self.vdim,)]
        batch = 0 if self.batch_first else 1
        ndim = len(shapes[0])
        fits = ndim in (2, 3) and all(len(shape) == ndim for shape in shapes)
        fits = fits and [shape[-1:] for shape in shapes] == ends
        fits = fits and shapes[1][:-1] == shapes[2][:-1]
        if fits and ndim == 3:
            fits = shapes[0][batch] == shapes[1][batch]
        if not fits:
            lead = "batch, {}" if self.batch_first else "{}, batch"
            wanted = [
                f"({lead.format(length)}, {end})"
                for length, (end,) in zip("nmm", ends, strict=True)
            ]
            raise ValueError(
                f"{self!r} needs query, key and value of shapes {', '.join(wanted)}, "
                f"or without batch; got {', '.join(map(str, shapes))}"
            )

    def extra_repr(self) -> str:
        """Sizes, and the options that are not the usual ones."""
        given = [f"{self.embed_dim}, {self.num_heads}"]
        usual = {"dropout": 0.0, "kdim": self.embed_dim, "vdim": self.embed_dim}
        for name, value in {**usual, "batch_first": False}.items():
            if getattr(self, name) != value:
                given.append(f"{name}={getattr(self, name)!r}")
        return ", ".join(given + ["bias=False"] * (self.in_proj_bias is None))


def _affine(x: Any, weight: Any, bias: Any) -> Any:
    return ag.matmul(x, weight.T) if bias is None else ag.affine(x, weight, bias)


def _attending(name: str, mask: Any, shapes: list[tuple[int, ...]]) -> Any:
    """A mask as attention takes it: booleans say where to attend, floats are added."""
    mask = mask_of(mask)
    if mask.dtype.kind not in "bf":
        raise TypeError(
            f"{name} is boolean, True where not to attend, or floats to be added; got "
            f"{mask.dtype}"
        )
    if mask.shape not in shapes:
        raise ValueError(
            f"{name} has the shape {' or '.join(map(str, shapes))}; got {mask.shape}"
        )
    return ~mask if mask.dtype == bool else mask
