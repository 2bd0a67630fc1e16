"""Recurrent cells: one step of RNN, LSTM and GRU."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor

from ..random import Seed, generator_of
from .recurrent_units import Unit, checked, run_gru, run_lstm, run_rnn


class Cell(Unit):
    """What RNNCell, LSTMCell and GRUCell share: one step, its weights."""

    weight_ih: Tensor  # (gates · hidden_size, input_size)
    weight_hh: Tensor  # (gates · hidden_size, hidden_size)
    bias_ih: Tensor  # (gates · hidden_size,)
    bias_hh: Tensor  # (gates · hidden_size,)

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        self._set(input_size, hidden_size, bias)
        self._fill(input_size, "", dtype, generator_of(generator))

    def forward(self, input: Any, hx: Any = None) -> Any:
        """(batch, input_size) and the states before → the states after."""
        alone = input.ndim == 1
        if input.ndim not in (1, 2) or input.shape[-1] != self.input_size:
            raise ValueError(
                f"{self!r} needs an input of shape (batch, {self.input_size}) or "
                f"({self.input_size},); got {input.shape}"
            )
        shape = (*input.shape[:-1], self.hidden_size)
        before = self._states(hx, shape, self.weight_ih.dtype)
        x = ag.expand_dims(input, (0, 1) if alone else 0)
        if alone:
            before = tuple([each[None] for each in before])
        every = self.run(x, before, self._weights(""), self.nonlinearity)
        after = tuple([each[-1, 0] if alone else each[-1] for each in every])
        return after[0] if self.n_states == 1 else after

    def extra_repr(self) -> str:
        """Sizes, and the options that are not the usual ones."""
        given = [f"{self.input_size}, {self.hidden_size}"]
        given += ["bias=False"] * (not self.bias)
        if self.nonlinearity != "tanh":
            given.append(f"nonlinearity={self.nonlinearity!r}")
        return ", ".join(given)


class RNNCell(Cell, gates=1, run=run_rnn):
    """One step of RNN: (batch, input_size), (batch, hidden_size) → the next state.

    >>> import autograd as ag
    >>> RNNCell(3, 4)(ag.ones((2, 3))).shape
    (2, 4)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        **options: Any,
    ) -> None:
        self.nonlinearity = checked(nonlinearity)
        super().__init__(input_size, hidden_size, bias, **options)


class LSTMCell(Cell, gates=4, n_states=2, run=run_lstm):
    """One step of LSTM: (batch, input_size), (h, c) → (h, c).

    >>> import autograd as ag
    >>> h, c = LSTMCell(3, 4)(ag.ones((2, 3)))
    >>> h.shape, c.shape
    ((2, 4), (2, 4))
    """


class GRUCell(Cell, gates=3, run=run_gru):
    """One step of GRU: (batch, input_size), (batch, hidden_size) → the next state.

    >>> import autograd as ag
    >>> GRUCell(3, 4)(ag.ones((2, 3))).shape
    (2, 4)
    """
