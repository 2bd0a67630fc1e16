"""Sequences of a few steps, and the states and weights that fit them.

Numbers are of a size at which gates are open, more or less: where they are shut to all
digits, differences of them are noise.
"""

from __future__ import annotations

import numpy as np

from ..context import Call, Context, Sample, call

MODERATE = (-3.0, 3.0)


def _arrays(c: Context, gates: int, n_states: int, n_biases: int) -> list[np.ndarray]:
    """The inputs, the states, both weights, the biases."""
    steps, batch, n_in, n = (c.choice(2, 1, 3), *[c.choice(2, 1) for _ in range(3)])
    shapes = [(steps, batch, n_in), *[(batch, n)] * n_states]
    shapes += [(gates * n, n_in), (gates * n, n), *[(gates * n,)] * n_biases]
    return [c.array(shape, domain=MODERATE) for shape in shapes]


def _rnn(c: Context) -> Call:
    return call(*_arrays(c, 1, 1, 1), nonlinearity=c.choice("tanh", "relu"))


SAMPLES: dict[str, Sample] = {
    "gru": lambda c: call(*_arrays(c, 3, 1, 2)),
    "lstm": lambda c: call(*_arrays(c, 4, 2, 1)),
    "rnn": _rnn,
}
