"""Recurrent layers over a whole sequence: what RNN, LSTM, GRU share.

Each step is one product: both weights and the bias, side by side, meet what the step
is given, its inputs, a 1 and the state before, one below the other. A step writes its
state where the next finds it. The pullback is one loop backwards, then one product over
all steps for both weights. What a step needs beside its product is computed for all
steps at once, before the loop, which writes in place.

Within, the batch stands last: (steps, gates · n, batch). So each gate of a step is one
block of memory, and BLAS shares out the rows of a weight, which are many.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from .precision import in_working_dtype

LAYER = "a recurrent layer"
FACTS: dict[str, Any] = {"analytic": False, "steps": True}


def turned(x):
    """(steps, batch, n) as (steps, n, batch), or back, in memory of that order."""
    return np.ascontiguousarray(np.swapaxes(x, 1, 2))


def joined(weight_ih, bias, weight_hh):
    """Side by side: what a step's inputs meet, what its 1, and the state before."""
    return np.concatenate([weight_ih, bias[:, None], weight_hh], axis=1)


def given_to_steps(x, h):
    """What each step is given, (steps + 1, n_in + 1 + n, batch), and the states there.

    The first state stands in the first; the others are written where the next step,
    or nobody, finds them.
    """
    steps, batch, n_in = x.shape
    given = np.empty((steps + 1, n_in + 1 + h.shape[1], batch), x.dtype)
    given[:-1, :n_in] = np.swapaxes(x, 1, 2)
    given[:, n_in] = 1
    given[0, n_in + 1 :] = h.T
    return given, given[1:, n_in + 1 :]


def mapped(x, weight, bias):
    """W xᵀ + b of each step."""
    out = np.matmul(weight, np.swapaxes(x, 1, 2))
    out += bias[:, None]
    return out


def split_by_gate(gates, count):
    """(steps, count · n, batch) as (steps, count, n, batch)."""
    steps, wide, batch = gates.shape
    return np.reshape(gates, (steps, count, wide // count, batch))


def negated(weight, n):
    """A copy with the first ``n`` rows negated, those of the gates that are a σ."""
    weight = np.array(weight)
    np.negative(weight[:n], out=weight[:n])
    return weight


def sigmoid_of_negated(x):
    """1 / (1 + eˣ), in place; eˣ may be infinite."""
    np.exp(x, out=x)
    x += 1
    np.reciprocal(x, out=x)


def slopes(gates, n):
    """Of each gate, by what it is the function of: s - s² for ``n`` of them; 1 - s²."""
    slopes = np.square(gates)
    np.subtract(gates[:, :n], slopes[:, :n], out=slopes[:, :n])
    np.subtract(1, slopes[:, n:], out=slopes[:, n:])
    return slopes


def preceding(first, states):
    """The state, or cell, before each step."""
    return np.concatenate([first[None], states[:-1]])


def as_rows(onto):
    """What arrives at each gate, (gates · n, steps · batch)."""
    return np.reshape(np.swapaxes(onto, 0, 1), (onto.shape[1], -1))


def onto_inputs(rows, weight, x):
    """What arrives at the inputs of all steps."""
    return np.reshape(np.matmul(rows.T, weight), x.shape)


def onto_weight(rows, x):
    """Σ over steps and batch of what arrives, times what it came from."""
    steps, batch, n = x.shape
    return np.matmul(rows, np.reshape(x, (steps * batch, n)))


def onto_both_weights(rows, x, before):
    """``onto_weight`` of both weights: one product, once it is asked for."""

    @cache
    def parts():
        both = onto_weight(rows, np.concatenate([x, before], axis=2))
        return both[:, : x.shape[2]], both[:, x.shape[2] :]

    return parts


def summed(rows):
    """Over steps and batch: by pairs, as they are many."""
    return np.add.reduce(rows, axis=1)


def checked(gates, x, h, weight_ih, weight_hh, bias, *others):
    """The dtype of the result, and arrays of fitting shapes in that of the work."""
    arrays = (x, h, weight_ih, weight_hh, bias)
    given = [np.shape(each) for each in arrays]
    steps, batch, n_in = given[0] if len(given[0]) == 3 else (0, 0, 0)
    n = given[1][-1] if len(given[1]) == 2 else 0
    wide = gates * n
    if not (steps and n) or given[1:] != [(batch, n), (wide, n_in), (wide, n), (wide,)]:
        wide = "n" if gates == 1 else f"{gates}·n"
        raise ValueError(
            f"expected inputs (steps, batch, n_in) of a step at least, a state (batch, "
            f"n), weights ({wide}, n_in) and ({wide}, n), a bias ({wide},); got "
            f"{', '.join(map(str, given))}"
        )
    return in_working_dtype(LAYER, *arrays, *others)
