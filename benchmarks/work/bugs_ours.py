"""The planted bugs in ours: each function declared right, and declared wrong."""

import math
from functools import reduce
from operator import mul

import numpy as np
from checking import run

import autograd as ag
from autograd.check import check_grads


def planted(kind, forward, right, wrong, **facts):
    """One function, declared by right rules and by wrong ones."""
    name = f"planted {len(ag.registry)}"
    return (
        kind(forward, *right, name=f"{name}, right", **facts),
        kind(forward, *wrong, name=f"{name}, wrong", **facts),
    )


def declared(kind, forward, *rules, **facts):
    """A function declared once, under a name of its own."""
    return kind(forward, *rules, name=f"planted {len(ag.registry)}", **facts)


# Functions that NumPy does not have ---------------------------------------------------


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def softplus(x):
    return np.logaddexp(x, 0.0)


def clip(x, low=-1.0, high=1.0):
    return np.minimum(np.maximum(x, low), high)


def norm(x):
    return np.sqrt(np.sum(x * x))


def mean(x, axis=0):
    return np.mean(x, axis=axis)


def product(x):
    return np.prod(x, axis=-1)


def largest(x):
    return np.max(x, axis=-1)


def columns(x, index=()):
    return x[..., np.ravel(index)]


def permute(x, axes=()):
    return np.transpose(x, axes)


def layer(x, w):
    return x @ w.T


# Pieces of rules ----------------------------------------------------------------------


def spread(g, n, axis):
    """``g / n`` at each of the elements along ``axis``, which ``mean`` took away."""
    return np.expand_dims(g / n, axis)


def add_leading(g, shape):
    return np.sum(g, axis=tuple(range(g.ndim - len(shape))))


def add_broadcast(g, shape):
    """The sum of ``g`` over the axes along which an operand was repeated."""
    g = add_leading(g, shape)
    units = tuple(i for i, side in enumerate(shape) if side == 1)
    return np.sum(g, axis=units, keepdims=True)


def first_of_broadcast(g, shape):
    g = add_leading(g, shape)
    return g[tuple(slice(0, 1) if side == 1 else slice(None) for side in shape)]


def shares(x):
    """Which elements are the largest along the last axis."""
    return np.equal(x, np.max(x, axis=-1, keepdims=True))


def others(x):
    """For each element of the last axis the product of the others."""
    parts = [x[..., i] for i in range(x.shape[-1])]
    one = np.ones(x.shape[:-1])
    return np.stack(
        [reduce(mul, parts[:i] + parts[i + 1 :], one) for i in range(len(parts))],
        axis=-1,
    )


def rows_of_index(index, n):
    """The matrix that ``columns`` multiplies by, transposed."""
    return np.eye(n)[np.ravel(index)]


def rows_assigned(index, n):
    """The same where a later column overwrites an earlier one."""
    index = np.ravel(index).tolist()
    last = [place not in index[i + 1 :] for i, place in enumerate(index)]
    return rows_of_index(index, n) * np.reshape(last, (-1, 1))


def as_matrix(x):
    return np.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


def transposed_if_square(w):
    return w.T if w.shape[0] == w.shape[1] else w


as_laid_out = declared(
    ag.linear,
    lambda x: np.ravel(x, order="K").reshape(np.shape(x)),
    lambda g: as_laid_out(g),
)
slope_of_sigmoid = declared(ag.constant, lambda x: sigmoid(x) * sigmoid(-x))


def scaled_in_place(g, x):
    if isinstance(g, ag.Node):  # what is recorded cannot be written into
        return g * np.cos(x)
    g *= np.cos(x)
    return g


def doubled_in_place(g, x):
    if isinstance(x, ag.Node):
        return g * 2 * x
    x *= 2
    return g * x


# The bugs -----------------------------------------------------------------------------

ROWS = {"x": "1-d or more"}

BUGS = {
    "sin: wrong sign": planted(
        ag.elementwise, np.sin, [lambda x: np.cos(x)], [lambda x: -np.cos(x)]
    ),
    "cube: wrong factor": planted(
        ag.elementwise,
        lambda x: x * x * x,
        [lambda x: 3 * x * x],
        [lambda x: 2 * x * x],
    ),
    "tanh: |g|": planted(
        ag.general,
        np.tanh,
        [lambda g, out: g * (1 - out * out)],
        [lambda g, out: np.absolute(g) * (1 - out * out)],
        sample={"x": "array"},
    ),
    "clip: g² (elixir-nx#1779)": planted(
        ag.general,
        clip,
        [lambda g, x, low, high: g * ((x >= low) * (x <= high))],
        [lambda g, x, low, high: g * g * ((x >= low) * (x <= high))],
        sample={"x": "array"},
    ),
    "softplus: 0 for x > 20": planted(
        ag.elementwise,
        softplus,
        [lambda x: sigmoid(x)],
        [lambda x: np.where(x > 20, 0.0, sigmoid(x))],
    ),
    "softplus: 1 at 0 (jax#2107)": planted(
        ag.elementwise,
        softplus,
        [lambda x: sigmoid(x)],
        [lambda x: np.where(np.equal(x, 0), 1.0, sigmoid(x))],
    ),
    "norm: NaN at 0 (HIPS#151)": planted(
        ag.general,
        norm,
        [lambda g, x, out: g * x / np.where(np.equal(out, 0), 1.0, out)],
        [lambda g, x, out: g * x / out],
        sample={"x": "array"},
    ),
    "sin: computed in float32": planted(
        ag.elementwise,
        np.sin,
        [lambda x: np.cos(x)],
        [lambda x: ag.astype(np.cos(ag.astype(x, "float32")), "float64")],
    ),
    "multiply: leading axes only": planted(
        ag.general,
        lambda x, y: x * y,
        [
            lambda g, y, x_shape: add_broadcast(g * y, x_shape),
            lambda g, x, y_shape: add_broadcast(g * x, y_shape),
        ],
        [
            lambda g, y, x_shape: first_of_broadcast(g * y, x_shape),
            lambda g, x, y_shape: first_of_broadcast(g * x, y_shape),
        ],
        sample={"x": "broadcastable", "y": "broadcastable"},
    ),
    "mean: negative axis misread": planted(
        ag.linear,
        mean,
        [
            lambda g, x_shape, axis: np.broadcast_to(
                spread(g, x_shape[axis], axis), x_shape
            )
        ],
        [
            lambda g, x_shape, axis: np.broadcast_to(
                spread(g, x_shape[max(axis, 0)], axis), x_shape
            )
        ],
        sample={**ROWS, "axis": "axis"},
    ),
    "maximum: both 1 at ties": planted(
        ag.elementwise,
        lambda x, y: np.maximum(x, y),
        [
            lambda x, y: 0.5 * np.equal(x, y) + np.greater(x, y),
            lambda x, y: 0.5 * np.equal(x, y) + np.less(x, y),
        ],
        [
            lambda x, y: np.greater_equal(x, y) * 1.0,
            lambda x, y: np.less_equal(x, y) * 1.0,
        ],
    ),
    "max: ties 1 each (mxnet#18563)": planted(
        ag.general,
        largest,
        [
            lambda g, x: (
                np.expand_dims(g, -1)
                * (shares(x) / np.sum(shares(x), axis=-1, keepdims=True))
            )
        ],
        [lambda g, x: np.expand_dims(g, -1) * shares(x)],
        sample=ROWS,
    ),
    "prod: divides by x (tensorflow#3862)": planted(
        ag.general,
        product,
        [lambda g, x: np.expand_dims(g, -1) * others(x)],
        [lambda g, x, out: np.expand_dims(g * out, -1) / x],
        sample=ROWS,
    ),
    "x[..., index]: assigned (pytorch#1631)": planted(
        ag.linear,
        columns,
        [lambda g, x_shape, index: g @ rows_of_index(index, x_shape[-1])],
        [lambda g, x_shape, index: g @ rows_assigned(index, x_shape[-1])],
        sample={**ROWS, "index": "labels"},
    ),
    "transpose: not inverted": planted(
        ag.linear,
        permute,
        [lambda g, axes: np.transpose(g, np.argsort([i % len(axes) for i in axes]))],
        [lambda g, axes: np.transpose(g, axes)],
        sample={"x": "array", "axes": "permutation"},
    ),
    "sin: cotangent read in memory order": planted(
        ag.general,
        np.sin,
        [lambda g, x: g * np.cos(x)],
        [lambda g, x: as_laid_out(g) * np.cos(x)],
        sample={"x": "array"},
    ),
    "sin: cotangent written into": planted(
        ag.general,
        np.sin,
        [lambda g, x: g * np.cos(x)],
        [scaled_in_place],
        sample={"x": "array"},
    ),
    "square: operand written into": planted(
        ag.general,
        lambda x: x * x,
        [lambda g, x: g * 2 * x],
        [doubled_in_place],
        sample={"x": "array"},
    ),
    "silu: a term detached": planted(
        ag.elementwise,
        lambda x: x * sigmoid(x),
        [lambda x: sigmoid(x) + x * (sigmoid(x) * sigmoid(-x))],
        [lambda x: sigmoid(x) + x * slope_of_sigmoid(x)],
    ),
    "x Wᵀ: square W transposed": planted(
        ag.multilinear,
        layer,
        [lambda g, w: g @ w, lambda g, x: as_matrix(g).T @ as_matrix(x)],
        [
            lambda g, w: g @ transposed_if_square(w),
            lambda g, x: as_matrix(g).T @ as_matrix(x),
        ],
        sample={"x": "rows", "w": "weight"},
    ),
}

HARMLESS = {
    "relu: slope 1 at 0": declared(
        ag.elementwise,
        lambda x: np.maximum(x, 0.0),
        lambda x: np.where(x >= 0, 1.0, 0.0),
    ),
    "maximum: ties ¼ and ¾": declared(
        ag.elementwise,
        lambda x, y: np.maximum(x, y),
        lambda x, y: 0.25 * np.equal(x, y) + np.greater(x, y),
        lambda x, y: 0.75 * np.equal(x, y) + np.less(x, y),
    ),
    "silu: reassociated": declared(
        ag.elementwise,
        lambda x: x * sigmoid(x),
        lambda x: sigmoid(x) * (1 + x * sigmoid(-x)),
    ),
    "tanh: from the output": declared(
        ag.elementwise, np.tanh, lambda out: (1 - out) * (1 + out)
    ),
    "abs: slope 0.3 at 0": declared(
        ag.elementwise,
        lambda x: np.absolute(x),
        lambda x: np.where(np.equal(x, 0), 0.3, np.sign(x)),
    ),
}


def first_order(f, operands):
    check_grads(f, *operands, order=1)


def second_order(f, operands):
    check_grads(f, *operands, order=2)


if __name__ == "__main__":
    run(BUGS, HARMLESS, [first_order, second_order])
