"""Recurrent layers: RNN, LSTM and GRU over sequences."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor
from autograd.core.node import decides, raw
from autograd.ops.held import held, presumed

from .. import functional
from ..faults import check_sizes
from ..functional.arguments import check_probability
from ..random import Seed, generator_of
from .recurrent_units import States, Unit, checked, run_gru, run_lstm, run_rnn


class Recurrent(Unit):
    """What RNN, LSTM and GRU share: layers, directions, and the way through them."""

    weight_ih_l0: Tensor  # (gates · hidden_size, input_size), and so for each layer
    weight_hh_l0: Tensor  # (gates · hidden_size, hidden_size)
    bias_ih_l0: Tensor  # (gates · hidden_size,)
    bias_hh_l0: Tensor  # (gates · hidden_size,)

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        self._set(input_size, hidden_size, bias)
        check_sizes(self, num_layers=num_layers)
        check_probability("dropout", dropout)
        if dropout and num_layers == 1:
            warnings.warn(
                "dropout is between layers: with num_layers=1 nothing is dropped",
                stacklevel=2,
            )
        self.num_layers, self.batch_first = num_layers, batch_first
        self.dropout, self.bidirectional = dropout, bidirectional
        generator = generator_of(generator)
        for layer, suffixes in enumerate(self._suffixes()):
            n_in = hidden_size * len(suffixes) if layer else input_size
            for suffix in suffixes:
                self._fill(n_in, suffix, dtype, generator)

    def _suffixes(self) -> list[list[str]]:
        """What the names of parameters end in, by layer and direction."""
        ways = ("", "_reverse") if self.bidirectional else ("",)
        return [[f"_l{i}{way}" for way in ways] for i in range(self.num_layers)]

    def forward(
        self, input: Any, hx: Any = None, lengths: Any = None
    ) -> tuple[Any, Any]:
        """(steps, batch, input_size) → (steps, batch, directions · hidden_size), h_n.

        With ``batch_first``, (batch, steps, …); of one sequence, (steps, …). Where a
        sequence of the batch ends before, as ``lengths`` (batch,) says, its outputs are
        0 from there on, its last states those of its end, and it is read backwards from
        there: ``nn.data.pad_sequences`` gives both.
        """
        alone = input.ndim == 2
        if input.ndim not in (2, 3) or input.shape[-1] != self.input_size:
            raise ValueError(
                f"{self!r} needs an input of shape {self._expected()} or (steps, "
                f"{self.input_size}); got {input.shape}"
            )
        x = ag.expand_dims(input, 1) if alone else input
        if self.batch_first and not alone:
            x = ag.swapaxes(x, 0, 1)
        if not len(x):
            raise ValueError(f"{self!r} needs a step at least; got {input.shape}")
        suffixes = self._suffixes()
        n = self.num_layers * len(suffixes[0])
        shape = (n, self.hidden_size) if alone else (n, x.shape[1], self.hidden_size)
        states = self._states(hx, shape, self._weights(suffixes[0][0])[0].dtype)
        ends = None if lengths is None else self._ends(lengths, *x.shape[:2])
        x, last = self._through(x, [s[:, None] if alone else s for s in states], ends)
        if ends is not None:
            x = ag.where((np.arange(len(x))[:, None] < ends)[..., None], x, 0)
        if self.batch_first and not alone:
            x = ag.swapaxes(x, 0, 1)
        if alone:
            x, last = x[:, 0], [each[:, 0] for each in last]
        return x, last[0] if self.n_states == 1 else tuple(last)

    def _ends(self, lengths: Any, steps: int, batch: int) -> np.ndarray:
        """How many steps each sequence of a batch has."""
        ends = held(lengths) if isinstance(lengths, Tensor) else np.asarray(lengths)
        if ends.dtype.kind not in "iu":
            raise TypeError(
                f"{self!r} needs whole numbers as lengths; got {ends.dtype}"
            )
        if ends.shape == (batch,) and not decides(ends):
            self._ends(raw(ends), steps, batch)
            within = np.logical_and(ends >= 1, ends <= steps)
            ends = presumed(ends, within, f"all lengths were from 1 to {steps}")
        elif ends.shape != (batch,) or (ends < 1).any() or (ends > steps).any():
            got = ends.tolist() if ends.shape == (batch,) else f"shape {ends.shape}"
            raise ValueError(
                f"{self!r} needs lengths from 1 to {steps}, one for each of {batch} "
                f"sequences; got {got}"
            )
        return ends.astype(np.intp)

    def _through(
        self, x: Any, states: Sequence[Any], ends: np.ndarray | None
    ) -> tuple[Any, list[Any]]:
        """Every layer, in each direction; and the last states of all of them."""
        last: list[States] = []
        at_end: Any = -1
        if ends is not None:
            each, steps = np.arange(len(ends)), np.arange(len(x))[:, None]
            at_end = ends - 1, each
            turned = np.where(steps < ends, ends - 1 - steps, steps), each

        def reversed_(x: Any) -> Any:
            return ag.flip(x, 0) if ends is None else x[turned]

        for layer, suffixes in enumerate(self._suffixes()):
            if layer and self.dropout:
                x = functional.dropout(x, self.dropout, self.training)
            outs = []
            for suffix in suffixes:
                before = tuple([each[len(last)] for each in states])
                backwards = suffix.endswith("_reverse")
                there = reversed_(x) if backwards else x
                weights = self._weights(suffix)
                every = self.run(there, before, weights, self.nonlinearity)
                outs.append(reversed_(every[0]) if backwards else every[0])
                last.append(tuple([states[at_end] for states in every]))
            x = outs[0] if len(outs) == 1 else ag.concatenate(outs, axis=-1)
        return x, [ag.stack(each) for each in zip(*last, strict=True)]

    def _expected(self) -> str:
        lead = "batch, steps" if self.batch_first else "steps, batch"
        return f"({lead}, {self.input_size})"

    def extra_repr(self) -> str:
        """Sizes, and the options that are not the usual ones."""
        usual = {
            "num_layers": 1,
            "nonlinearity": "tanh",
            "bias": True,
            "batch_first": False,
            "dropout": 0.0,
            "bidirectional": False,
        }
        given = [
            f"{name}={getattr(self, name)!r}"
            for name, value in usual.items()
            if getattr(self, name) != value
        ]
        return ", ".join([f"{self.input_size}, {self.hidden_size}", *given])


class RNN(Recurrent, gates=1, run=run_rnn):
    """hₜ = tanh(W xₜ + b + U hₜ₋₁ + c), or relu: Elman's network, of some layers.

    Shapes: input (steps, batch, input_size), with ``batch_first`` (batch, steps, …), or
    (steps, …) of one sequence; output likewise, of directions · hidden_size; states
    (layers · directions, batch, hidden_size), zeros if not given. ``dropout`` is that
    between layers; ``bidirectional`` adds layers that read from the end. Called with
    ``lengths`` (batch,), it takes sequences as ended there. Elman, "Finding structure
    in time" (1990).

    Raises:
        ValueError: the shapes do not fit; ``nonlinearity`` is not "tanh" or "relu".

    >>> import autograd as ag
    >>> output, h_n = RNN(3, 4, num_layers=2)(ag.ones((5, 2, 3)))
    >>> output.shape, h_n.shape
    ((5, 2, 4), (2, 2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        self.nonlinearity = checked(nonlinearity)
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            dtype=dtype,
            generator=generator,
        )


class LSTM(Recurrent, gates=4, n_states=2, run=run_lstm):
    """cₜ = f cₜ₋₁ + i g and hₜ = o tanh cₜ: a memory with gates, of some layers.

    i, f, o are σ, and g is tanh, of W xₜ + b + U hₜ₋₁ + c, in the order i, f, g, o in
    the weights. States are pairs (h, c); shapes and options are those of RNN.
    Hochreiter and Schmidhuber, "Long short-term memory" (1997).

    Raises:
        ValueError: the shapes do not fit; ``proj_size`` is not 0.

    >>> import autograd as ag
    >>> output, (h_n, c_n) = LSTM(3, 4, bidirectional=True)(ag.ones((5, 2, 3)))
    >>> output.shape, h_n.shape, c_n.shape
    ((5, 2, 8), (2, 2, 4), (2, 2, 4))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        **options: Any,
    ) -> None:
        if proj_size:
            raise ValueError(
                f"proj_size={proj_size} is not offered; put a Linear after the LSTM"
            )
        flags = (bias, batch_first, dropout, bidirectional)
        super().__init__(input_size, hidden_size, num_layers, *flags, **options)


class GRU(Recurrent, gates=3, run=run_gru):
    """hₜ = (1 - z) n + z hₜ₋₁: a gated recurrent unit, of some layers.

    r, z are σ of W xₜ + b + U hₜ₋₁ + c, and n = tanh(W xₜ + b + r (U hₜ₋₁ + c)), in the
    order r, z, n in the weights. Shapes and options are those of RNN. Cho et al.
    (2014), arXiv:1406.1078.

    >>> import autograd as ag
    >>> output, h_n = GRU(3, 4, batch_first=True)(ag.ones((2, 5, 3)))
    >>> output.shape, h_n.shape
    ((2, 5, 4), (1, 2, 4))
    """
