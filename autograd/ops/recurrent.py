"""Recurrent layers over a whole sequence: RNN, LSTM, GRU, each one primitive.

Each step is one product: both weights and the bias, side by side, meet what the step
is given, its inputs, a 1 and the state before, one below the other. A step writes its
state where the next finds it. The pullback is one loop backwards, then one product over
all steps for both weights. What a step needs beside its product is computed for all
steps at once, before the loop, which writes in place. Only a GRU, whose reset gate
parts the two weights, takes its inputs through theirs before the first step.

Within, the batch stands last: (steps, gates · n, batch). So each gate of a step is one
block of memory, and BLAS shares out the rows of a weight, which are many.

LSTM: Hochreiter and Schmidhuber, "Long short-term memory" (1997), with the forget gate
of Gers et al. (2000). GRU: Cho et al. (2014), arXiv:1406.1078, with the reset gate
after the product, as in PyTorch.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from .activations import relu, sigmoid
from .fused import fused
from .linalg import affine
from .precision import in_working_dtype

__all__ = ["gru", "lstm", "rnn"]

LAYER = "a recurrent layer"
FACTS: dict[str, Any] = {"analytic": False, "steps": True}
NONLINEARITIES: dict[str, Any] = {"tanh": np.tanh, "relu": relu}


# One tanh, or relu, a step ------------------------------------------------------------


def _rnn_by_steps(x, h, weight_ih, weight_hh, bias, nonlinearity="tanh"):
    states = []
    for each in affine(x, weight_ih, bias):
        h = NONLINEARITIES[nonlinearity](each + np.matmul(h, weight_hh.T))
        states.append(h)
    return np.stack(states)


def _rnn(x, h, weight_ih, weight_hh, bias, nonlinearity="tanh"):
    if nonlinearity not in NONLINEARITIES:
        raise ValueError(f"nonlinearity is 'tanh' or 'relu'; got {nonlinearity!r}")
    arrays = _checked(1, x, h, weight_ih, weight_hh, bias)
    dtype, (x, h, weight_ih, weight_hh, bias) = arrays
    weight = _joined(weight_ih, bias, weight_hh)
    given, states = _given(x, h)
    for each, state in zip(given, states):
        np.dot(weight, each, out=state)
        if nonlinearity == "tanh":
            np.tanh(state, out=state)
        else:
            np.maximum(state, 0, out=state)
    return _turned(states).astype(dtype, copy=False)


def _pull_rnn(g, out, x, h, weight_ih, weight_hh, nonlinearity):
    _, arrays = in_working_dtype(LAYER, g, out, x, h, weight_ih, weight_hh)
    g, states, x, h, weight_ih, weight_hh = arrays
    slope = 1 - states * states if nonlinearity == "tanh" else np.greater(states, 0)
    onto = _turned(g * slope)  # what arrives before the tanh, at each step
    slope = _turned(slope)
    arriving, transposed = np.empty_like(onto[0]), np.ascontiguousarray(weight_hh.T)
    for t in reversed(range(len(onto) - 1)):
        np.dot(transposed, onto[t + 1], out=arriving)
        onto[t] += np.multiply(arriving, slope[t], out=arriving)
    rows = _rows(onto)
    onto_weights = _onto_weights(rows, x, _before(h, states))
    return (
        lambda: _onto_inputs(rows, weight_ih, x),
        lambda: np.dot(transposed, onto[0]).T,
        lambda: onto_weights()[0],
        lambda: onto_weights()[1],
        lambda: _sum(rows),
    )


rnn = fused(_rnn_by_steps, _rnn, _pull_rnn, name="rnn", symbol="RNN", **FACTS)


# Input, forget, cell and output gate --------------------------------------------------
#
# Within, they are in the order o, i, f, g: the first three are σ, and the last three
# act on the cell. So weights, in the order i, f, g, o of PyTorch, are rolled by one.


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
    arrays = _checked(4, x, h, weight_ih, weight_hh, bias, c)
    dtype, (x, h, weight_ih, weight_hh, bias, c) = arrays
    steps, batch, _ = x.shape
    n = h.shape[1]
    weight = np.roll(_joined(weight_ih, bias, weight_hh), n, axis=0)
    weight = _negated(weight, 3 * n)
    (given, states), c = _given(x, h), c.T
    gates = np.empty((steps, 4 * n, batch), weight.dtype)
    by_gate = _by_gate(gates, 4)
    cells, reached = (np.empty((steps, n, batch), weight.dtype) for _ in range(2))
    added = np.empty_like(cells[0])
    with np.errstate(over="ignore"):
        for each, gate, (o, i, f, g), state, cell, reach in zip(
            given, gates, by_gate, states, cells, reached
        ):
            np.dot(weight, each, out=gate)
            _sigmoid_of_negated(gate[: 3 * n])
            np.tanh(g, out=g)
            np.multiply(f, c, out=cell)
            cell += np.multiply(i, g, out=added)
            np.tanh(cell, out=reach)
            np.multiply(o, reach, out=state)
            c = cell
    others = [np.swapaxes(each, 1, 2) for each in (cells, reached, gates)]
    found = (_turned(states), *others)
    return tuple([each.astype(dtype, copy=False) for each in found])


def _pull_lstm(g, out, x, h, c, weight_ih, weight_hh):
    _, arrays = in_working_dtype(LAYER, *out, x, h, c, weight_ih, weight_hh)
    states, cells, reached, gates, x, h, c, weight_ih, weight_hh = arrays
    to_states, to_cells, to_reached, to_gates = (
        None if each is None else _turned(each) for each in g
    )
    n = h.shape[1]
    weight_ih, weight_hh = (np.roll(w, n, axis=0) for w in (weight_ih, weight_hh))
    before = _turned(_before(c, cells))
    reached, gates = _turned(reached), _turned(gates)
    o, i, f, g = np.moveaxis(_by_gate(gates, 4), 1, 0)
    onto = _slopes(gates, 3 * n)
    slope = _by_gate(onto, 4)
    directly = None if to_gates is None else to_gates * onto
    for k, factor in enumerate((reached, g, before, i)):
        slope[:, k] *= factor  # now of what the gate is for: the state, the cell
    into_cell = _slopes(reached, 0)
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
    rows = _rows(onto)
    onto_weights = _onto_weights(rows, x, _before(h, states))
    return (
        lambda: _onto_inputs(rows, weight_ih, x),
        dh.T,
        dc.T,
        lambda: np.roll(onto_weights()[0], -n, axis=0),
        lambda: np.roll(onto_weights()[1], -n, axis=0),
        lambda: np.roll(_sum(rows), -n),
    )


lstm = fused(_lstm_by_steps, _lstm, _pull_lstm, name="lstm", symbol="LSTM", **FACTS)


# Reset gate, update gate and candidate ------------------------------------------------


def _gru_by_steps(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    states, gates = [], []
    for each in affine(x, weight_ih, bias_ih):
        from_input = np.split(each, 3, axis=-1)
        from_state = np.split(affine(h, weight_hh, bias_hh), 3, axis=-1)
        r, z = (sigmoid(from_input[k] + from_state[k]) for k in range(2))
        n = np.tanh(from_input[2] + r * from_state[2])
        h = (1 - z) * n + z * h
        states.append(h)
        gates.append(np.concatenate([r, z, n], axis=-1))
    return np.stack(states), np.stack(gates)


def _gru(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    _check_biases(bias_ih, bias_hh)
    arrays = _checked(3, x, h, weight_ih, weight_hh, bias_ih, bias_hh)
    dtype, (x, h, *weights) = arrays
    both = 2 * h.shape[1]  # the gates that are a σ
    weight_ih, weight_hh, bias_ih, bias_hh = (_negated(w, both) for w in weights)
    weight = _joined(weight_hh[:, :0], bias_hh, weight_hh)
    (given, states), h = _given(x[..., :0], h), h.T
    gates = _mapped(x, weight_ih, bias_ih)
    by_gate = _by_gate(gates, 3)
    product, part = np.empty_like(gates[0]), np.empty(h.shape, h.dtype)
    with np.errstate(over="ignore"):
        for each, gate, (r, z, new), state in zip(given, gates, by_gate, states):
            np.dot(weight, each, out=product)
            gate[:both] += product[:both]
            _sigmoid_of_negated(gate[:both])
            new += np.multiply(r, product[both:], out=part)
            np.tanh(new, out=new)
            np.subtract(h, new, out=part)
            np.add(new, np.multiply(z, part, out=part), out=state)
            h = state
    found = (_turned(states), np.swapaxes(gates, 1, 2))
    return tuple([each.astype(dtype, copy=False) for each in found])


def _pull_gru(g, out, x, h, weight_ih, weight_hh, bias_hh):
    _, arrays = in_working_dtype(LAYER, *out, x, h, weight_ih, weight_hh, bias_hh)
    states, gates, x, h, weight_ih, weight_hh, bias_hh = arrays
    to_states, to_gates = (None if each is None else _turned(each) for each in g)
    both = 2 * h.shape[1]
    states = _before(h, states)
    before, gates = _turned(states), _turned(gates)
    r, z, new = np.moveaxis(_by_gate(gates, 3), 1, 0)
    candidate = _mapped(states, weight_hh[both:], bias_hh[both:])
    onto = _slopes(gates, both)  # what arrives at the gates from the inputs
    slope = _by_gate(onto, 3)
    directly = None
    if to_gates is not None:
        directly = _by_gate(to_gates * onto, 3)
        directly[:, 0] += directly[:, 2] * candidate * slope[:, 0]
    slope[:, 1] *= before - new
    slope[:, 2] *= 1 - z
    slope[:, 0] *= slope[:, 2]
    slope[:, 0] *= candidate
    onto_states = np.empty_like(onto)  # and from the states before
    transposed = np.ascontiguousarray(weight_hh.T)
    dh, part = np.zeros_like(before[0]), np.empty_like(before[0])
    for t in reversed(range(len(onto))):
        if to_states is not None:
            dh += to_states[t]
        slope[t] *= dh
        if directly is not None:
            slope[t] += directly[t]
        onto_states[t] = onto[t]
        onto_states[t, both:] *= r[t]
        np.multiply(dh, z[t], out=part)
        np.dot(transposed, onto_states[t], out=dh)
        dh += part
    rows, state_rows = _rows(onto), _rows(onto_states)
    return (
        lambda: _onto_inputs(rows, weight_ih, x),
        dh.T,
        lambda: _onto_weight(rows, x),
        lambda: _onto_weight(state_rows, states),
        lambda: _sum(rows),
        lambda: _sum(state_rows),
    )


gru = fused(_gru_by_steps, _gru, _pull_gru, name="gru", symbol="GRU", **FACTS)


# What they share ----------------------------------------------------------------------


def _turned(x):
    """(steps, batch, n) as (steps, n, batch), or back, in memory of that order."""
    return np.ascontiguousarray(np.swapaxes(x, 1, 2))


def _joined(weight_ih, bias, weight_hh):
    """Side by side: what a step's inputs meet, what its 1, and the state before."""
    return np.concatenate([weight_ih, bias[:, None], weight_hh], axis=1)


def _given(x, h):
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


def _mapped(x, weight, bias):
    """W xᵀ + b of each step."""
    out = np.matmul(weight, np.swapaxes(x, 1, 2))
    out += bias[:, None]
    return out


def _by_gate(gates, count):
    steps, wide, batch = gates.shape
    return np.reshape(gates, (steps, count, wide // count, batch))


def _negated(weight, n):
    """A copy with the first ``n`` rows negated, those of the gates that are a σ."""
    weight = np.array(weight)
    np.negative(weight[:n], out=weight[:n])
    return weight


def _sigmoid_of_negated(x):
    """1 / (1 + eˣ), in place; eˣ may be infinite."""
    np.exp(x, out=x)
    x += 1
    np.reciprocal(x, out=x)


def _slopes(gates, n):
    """Of each gate, by what it is the function of: s - s² for ``n`` of them; 1 - s²."""
    slopes = np.square(gates)
    np.subtract(gates[:, :n], slopes[:, :n], out=slopes[:, :n])
    np.subtract(1, slopes[:, n:], out=slopes[:, n:])
    return slopes


def _before(first, states):
    """The state, or cell, before each step."""
    return np.concatenate([first[None], states[:-1]])


def _rows(onto):
    """What arrives at each gate, (gates · n, steps · batch)."""
    return np.reshape(np.swapaxes(onto, 0, 1), (onto.shape[1], -1))


def _onto_inputs(rows, weight, x):
    return np.reshape(np.matmul(rows.T, weight), x.shape)


def _onto_weight(rows, x):
    """Σ over steps and batch of what arrives, times what it came from."""
    steps, batch, n = x.shape
    return np.matmul(rows, np.reshape(x, (steps * batch, n)))


def _onto_weights(rows, x, before):
    """``_onto_weight`` of both weights: one product, once it is asked for."""

    @cache
    def parts():
        both = _onto_weight(rows, np.concatenate([x, before], axis=2))
        return both[:, : x.shape[2]], both[:, x.shape[2] :]

    return parts


def _sum(rows):
    """Over steps and batch: by pairs, as they are many."""
    return np.add.reduce(rows, axis=1)


def _checked(gates, x, h, weight_ih, weight_hh, bias, *others):
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


def _check_cell(h, c):
    if np.shape(c) != np.shape(h):
        raise ValueError(
            f"expected a cell {np.shape(h)}, as the state; got {np.shape(c)}"
        )


def _check_biases(bias_ih, bias_hh):
    if np.shape(bias_ih) != np.shape(bias_hh):
        raise ValueError(
            f"expected two biases of one shape; got {np.shape(bias_ih)} and "
            f"{np.shape(bias_hh)}"
        )
