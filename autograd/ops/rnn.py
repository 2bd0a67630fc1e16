"""RNN over a whole sequence, one primitive: one tanh, or relu, a step.

What a step is given, and how it lies in memory: ``recurrent``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .activations import relu
from .fused import fused
from .linalg import affine
from .precision import in_working_dtype
from .recurrent import (
    FACTS,
    LAYER,
    as_rows,
    checked,
    given_to_steps,
    joined,
    onto_both_weights,
    onto_inputs,
    preceding,
    summed,
    turned,
)

__all__ = ["rnn"]

NONLINEARITIES: dict[str, Any] = {"tanh": np.tanh, "relu": relu}


def _rnn_by_steps(x, h, weight_ih, weight_hh, bias, nonlinearity="tanh"):
    states = []
    for each in affine(x, weight_ih, bias):
        h = NONLINEARITIES[nonlinearity](each + np.matmul(h, weight_hh.T))
        states.append(h)
    return np.stack(states)


def _rnn(x, h, weight_ih, weight_hh, bias, nonlinearity="tanh"):
    if nonlinearity not in NONLINEARITIES:
        raise ValueError(f"nonlinearity is 'tanh' or 'relu'; got {nonlinearity!r}")
    arrays = checked(1, x, h, weight_ih, weight_hh, bias)
    dtype, (x, h, weight_ih, weight_hh, bias) = arrays
    weight = joined(weight_ih, bias, weight_hh)
    given, states = given_to_steps(x, h)
    for each, state in zip(given, states):
        np.dot(weight, each, out=state)
        if nonlinearity == "tanh":
            np.tanh(state, out=state)
        else:
            np.maximum(state, 0, out=state)
    return turned(states).astype(dtype, copy=False)


def _pull_rnn(g, out, x, h, weight_ih, weight_hh, nonlinearity):
    _, arrays = in_working_dtype(LAYER, g, out, x, h, weight_ih, weight_hh)
    g, states, x, h, weight_ih, weight_hh = arrays
    slope = 1 - states * states if nonlinearity == "tanh" else np.greater(states, 0)
    onto = turned(g * slope)  # what arrives before the tanh, at each step
    slope = turned(slope)
    arriving, transposed = np.empty_like(onto[0]), np.ascontiguousarray(weight_hh.T)
    for t in reversed(range(len(onto) - 1)):
        np.dot(transposed, onto[t + 1], out=arriving)
        onto[t] += np.multiply(arriving, slope[t], out=arriving)
    rows = as_rows(onto)
    onto_weights = onto_both_weights(rows, x, preceding(h, states))
    return (
        lambda: onto_inputs(rows, weight_ih, x),
        lambda: np.dot(transposed, onto[0]).T,
        lambda: onto_weights()[0],
        lambda: onto_weights()[1],
        lambda: summed(rows),
    )


rnn = fused(_rnn_by_steps, _rnn, _pull_rnn, name="rnn", symbol="RNN", **FACTS)
