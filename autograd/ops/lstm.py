"""LSTM over a whole sequence, one primitive: input, forget, cell and output gate.

Hochreiter and Schmidhuber, "Long short-term memory" (1997), with the forget gate of
Gers et al. (2000).

Within, the gates are in the order o, i, f, g: the first three are σ, and the last three
act on the cell. So weights, in the order i, f, g, o of PyTorch, are rolled by one. What
a step is given, and how it lies in memory: ``recurrent``.
"""

from __future__ import annotations

import numpy as np

from .activations import sigmoid
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
    negated,
    onto_both_weights,
    onto_inputs,
    preceding,
    sigmoid_of_negated,
    slopes,
    split_by_gate,
    summed,
    turned,
)

__all__ = ["lstm"]


def _lstm_by_steps(x, h, c, weight_ih, weight_hh, bias):
    states, cells, reached, gates = [], [], [], []
    for each in affine(x, weight_ih, bias):
        i, f, g, o = np.split(each + np.matmul(h, weight_hh.T), 4, axis=-1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c = f * c + i * g
        reached.append(np.tanh(c))
        h = o * reached[-1]
        states.append(h)
        cells.append(c)
        gates.append(np.concatenate([o, i, f, g], axis=-1))
    return tuple([np.stack(each) for each in (states, cells, reached, gates)])


def _lstm(x, h, c, weight_ih, weight_hh, bias):
    _check_cell(h, c)
    arrays = checked(4, x, h, weight_ih, weight_hh, bias, c)
    dtype, (x, h, weight_ih, weight_hh, bias, c) = arrays
    steps, batch, _ = x.shape
    n = h.shape[1]
    weight = np.roll(joined(weight_ih, bias, weight_hh), n, axis=0)
    weight = negated(weight, 3 * n)
    (given, states), c = given_to_steps(x, h), c.T
    gates = np.empty((steps, 4 * n, batch), weight.dtype)
    by_gate = split_by_gate(gates, 4)
    cells, reached = (np.empty((steps, n, batch), weight.dtype) for _ in range(2))
    added = np.empty_like(cells[0])
    with np.errstate(over="ignore"):
        for each, gate, (o, i, f, g), state, cell, reach in zip(
            given, gates, by_gate, states, cells, reached
        ):
            np.dot(weight, each, out=gate)
            sigmoid_of_negated(gate[: 3 * n])
            np.tanh(g, out=g)
            np.multiply(f, c, out=cell)
            cell += np.multiply(i, g, out=added)
            np.tanh(cell, out=reach)
            np.multiply(o, reach, out=state)
            c = cell
    others = [np.swapaxes(each, 1, 2) for each in (cells, reached, gates)]
    found = (turned(states), *others)
    return tuple([each.astype(dtype, copy=False) for each in found])


def _pull_lstm(g, out, x, h, c, weight_ih, weight_hh):
    _, arrays = in_working_dtype(LAYER, *out, x, h, c, weight_ih, weight_hh)
    states, cells, reached, gates, x, h, c, weight_ih, weight_hh = arrays
    to_states, to_cells, to_reached, to_gates = (
        None if each is None else turned(each) for each in g
    )
    n = h.shape[1]
    weight_ih, weight_hh = (np.roll(w, n, axis=0) for w in (weight_ih, weight_hh))
    before = turned(preceding(c, cells))
    reached, gates = turned(reached), turned(gates)
    o, i, f, g = np.moveaxis(split_by_gate(gates, 4), 1, 0)
    onto = slopes(gates, 3 * n)
    slope = split_by_gate(onto, 4)
    directly = None if to_gates is None else to_gates * onto
    for k, factor in enumerate((reached, g, before, i)):
        slope[:, k] *= factor  # now of what the gate is for: the state, the cell
    into_cell = slopes(reached, 0)
    if to_reached is not None:
        to_reached = to_reached * into_cell
    into_cell *= o
    transposed = np.ascontiguousarray(weight_hh.T)
    dh, dc, part = (np.zeros_like(reached[0]) for _ in range(3))
    for t in reversed(range(len(onto))):
        if to_states is not None:
            dh += to_states[t]
        dc += np.multiply(dh, into_cell[t], out=part)
        for more in (to_cells, to_reached):
            if more is not None:
                dc += more[t]
        slope[t, 0] *= dh
        slope[t, 1:] *= dc
        if directly is not None:
            onto[t] += directly[t]
        np.dot(transposed, onto[t], out=dh)
        dc *= f[t]
    rows = as_rows(onto)
    onto_weights = onto_both_weights(rows, x, preceding(h, states))
    return (
        lambda: onto_inputs(rows, weight_ih, x),
        dh.T,
        dc.T,
        lambda: np.roll(onto_weights()[0], -n, axis=0),
        lambda: np.roll(onto_weights()[1], -n, axis=0),
        lambda: np.roll(summed(rows), -n),
    )


lstm = fused(_lstm_by_steps, _lstm, _pull_lstm, name="lstm", symbol="LSTM", **FACTS)


def _check_cell(h, c):
    if np.shape(c) != np.shape(h):
        raise ValueError(
            f"expected a cell {np.shape(h)}, as the state; got {np.shape(c)}"
        )
