"""A network of dense layers, for the libraries that differentiate functions.

Weights are as ``sides.initialised`` draws them; NumPy's slopes are written by hand.
"""

from itertools import pairwise

import numpy as np
from functions import SIDE, array
from weights import drawn

if SIDE != "numpy":
    from functions import relu, value_and_grad


def parameters(sizes, seed=0):
    """Weights and biases, in turn."""
    generator = np.random.default_rng(seed)
    found = []
    for n, m in pairwise(sizes):
        found += [drawn(generator, (m, n)), drawn(generator, (m,))]
    return [array(p) for p in found]


def network(p, x):
    """The last layer's outputs, and what went into each layer."""
    inputs = []
    for i in range(0, len(p), 2):
        inputs.append(x)
        x = x @ p[i].T + p[i + 1]
        if i < len(p) - 2:
            x = np.maximum(x, 0) if SIDE == "numpy" else relu(x)
    return x, inputs


def gradients(loss, slope, x):
    """The function of parameters that gives the loss and its gradients.

    ``loss(outputs)`` is a number, ``slope(outputs)`` its gradient, for NumPy alone.
    """
    if SIDE != "numpy":
        return value_and_grad(lambda p: loss(network(p, x)[0]))

    def by_hand(p):
        out, inputs = network(p, x)
        g, found = slope(out), []
        for i in reversed(range(0, len(p), 2)):
            found += [g.sum(axis=0), g.T @ inputs[i // 2]]
            if i:
                g = g @ p[i] * (inputs[i // 2] > 0)
        return loss(out), found[::-1]

    return by_hand
