"""Embeddings: tables whose rows are looked up by numbers, and learned."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from autograd import Tensor

from .. import functional, init
from ..faults import check_sizes
from ..functional.lookup import row_number
from ..module import Module
from ..parameter import Parameter
from ..random import Seed


class Table(Module):
    """What embeddings share: the table, of normal numbers at first.

    The row ``padding_idx`` starts as zeros, and gets no gradient from here.
    """

    weight: Tensor  # (num_embeddings, embedding_dim)

    def _fill(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None,
        max_norm: float | None,
        scale_grad_by_freq: bool,
        sparse: bool,
        dtype: Any,
        generator: Seed,
    ) -> None:
        asked = (max_norm, scale_grad_by_freq, sparse)
        for name, value in zip(REFUSED, asked, strict=True):
            if value:
                raise ValueError(
                    f"{type(self).__name__} has no {name}: {REFUSED[name]}"
                )
        check_sizes(self, least=0, num_embeddings=num_embeddings)
        check_sizes(self, embedding_dim=embedding_dim)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = padding_idx
        if padding_idx is not None:
            self.padding_idx = row_number(padding_idx, num_embeddings)
        self.weight = Parameter(np.empty((num_embeddings, embedding_dim), dtype))
        init.normal_(self.weight, generator=generator)
        if padding_idx is not None:
            self.weight.data[self.padding_idx] = 0

    @classmethod
    def from_pretrained(
        cls, embeddings: Any, freeze: bool = True, *args: Any, **options: Any
    ) -> Self:
        """A layer with a copy of this table (n, d), which is not trained if frozen.

        Further arguments are those of the class after the sizes.

        >>> Embedding.from_pretrained(np.eye(2))([1]).tolist()
        [[0.0, 1.0]]
        >>> EmbeddingBag.from_pretrained(np.eye(2), mode="sum")([[0, 1, 1]]).tolist()
        [[1.0, 2.0]]
        """
        table = Parameter(embeddings)
        if table.ndim != 2:
            raise ValueError(f"embeddings are a table (n, d); got shape {table.shape}")
        n, d = table.shape
        kind: Any = cls  # each of which has its own arguments
        self: Self = kind(n, d, *args, **options, dtype=table.dtype)
        self.weight.data = table.data
        self.weight.requires_grad = not freeze
        return self

    def extra_repr(self) -> str:
        sizes = f"{self.num_embeddings}, {self.embedding_dim}"
        padding = self.padding_idx
        return sizes if padding is None else f"{sizes}, padding_idx={padding}"


REFUSED = {
    "max_norm": "scale the rows of weight.data before the forward pass",
    "scale_grad_by_freq": "divide weight.grad by the counts of the tokens",
    "sparse": "gradients are whole arrays",
}


class Embedding(Table):
    """weight[input]: integers (…) → (…, embedding_dim).

    Raises:
        ValueError: a token is not below num_embeddings.

    >>> layer = Embedding(10, 3, padding_idx=0)
    >>> layer([[1, 2, 0], [3, 0, 0]]).shape
    (2, 3, 3)
    >>> layer(0).tolist()
    [0.0, 0.0, 0.0]
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        sizes = (num_embeddings, embedding_dim, padding_idx)
        asked = (max_norm, scale_grad_by_freq, sparse)
        self._fill(*sizes, *asked, dtype, generator)

    def forward(self, input: Any) -> Any:
        """(…) → (…, embedding_dim)."""
        return functional.embedding(input, self.weight, self.padding_idx)


class EmbeddingBag(Table):
    """The sum, mean or maximum of the rows of each bag: (bags, length) → (bags, dim).

    Or bags that begin at ``offsets`` in one row of numbers.

    >>> layer = EmbeddingBag(10, 3, mode="sum")
    >>> layer(np.array([[1, 2, 4], [4, 3, 2]])).shape
    (2, 3)
    >>> layer(np.array([1, 2, 4, 5, 4, 3, 2, 9]), np.array([0, 4])).shape
    (2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        sizes = (num_embeddings, embedding_dim, padding_idx)
        asked = (max_norm, scale_grad_by_freq, sparse)
        self._fill(*sizes, *asked, dtype, generator)
        self.mode = mode
        self.include_last_offset = include_last_offset

    def forward(
        self, input: Any, offsets: Any = None, per_sample_weights: Any = None
    ) -> Any:
        """(bags, length), or (length,) and offsets (bags,) → (bags, embedding_dim)."""
        return functional.embedding_bag(
            input,
            self.weight,
            offsets,
            self.mode,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def extra_repr(self) -> str:
        return f"{super().extra_repr()}, mode={self.mode!r}"
