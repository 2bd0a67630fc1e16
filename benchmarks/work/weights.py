"""Weights as both sides draw them."""

import math

import numpy as np


def drawn(generator, shape):
    """Uniform within ±1/√(inputs of each output), as layers start, in float32."""
    bound = 1 / math.sqrt(max(math.prod(shape[1:]), 1))
    return generator.uniform(-bound, bound, shape).astype(np.float32)
