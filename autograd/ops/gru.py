"""GRU over a whole sequence, one primitive: reset gate, update gate and candidate.

Cho et al. (2014), arXiv:1406.1078, with the reset gate after the product, as in
PyTorch. It parts the two weights: only a GRU takes its inputs through theirs before the
first step. What a step is given, and how it lies in memory: ``recurrent``.
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
    mapped,
    negated,
    onto_inputs,
    onto_weight,
    preceding,
    sigmoid_of_negated,
    slopes,
    split_by_gate,
    summed,
    turned,
)

__all__ = ["gru"]


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
    arrays = checked(3, x, h, weight_ih, weight_hh, bias_ih, bias_hh)
    dtype, (x, h, *weights) = arrays
    both = 2 * h.shape[1]  # the gates that are a σ
    weight_ih, weight_hh, bias_ih, bias_hh = (negated(w, both) for w in weights)
    weight = joined(weight_hh[:, :0], bias_hh, weight_hh)
    (given, states), h = given_to_steps(x[..., :0], h), h.T
    gates = mapped(x, weight_ih, bias_ih)
    by_gate = split_by_gate(gates, 3)
    product, part = np.empty_like(gates[0]), np.empty(h.shape, h.dtype)
    with np.errstate(over="ignore"):
        for each, gate, (r, z, new), state in zip(given, gates, by_gate, states):
            np.dot(weight, each, out=product)
            gate[:both] += product[:both]
            sigmoid_of_negated(gate[:both])
            new += np.multiply(r, product[both:], out=part)
            np.tanh(new, out=new)
            np.subtract(h, new, out=part)
            np.add(new, np.multiply(z, part, out=part), out=state)
            h = state
    found = (turned(states), np.swapaxes(gates, 1, 2))
    return tuple([each.astype(dtype, copy=False) for each in found])


def _pull_gru(g, out, x, h, weight_ih, weight_hh, bias_hh):
    _, arrays = in_working_dtype(LAYER, *out, x, h, weight_ih, weight_hh, bias_hh)
    states, gates, x, h, weight_ih, weight_hh, bias_hh = arrays
    to_states, to_gates = (None if each is None else turned(each) for each in g)
    both = 2 * h.shape[1]
    states = preceding(h, states)
    before, gates = turned(states), turned(gates)
    r, z, new = np.moveaxis(split_by_gate(gates, 3), 1, 0)
    candidate = mapped(states, weight_hh[both:], bias_hh[both:])
    onto = slopes(gates, both)  # what arrives at the gates from the inputs
    slope = split_by_gate(onto, 3)
    directly = None
    if to_gates is not None:
        directly = split_by_gate(to_gates * onto, 3)
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
    rows, state_rows = as_rows(onto), as_rows(onto_states)
    return (
        lambda: onto_inputs(rows, weight_ih, x),
        dh.T,
        lambda: onto_weight(rows, x),
        lambda: onto_weight(state_rows, states),
        lambda: summed(rows),
        lambda: summed(state_rows),
    )


gru = fused(_gru_by_steps, _gru, _pull_gru, name="gru", symbol="GRU", **FACTS)


def _check_biases(bias_ih, bias_hh):
    if np.shape(bias_ih) != np.shape(bias_hh):
        raise ValueError(
            f"expected two biases of one shape; got {np.shape(bias_ih)} and "
            f"{np.shape(bias_hh)}"
        )
