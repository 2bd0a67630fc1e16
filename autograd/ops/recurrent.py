"""Recurrent layers over a whole sequence: RNN, LSTM, GRU, each one primitive.

``x`` is what the inputs give to each gate, (steps, batch, gates · hidden): one product
for all steps, outside of here. Within, each step is one product of the state before,
(batch, hidden), with the weight, (gates · hidden, hidden). The pullback is one loop
backwards, and one product over all steps for the gradient of the weight. What a step
needs beside its product is computed for all steps at once, before the loop, which
writes in place.

LSTM: Hochreiter and Schmidhuber, "Long short-term memory" (1997), with the forget gate
of Gers et al. (2000). GRU: Cho et al. (2014), arXiv:1406.1078, with the reset gate
after the product, as in PyTorch.
"""

from __future__ import annotations

import numpy as np

from .activations import relu, sigmoid
from .fused import fused

__all__ = ["gru", "lstm", "rnn"]

NONLINEARITIES = {"tanh": np.tanh, "relu": relu}


# One tanh, or relu, a step ------------------------------------------------------------


def _rnn_by_steps(x, h, weight, nonlinearity="tanh"):
    states = []
    for each in x:
        h = NONLINEARITIES[nonlinearity](each + np.matmul(h, weight.T))
        states.append(h)
    return np.stack(states)


def _rnn(x, h, weight, nonlinearity="tanh"):
    if nonlinearity not in NONLINEARITIES:
        raise ValueError(f"nonlinearity is 'tanh' or 'relu'; got {nonlinearity!r}")
    dtype, (x, h, weight) = _checked(1, x, h, weight)
    states = np.empty_like(x)
    for each, out in zip(x, states):
        np.matmul(h, weight.T, out=out)
        out += each
        if nonlinearity == "tanh":
            np.tanh(out, out=out)
        else:
            np.maximum(out, 0, out=out)
        h = out
    return states.astype(dtype, copy=False)


def _pull_rnn(g, out, h, weight, nonlinearity):
    _, (h, weight, g, out) = _in_one_dtype(h, weight, g, out)
    slope = 1 - out * out if nonlinearity == "tanh" else np.greater(out, 0)
    dx = g * slope
    arriving = np.empty_like(h)
    for t in reversed(range(len(dx) - 1)):
        np.matmul(dx[t + 1], weight, out=arriving)
        dx[t] += np.multiply(arriving, slope[t], out=arriving)
    return dx, np.matmul(dx[0], weight), _onto_weight(dx, h, out)


rnn = fused(_rnn_by_steps, _rnn, _pull_rnn, name="rnn", symbol="RNN", analytic=False)


# Input, forget, cell and output gate --------------------------------------------------


def _lstm_by_steps(x, h, c, weight):
    states, cells, gates = [], [], []
    for each in x:
        i, f, g, o = np.split(each + np.matmul(h, weight.T), 4, axis=-1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c = f * c + i * g
        h = o * np.tanh(c)
        states.append(h)
        cells.append(c)
        gates.append(np.concatenate([i, f, g, o], axis=-1))
    return np.stack(states), np.stack(cells), np.stack(gates)


def _lstm(x, h, c, weight):
    _check_cell(h, c)
    dtype, (x, h, weight, c) = _checked(4, x, h, weight, c)
    steps, batch, n = *x.shape[:2], h.shape[1]
    gates = np.empty_like(x)
    states, cells = (np.empty((steps, batch, n), x.dtype) for _ in range(2))
    added = np.empty_like(h)
    for each, gate, state, cell in zip(x, gates, states, cells):
        np.matmul(h, weight.T, out=gate)
        gate += each
        i, f, g, o = (gate[:, k * n : (k + 1) * n] for k in range(4))
        _sigmoid_of(gate[:, : 2 * n])
        np.tanh(g, out=g)
        _sigmoid_of(o)
        np.multiply(f, c, out=cell)
        cell += np.multiply(i, g, out=added)
        np.tanh(cell, out=state)
        state *= o
        h, c = state, cell
    return tuple(each.astype(dtype, copy=False) for each in (states, cells, gates))


def _pull_lstm(g, out, x_shape, h, c, weight):
    _, (h, c, weight, *arrays) = _in_one_dtype(h, c, weight, *g, *out)
    to_states, to_cells, to_gates, states, cells, gates = arrays
    n = h.shape[1]
    by_gate = (*x_shape[:2], 4, n)
    gates = np.reshape(gates, by_gate)
    i, f, g, o = (gates[:, :, k] for k in range(4))
    reached = np.tanh(cells)  # what the output gate lets through
    before = np.concatenate([c[None], cells[:-1]])
    slope = np.empty(by_gate, gates.dtype)  # of each gate by what it is the σ, tanh of
    np.multiply(gates, gates, out=slope)
    np.subtract(gates[:, :, :2], slope[:, :, :2], out=slope[:, :, :2])
    np.subtract(1, slope[:, :, 2], out=slope[:, :, 2])
    np.subtract(gates[:, :, 3], slope[:, :, 3], out=slope[:, :, 3])
    directly = to_gates.reshape(by_gate) * slope if to_gates.any() else None
    for k, factor in enumerate((g, before, i, reached)):
        slope[:, :, k] *= factor  # now of what the gate is for: the cell, the state
    into_cell = np.square(reached, out=reached)
    np.subtract(1, into_cell, out=into_cell)
    into_cell *= o
    dx = np.reshape(slope, x_shape)  # in place: slopes become cotangents
    dh, dc, part = np.zeros_like(h), np.zeros_like(c), np.empty_like(h)
    for t in reversed(range(len(dx))):
        dh += to_states[t]
        dc += np.multiply(dh, into_cell[t], out=part)
        dc += to_cells[t]
        slope[t, :, :3] *= dc[:, None]
        slope[t, :, 3] *= dh
        if directly is not None:
            slope[t] += directly[t]
        np.matmul(dx[t], weight, out=dh)
        dc *= f[t]
    return dx, dh, dc, _onto_weight(dx, h, states)


lstm = fused(
    _lstm_by_steps, _lstm, _pull_lstm, name="lstm", symbol="LSTM", analytic=False
)


# Reset gate, update gate and candidate ------------------------------------------------


def _gru_by_steps(x, h, weight, bias):
    states, gates = [], []
    for each in x:
        from_input = np.split(each, 3, axis=-1)
        from_state = np.split(np.matmul(h, weight.T) + bias, 3, axis=-1)
        r, z = (sigmoid(from_input[k] + from_state[k]) for k in range(2))
        n = np.tanh(from_input[2] + r * from_state[2])
        h = (1 - z) * n + z * h
        states.append(h)
        gates.append(np.concatenate([r, z, n], axis=-1))
    return np.stack(states), np.stack(gates)


def _gru(x, h, weight, bias):
    _check_bias(weight, bias)
    dtype, (x, h, weight, bias) = _checked(3, x, h, weight, bias)
    steps, batch, size = *x.shape[:2], h.shape[1]
    both = 2 * size  # the gates that are a σ
    gates, states = np.empty_like(x), np.empty((steps, batch, size), x.dtype)
    product, part = np.empty(x.shape[1:], x.dtype), np.empty(h.shape, x.dtype)
    for each, gate, state in zip(x, gates, states):
        np.matmul(h, weight.T, out=product)
        product += bias
        rz, r, z, n = gate[:, :both], gate[:, :size], gate[:, size:both], gate[:, both:]
        np.add(each[:, :both], product[:, :both], out=rz)
        _sigmoid_of(rz)
        np.multiply(r, product[:, both:], out=n)
        n += each[:, both:]
        np.tanh(n, out=n)
        np.subtract(h, n, out=part)
        np.add(n, np.multiply(z, part, out=part), out=state)
        h = state
    return tuple(each.astype(dtype, copy=False) for each in (states, gates))


def _pull_gru(g, out, x_shape, h, weight, bias):
    _, (h, weight, bias, *arrays) = _in_one_dtype(h, weight, bias, *g, *out)
    to_states, to_gates, states, gates = arrays
    size = h.shape[1]
    by_gate = (*x_shape[:2], 3, size)
    gates = np.reshape(gates, by_gate)
    r, z, n = (gates[:, :, k] for k in range(3))
    before = np.concatenate([h[None], states[:-1]])
    candidate = np.matmul(before.reshape(-1, size), weight[2 * size :].T)
    candidate = np.reshape(candidate + bias[2 * size :], before.shape)
    slope = np.empty(by_gate, gates.dtype)
    np.multiply(gates, gates, out=slope)
    np.subtract(gates[:, :, :2], slope[:, :, :2], out=slope[:, :, :2])
    np.subtract(1, slope[:, :, 2], out=slope[:, :, 2])
    directly = None
    if to_gates.any():
        directly = to_gates.reshape(by_gate) * slope
        directly[:, :, 0] += directly[:, :, 2] * candidate * slope[:, :, 0]
    slope[:, :, 1] *= before - n
    slope[:, :, 2] *= 1 - z
    slope[:, :, 0] *= slope[:, :, 2] * candidate
    onto_states = np.reshape(slope, x_shape)  # what arrives at the product
    dx = np.copy(slope)
    slope[:, :, 2] *= r
    dh = np.zeros_like(h)
    arrived = np.empty_like(states)
    for t in reversed(range(len(states))):
        dh += to_states[t]
        arrived[t] = dh
        slope[t] *= dh[:, None]
        if directly is not None:
            slope[t, :, :2] += directly[t, :, :2]
            slope[t, :, 2] += directly[t, :, 2] * r[t]
        np.matmul(onto_states[t], weight, out=dh)
        dh += arrived[t] * z[t]
    dx[:, :, :2] = slope[:, :, :2]
    dx[:, :, 2] *= arrived
    if directly is not None:
        dx[:, :, 2] += directly[:, :, 2]
    onto_weight = _onto_weight(onto_states, h, states)
    return np.reshape(dx, x_shape), dh, onto_weight, onto_states


gru = fused(_gru_by_steps, _gru, _pull_gru, name="gru", symbol="GRU", analytic=False)


# What they share ----------------------------------------------------------------------


def _sigmoid_of(x):
    """1 / (1 + e⁻ˣ), in place; e⁻ˣ may be infinite."""
    np.negative(x, out=x)
    with np.errstate(over="ignore"):
        np.exp(x, out=x)
    x += 1
    np.reciprocal(x, out=x)


def _onto_weight(dx, h, states):
    """Σ over the steps of what arrives at each, times the state before."""
    later = states.shape[0] - 1
    rows, before = dx[1:].reshape(-1, dx.shape[-1]), states[:later]
    onto_weight = np.matmul(rows.T, before.reshape(-1, h.shape[1]))
    onto_weight += np.matmul(dx[0].T, h)
    return onto_weight


def _in_one_dtype(*arrays):
    """The dtype of the result, and the arrays in that of the work: single or more."""
    dtype = np.result_type(np.float16, *arrays)
    if dtype.kind == "c":
        raise TypeError(
            f"a recurrent layer takes real numbers; got {dtype}. Apply it to the real "
            "and the imaginary part"
        )
    work = np.result_type(dtype, np.float32) if dtype == np.float16 else dtype
    return dtype, [np.asarray(x, work) for x in arrays]


def _checked(gates, x, h, weight, *others):
    """As above, of what has fitting shapes."""
    shapes = np.shape(x), np.shape(h), np.shape(weight)
    steps, batch, wide = shapes[0] if np.ndim(x) == 3 else (0, 0, 0)
    n = wide // gates
    if not (steps and n) or shapes[1:] != ((batch, n), (gates * n, n)):
        wide = "hidden" if gates == 1 else f"{gates}·hidden"
        raise ValueError(
            f"expected inputs (steps, batch, {wide}) of a step at least, a state "
            f"(batch, hidden) and a weight ({wide}, hidden); got {shapes[0]}, "
            f"{shapes[1]} and {shapes[2]}"
        )
    return _in_one_dtype(x, h, weight, *others)


def _check_cell(h, c):
    if np.shape(c) != np.shape(h):
        raise ValueError(
            f"expected a cell {np.shape(h)}, as the state; got {np.shape(c)}"
        )


def _check_bias(weight, bias):
    if np.shape(bias) != np.shape(weight)[:1]:
        raise ValueError(
            f"expected a bias of shape {np.shape(weight)[:1]}; got {np.shape(bias)}"
        )
