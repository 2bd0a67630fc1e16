"""At which inputs a planted bug can show: elsewhere the wrong declaration is right.

What is not named here shows everywhere. A checker that complains where a bug cannot
show has not found it.
"""

import numpy as np


def has_ties(x):
    """Whether the largest element of a row occurs twice."""
    return bool(((x == np.max(x, axis=-1, keepdims=True)).sum(-1) > 1).any())


def repeats_a_unit_axis(x, y):
    """Whether an axis of side 1 meets a longer one, leading axes aside."""
    return any(1 in (a, b) and a != b for a, b in zip(x.shape[::-1], y.shape[::-1]))


def reads_another_side(x, axis):
    return axis < 0 and x.shape[axis] != x.shape[0]


def has_repetitions(x, index):
    return len(np.unique(index)) < np.size(index)


def is_no_involution(x, axes):
    n = len(axes)
    order = [axis % n for axis in axes]
    return [order[i] for i in order] != list(range(n))


TRIGGERS = {
    "softplus: 0 for x > 20": lambda x: bool((x > 20).any()),
    "softplus: 1 at 0 (jax#2107)": lambda x: bool((x == 0).any()),
    "norm: NaN at 0 (HIPS#151)": lambda x: float(np.sum(x * x)) == 0,
    "multiply: leading axes only": repeats_a_unit_axis,
    "mean: negative axis misread": reads_another_side,
    "maximum: both 1 at ties": lambda x, y: bool((x == y).any()),
    "max: ties 1 each (mxnet#18563)": has_ties,
    "prod: divides by x (tensorflow#3862)": lambda x: bool((x == 0).any()),
    "x[..., index]: assigned (pytorch#1631)": has_repetitions,
    "transpose: not inverted": is_no_involution,
    "x Wᵀ: square W transposed": lambda x, w: w.shape[0] == w.shape[1] > 1,
}
