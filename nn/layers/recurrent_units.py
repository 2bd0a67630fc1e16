"""What recurrent layers and their cells share: weights, states, and how they are run.

All follow PyTorch in names, order and shapes of the parameters, and in the start:
uniform in ±1/√hidden_size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

import autograd as ag

from .. import init
from ..faults import check_sizes
from ..module import Module
from ..parameter import Parameter

States = tuple[Any, ...]  # what is handed from step to step: h, or h and c
# What gives the states of all steps, by inputs (steps, batch, n), states before, two
# weights and two biases (None: without), and the nonlinearity.
Run = Callable[..., States]


def run_rnn(x: Any, before: States, weights: Sequence[Any], kind: str) -> States:
    """hₜ = tanh(W xₜ + b + U hₜ₋₁ + c), or relu."""
    return (ag.rnn(x, *before, *weights[:2], _one_bias(*weights[1:]), kind),)


def run_lstm(x: Any, before: States, weights: Sequence[Any], kind: str) -> States:
    """cₜ = f cₜ₋₁ + i g, hₜ = o tanh cₜ; i, f, o are σ and g is tanh of the like."""
    states, cells, *_ = ag.lstm(x, *before, *weights[:2], _one_bias(*weights[1:]))
    return states, cells


def run_gru(x: Any, before: States, weights: Sequence[Any], kind: str) -> States:
    """hₜ = (1 - z) n + z hₜ₋₁, n = tanh(W xₜ + b + r (U hₜ₋₁ + c))."""
    weight_ih, weight_hh, *biases = weights
    if biases[0] is None:
        biases = [_no_bias(weight_hh)] * 2
    states, _ = ag.gru(x, *before, weight_ih, weight_hh, *biases)
    return (states,)


def _one_bias(weight: Any, bias_ih: Any, bias_hh: Any) -> Any:
    return _no_bias(weight) if bias_ih is None else bias_ih + bias_hh


def _no_bias(weight: Any) -> np.ndarray:
    return np.zeros(len(weight), weight.dtype)


class Unit(Module):
    """What sequences and cells share: how many gates, states; how to run them."""

    gates: ClassVar[int]
    n_states: ClassVar[int]
    run: ClassVar[Run]
    nonlinearity: str = "tanh"

    def __init_subclass__(
        cls, gates: int = 0, n_states: int = 1, run: Run | None = None
    ) -> None:
        if run is not None:
            cls.gates, cls.n_states, cls.run = gates, n_states, staticmethod(run)

    def _set(self, input_size: int, hidden_size: int, bias: bool) -> None:
        check_sizes(self, input_size=input_size, hidden_size=hidden_size)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias

    def _fill(self, n_in: int, suffix: str, dtype: Any, generator: Any) -> None:
        """The weights and biases under their names with this suffix."""
        wide, bound = self.gates * self.hidden_size, 1 / math.sqrt(self.hidden_size)
        shapes: dict[str, tuple[int, ...]] = {
            "weight_ih": (wide, n_in),
            "weight_hh": (wide, self.hidden_size),
        }
        if self.bias:
            shapes |= {"bias_ih": (wide,), "bias_hh": (wide,)}
        for name, shape in shapes.items():
            parameter = Parameter(np.empty(shape, dtype))
            init.uniform_(parameter, -bound, bound, generator=generator)
            setattr(self, name + suffix, parameter)

    def _weights(self, suffix: str) -> list[Any]:
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return [getattr(self, name + suffix, None) for name in names]

    def _states(self, hx: Any, shape: tuple[int, ...], dtype: Any) -> States:
        """The states before: zeros, or those given, of that shape."""
        if hx is None:
            return (np.zeros(shape, dtype),) * self.n_states
        given = hx if self.n_states > 1 else (hx,)
        if not isinstance(given, (tuple, list)) or len(given) != self.n_states:
            raise TypeError(
                f"{type(self).__name__} needs the states before as a pair (h, c); got "
                f"{type(hx).__name__}"
            )
        for each in given:
            if np.shape(each) != shape:
                raise ValueError(
                    f"{self!r} needs states of shape {shape}; got {np.shape(each)}"
                )
        return tuple(given)


def checked(nonlinearity: str) -> str:
    """What is applied in each step: tanh or relu."""
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"nonlinearity is 'tanh' or 'relu'; got {nonlinearity!r}")
    return nonlinearity
