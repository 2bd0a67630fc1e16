"""The planted bugs in HIPS autograd: ``primitive`` and ``defvjp``, right and wrong."""

import math
from functools import reduce
from operator import mul

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.test_util import check_grads
from autograd.tracer import getval
from checking import run


def declared(forward, *pulls):
    """A function and a rule for each operand, ``pull(g, out, *xs, **params)``."""
    f = primitive(lambda *xs, **params: forward(*xs, **params))

    def maker(pull):
        return lambda out, *xs, **params: lambda g: pull(g, out, *xs, **params)

    defvjp(f, *map(maker, pulls))
    return f


def planted(forward, right, wrong):
    """One function, declared right and declared wrong."""
    return declared(forward, *right), declared(forward, *wrong)


# Functions ----------------------------------------------------------------------------


def sigmoid(x):
    return 0.5 * (1 + anp.tanh(0.5 * x))


def softplus(x):
    return np.logaddexp(x, 0.0)


def clip(x):
    return np.clip(x, -1, 1)


def norm(x):
    return np.sqrt(np.sum(x * x))


def multiply(x, y):
    return x * y


def mean(x, axis):
    return np.mean(x, axis=axis)


def product(x):
    return np.prod(x, axis=-1)


def largest(x):
    return np.max(x, axis=-1)


def columns(x, index):
    return x[..., np.ravel(index)]


def permute(x, axes):
    return np.transpose(x, axes)


def square(x):
    return x * x


def silu(x):
    return x * sigmoid(x)


def layer(x, w):
    return x @ w.T


# Pieces of rules ----------------------------------------------------------------------


def spread(g, n, x, axis):
    """``g / n`` at each of the elements along ``axis``, which ``mean`` took away."""
    return anp.broadcast_to(anp.expand_dims(g / n, axis), anp.shape(x))


def add_leading(g, x):
    return anp.sum(g, axis=tuple(range(anp.ndim(g) - anp.ndim(x))))


def add_broadcast(g, x):
    """The sum of ``g`` over the axes along which ``x`` was repeated."""
    g = add_leading(g, x)
    units = tuple(i for i, side in enumerate(anp.shape(x)) if side == 1)
    return anp.sum(g, axis=units, keepdims=True)


def first_of_broadcast(g, x):
    g = add_leading(g, x)
    if not anp.ndim(g):
        return g
    return g[tuple(slice(0, 1) if side == 1 else slice(None) for side in x.shape)]


def shares(x):
    """Which elements are the largest along the last axis."""
    return (x == anp.max(x, axis=-1, keepdims=True)) * 1.0


def others(x):
    """For each element of the last axis the product of the others."""
    parts = [x[..., i] for i in range(x.shape[-1])]
    one = np.ones(x.shape[:-1])
    return anp.stack(
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


def from_the_front(axes):
    """HIPS's own derivative of transpose is wrong for axes counted from the end."""
    return [i % len(axes) for i in axes]


def inverse(axes):
    return sorted(range(len(axes)), key=lambda i: axes[i] % len(axes))


as_laid_out = declared(
    lambda x: np.ravel(x, order="K").reshape(np.shape(x)),
    lambda g, out, x: as_laid_out(g),
)


def scaled_in_place(g, out, x):
    g *= anp.cos(x)  # a box has no *=, and is bound anew
    return g


def doubled_in_place(g, out, x):
    if isinstance(x, ArrayBox):
        return g * 2 * x
    x *= 2
    return g * x


def as_matrix(x):
    return anp.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


def of_weight(g, out, x, w):
    return as_matrix(g).T @ as_matrix(x)


def transposed_if_square(w):
    return w.T if w.shape[0] == w.shape[1] else w


# The bugs -----------------------------------------------------------------------------

BUGS = {
    "sin: wrong sign": planted(
        np.sin,
        [lambda g, out, x: g * anp.cos(x)],
        [lambda g, out, x: -g * anp.cos(x)],
    ),
    "cube: wrong factor": planted(
        lambda x: x * x * x,
        [lambda g, out, x: g * 3 * x * x],
        [lambda g, out, x: g * 2 * x * x],
    ),
    "tanh: |g|": planted(
        np.tanh,
        [lambda g, out, x: g * (1 - out * out)],
        [lambda g, out, x: anp.abs(g) * (1 - out * out)],
    ),
    "clip: g² (elixir-nx#1779)": planted(
        clip,
        [lambda g, out, x: g * ((x >= -1) & (x <= 1))],
        [lambda g, out, x: g * g * ((x >= -1) & (x <= 1))],
    ),
    "softplus: 0 for x > 20": planted(
        softplus,
        [lambda g, out, x: g * sigmoid(x)],
        [lambda g, out, x: g * anp.where(x > 20, 0.0, sigmoid(x))],
    ),
    "softplus: 1 at 0 (jax#2107)": planted(
        softplus,
        [lambda g, out, x: g * sigmoid(x)],
        [lambda g, out, x: g * anp.where(x == 0, 1.0, sigmoid(x))],
    ),
    "norm: NaN at 0 (HIPS#151)": planted(
        norm,
        [lambda g, out, x: g * x / anp.where(out == 0, 1.0, out)],
        [lambda g, out, x: g * x / out],
    ),
    "sin: computed in float32": planted(
        np.sin,
        [lambda g, out, x: g * anp.cos(x)],
        [lambda g, out, x: g * anp.cos(x.astype("float32")).astype("float64")],
    ),
    "multiply: leading axes only": planted(
        multiply,
        [
            lambda g, out, x, y: add_broadcast(g * y, x),
            lambda g, out, x, y: add_broadcast(g * x, y),
        ],
        [
            lambda g, out, x, y: first_of_broadcast(g * y, x),
            lambda g, out, x, y: first_of_broadcast(g * x, y),
        ],
    ),
    "mean: negative axis misread": planted(
        mean,
        [lambda g, out, x, axis: spread(g, x.shape[axis], x, axis)],
        [lambda g, out, x, axis: spread(g, x.shape[max(axis, 0)], x, axis)],
    ),
    "maximum: both 1 at ties": planted(
        np.maximum,
        [
            lambda g, out, x, y: add_broadcast(g * (0.5 * (x == y) + (x > y)), x),
            lambda g, out, x, y: add_broadcast(g * (0.5 * (x == y) + (x < y)), y),
        ],
        [
            lambda g, out, x, y: add_broadcast(g * (x >= y), x),
            lambda g, out, x, y: add_broadcast(g * (x <= y), y),
        ],
    ),
    "max: ties 1 each (mxnet#18563)": planted(
        largest,
        [
            lambda g, out, x: (
                anp.expand_dims(g, -1)
                * (shares(x) / anp.sum(shares(x), axis=-1, keepdims=True))
            )
        ],
        [lambda g, out, x: anp.expand_dims(g, -1) * shares(x)],
    ),
    "prod: divides by x (tensorflow#3862)": planted(
        product,
        [lambda g, out, x: anp.expand_dims(g, -1) * others(x)],
        [lambda g, out, x: anp.expand_dims(g * out, -1) / x],
    ),
    "x[..., index]: assigned (pytorch#1631)": planted(
        columns,
        [lambda g, out, x, index: g @ rows_of_index(index, x.shape[-1])],
        [lambda g, out, x, index: g @ rows_assigned(index, x.shape[-1])],
    ),
    "transpose: not inverted": planted(
        permute,
        [lambda g, out, x, axes: anp.transpose(g, inverse(axes))],
        [lambda g, out, x, axes: anp.transpose(g, from_the_front(axes))],
    ),
    "sin: cotangent read in memory order": planted(
        np.sin,
        [lambda g, out, x: g * anp.cos(x)],
        [lambda g, out, x: as_laid_out(g) * anp.cos(x)],
    ),
    "sin: cotangent written into": planted(
        np.sin, [lambda g, out, x: g * anp.cos(x)], [scaled_in_place]
    ),
    "square: operand written into": planted(
        square, [lambda g, out, x: g * 2 * x], [doubled_in_place]
    ),
    "silu: a term detached": planted(
        silu,
        [lambda g, out, x: g * (sigmoid(x) + x * (sigmoid(x) * sigmoid(-x)))],
        [lambda g, out, x: g * (sigmoid(x) + x * getval(sigmoid(x) * sigmoid(-x)))],
    ),
    "x Wᵀ: square W transposed": planted(
        layer,
        [lambda g, out, x, w: g @ w, of_weight],
        [lambda g, out, x, w: g @ transposed_if_square(w), of_weight],
    ),
}

HARMLESS = {
    "relu: slope 1 at 0": declared(
        lambda x: np.maximum(x, 0), lambda g, out, x: g * (x >= 0)
    ),
    "maximum: ties ¼ and ¾": declared(
        np.maximum,
        lambda g, out, x, y: add_broadcast(g * (0.25 * (x == y) + (x > y)), x),
        lambda g, out, x, y: add_broadcast(g * (0.75 * (x == y) + (x < y)), y),
    ),
    "silu: reassociated": declared(
        silu, lambda g, out, x: g * (sigmoid(x) * (1 + x * sigmoid(-x)))
    ),
    "tanh: from the output": declared(
        np.tanh, lambda g, out, x: g * (1 - out) * (1 + out)
    ),
    "abs: slope 0.3 at 0": declared(
        np.abs, lambda g, out, x: g * anp.where(x == 0, 0.3, anp.sign(x))
    ),
}


def checked(f, operands, order):
    """Every argument, not argument 0 alone; defvjp declares the reverse mode alone."""
    np.random.seed(0)  # check_grads draws from the global generator
    every = tuple(range(len(operands))) if len(operands) > 1 else 0
    check_grads(f, every, modes=["rev"], order=order)(*operands)


def first_order(f, operands):
    checked(f, operands, order=1)


def second_order(f, operands):
    checked(f, operands, order=2)


if __name__ == "__main__":
    run(BUGS, HARMLESS, [first_order, second_order])
