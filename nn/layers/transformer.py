"""Transformers: layers of attention and a small network, and stacks of them.

Vaswani et al., "Attention is all you need" (2017), arXiv:1706.03762. Sequences are
(n, batch, d_model), with ``batch_first`` (batch, n, d_model), or one alone, (n,
d_model). Masks are those of MultiheadAttention: booleans, True where not to attend, or
floats that are added.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import functional, init
from ..elsewhere import with_options
from ..faults import check_sizes
from ..module import Module
from ..random import Seed, generator_of
from .attention import MultiheadAttention
from .basic import Linear
from .containers import ModuleList
from .dropout import Dropout
from .normalization import LayerNorm

Activation = Callable[[Any], Any] | str


class TransformerLayer(Module):
    """What both kinds of layers share: attention to itself, and the network after it.

    Around each part there is a shortcut, x + part(x), and a norm: after the sum, or,
    with ``norm_first``, before the part.
    """

    norms = 2

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = functional.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        drawn: dict[str, Any] = {"dtype": dtype, "generator": generator_of(generator)}
        attention = {"bias": bias, "batch_first": batch_first, **drawn}
        self.activation = _activation(activation)
        self.norm_first = norm_first
        check_sizes(self, d_model=d_model, nhead=nhead, dim_feedforward=dim_feedforward)
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, **attention)
        if self.norms == 3:
            self.multihead_attn = MultiheadAttention(
                d_model, nhead, dropout, **attention
            )
        self.linear1 = Linear(d_model, dim_feedforward, bias, **drawn)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **drawn)
        for i in range(1, self.norms + 1):
            norm = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
            setattr(self, f"norm{i}", norm)
        for i in range(1, self.norms + 1):
            setattr(self, f"dropout{i}", Dropout(dropout))

    def _around(self, i: int, x: Any, part: Callable[[Any], Any]) -> Any:
        """The part, with its dropout, its shortcut and its norm."""
        norm, dropout = getattr(self, f"norm{i}"), getattr(self, f"dropout{i}")
        if self.norm_first:
            return x + dropout(part(norm(x)))
        return norm(x + dropout(part(x)))

    def _network(self, x: Any) -> Any:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


class TransformerEncoderLayer(TransformerLayer):
    """Attention of a sequence to itself, then a network for each place by itself.

    x ↦ norm(x + attention(x)) ↦ norm(x + linear(activation(linear(x)))).

    >>> import autograd as ag
    >>> layer = TransformerEncoderLayer(4, 2, dim_feedforward=8, batch_first=True)
    >>> layer(ag.ones((3, 5, 4))).shape
    (3, 5, 4)
    """

    def forward(
        self,
        src: Any,
        src_mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:
        """(n, batch, d_model) → the same shape."""

        def to_itself(x: Any) -> Any:
            padding = src_key_padding_mask
            return self.self_attn(x, x, x, padding, False, src_mask, True, is_causal)[0]

        return self._around(2, self._around(1, src, to_itself), self._network)


class TransformerDecoderLayer(TransformerLayer):
    """As the encoder's layer, with attention to what was encoded in between.

    >>> import autograd as ag
    >>> layer = TransformerDecoderLayer(4, 2, dim_feedforward=8)
    >>> layer(ag.ones((5, 3, 4)), ag.ones((6, 3, 4))).shape
    (5, 3, 4)
    """

    norms = 3

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        """(n, batch, d_model) and what was encoded, (m, batch, d_model) → the first."""

        def to_itself(x: Any) -> Any:
            padding = tgt_key_padding_mask
            options = (padding, False, tgt_mask, True, tgt_is_causal)
            return self.self_attn(x, x, x, *options)[0]

        def to_memory(x: Any) -> Any:
            padding = memory_key_padding_mask
            options = (padding, False, memory_mask, True, memory_is_causal)
            return self.multihead_attn(x, memory, memory, *options)[0]

        x = self._around(1, tgt, to_itself)
        return self._around(3, self._around(2, x, to_memory), self._network)


class TransformerStack(Module):
    """Copies of a layer, one after the other, and perhaps a norm at the end.

    The copies start equal, as PyTorch's do.
    """

    def __init__(
        self, layer: Module, num_layers: int, norm: Module | None = None
    ) -> None:
        check_sizes(self, num_layers=num_layers)
        self.layers = ModuleList([copy.deepcopy(layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def _through(self, x: Any, *options: Any) -> Any:
        for layer in self.layers:
            x = layer(x, *options)
        return x if self.norm is None else self.norm(x)


class TransformerEncoder(TransformerStack):
    """A stack of encoder layers.

    >>> import autograd as ag
    >>> layer = TransformerEncoderLayer(4, 2, dim_feedforward=8)
    >>> TransformerEncoder(layer, num_layers=2)(ag.ones((5, 3, 4))).shape
    (5, 3, 4)
    """

    @with_options
    def __init__(
        self, encoder_layer: Module, num_layers: int, norm: Module | None = None
    ) -> None:
        super().__init__(encoder_layer, num_layers, norm)

    def forward(
        self,
        src: Any,
        mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:
        """(n, batch, d_model) → the same shape."""
        return self._through(src, mask, src_key_padding_mask, is_causal)


class TransformerDecoder(TransformerStack):
    """A stack of decoder layers.

    >>> import autograd as ag
    >>> layer = TransformerDecoderLayer(4, 2, dim_feedforward=8)
    >>> model = TransformerDecoder(layer, num_layers=2)
    >>> model(ag.ones((5, 3, 4)), ag.ones((6, 3, 4))).shape
    (5, 3, 4)
    """

    def __init__(
        self, decoder_layer: Module, num_layers: int, norm: Module | None = None
    ) -> None:
        super().__init__(decoder_layer, num_layers, norm)

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        """(n, batch, d_model) and what was encoded, (m, batch, d_model) → the first."""
        return self._through(
            tgt,
            memory,
            tgt_mask,
            memory_mask,
            tgt_key_padding_mask,
            memory_key_padding_mask,
            tgt_is_causal,
            memory_is_causal,
        )


class Transformer(Module):
    """An encoder of one sequence, and a decoder of another that attends to it.

    >>> import autograd as ag
    >>> model = Transformer(4, 2, 1, 1, dim_feedforward=8)
    >>> mask = model.generate_square_subsequent_mask(5)
    >>> model(ag.ones((6, 3, 4)), ag.ones((5, 3, 4)), tgt_mask=mask).shape
    (5, 3, 4)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = functional.relu,
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        generator = generator_of(generator)
        check_sizes(self, d_model=d_model, nhead=nhead, dim_feedforward=dim_feedforward)
        check_sizes(self, num_encoder_layers=num_encoder_layers)
        check_sizes(self, num_decoder_layers=num_decoder_layers)
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

        def stack(kind: Any, layer: Any, num_layers: int) -> Module:
            one = layer(
                d_model,
                nhead,
                dim_feedforward,
                dropout,
                activation,
                layer_norm_eps,
                batch_first,
                norm_first,
                bias,
                dtype=dtype,
                generator=generator,
            )
            norm = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
            return kind(one, num_layers, norm)

        self.encoder = custom_encoder or stack(
            TransformerEncoder, TransformerEncoderLayer, num_encoder_layers
        )
        self.decoder = custom_decoder or stack(
            TransformerDecoder, TransformerDecoderLayer, num_decoder_layers
        )
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter, generator=generator)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool = False,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        """(m, batch, d_model) to encode, (n, batch, d_model) → like the second."""
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        return self.decoder(
            tgt,
            memory,
            tgt_mask,
            memory_mask,
            tgt_key_padding_mask,
            memory_key_padding_mask,
            tgt_is_causal,
            memory_is_causal,
        )

    @staticmethod
    def generate_square_subsequent_mask(sz: int, dtype: Any = np.float32) -> np.ndarray:
        """A mask (sz, sz) of floats, -∞ where a place would attend to a later one.

        >>> Transformer.generate_square_subsequent_mask(2)
        array([[  0., -inf],
               [  0.,   0.]], dtype=float32)
        """
        return np.triu(np.full((sz, sz), -np.inf, dtype), 1)


def _activation(given: Activation) -> Callable[[Any], Any]:
    named: dict[str, Callable[[Any], Any]]
    named = {"relu": functional.relu, "gelu": functional.gelu}
    if isinstance(given, str):
        if given not in named:
            raise ValueError(
                f"activation is 'relu', 'gelu' or a function; got {given!r}"
            )
        return named[given]
    return given
