"""The planted bugs in JAX: a ``jax.custom_vjp`` right, and one wrong.

Its arrays cannot be written into and have no order in memory: three bugs have no form.
"""

import math
from functools import partial, reduce
from operator import mul

import jax
import jax.numpy as jnp
import numpy as np
from checking import run
from jax.test_util import check_grads

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")


def declared(forward, pull):
    """A function and its rule, ``pull(g, out, *xs, **params)``."""

    def called(*xs, **params):
        f = jax.custom_vjp(partial(forward, **params))

        def fwd(*xs):
            out = f(*xs)
            return out, (out, *xs)

        def bwd(kept, g):
            found = pull(g, *kept, **params)
            return found if isinstance(found, tuple) else (found,)

        f.defvjp(fwd, bwd)
        return f(*map(jnp.asarray, xs))

    return called


def planted(forward, right, wrong):
    """One function, declared right and declared wrong."""
    return declared(forward, right), declared(forward, wrong)


# Functions ----------------------------------------------------------------------------


def sigmoid(x):
    return 0.5 * (1 + jnp.tanh(0.5 * x))


def softplus(x):
    return jnp.logaddexp(x, 0.0)


def clip(x):
    return jnp.clip(x, -1, 1)


def norm(x):
    return jnp.sqrt(jnp.sum(x * x))


def multiply(x, y):
    return x * y


def mean(x, axis):
    return jnp.mean(x, axis=axis)


def product(x):
    return jnp.prod(x, axis=-1)


def largest(x):
    return jnp.max(x, axis=-1)


def columns(x, index):
    return x[..., np.ravel(index)]


def permute(x, axes):
    return jnp.transpose(x, axes)


def silu(x):
    return x * sigmoid(x)


def layer(x, w):
    return x @ w.T


# Pieces of rules ----------------------------------------------------------------------


def spread(g, n, x, axis):
    """``g / n`` at each of the elements along ``axis``, which ``mean`` took away."""
    return jnp.broadcast_to(jnp.expand_dims(g / n, axis), x.shape)


def add_leading(g, x):
    return jnp.sum(g, axis=tuple(range(g.ndim - x.ndim)))


def add_broadcast(g, x):
    """The sum of ``g`` over the axes along which ``x`` was repeated."""
    g = add_leading(g, x)
    units = tuple(i for i, side in enumerate(x.shape) if side == 1)
    return jnp.sum(g, axis=units, keepdims=True)


def first_of_broadcast(g, x):
    g = add_leading(g, x)
    return g[tuple(slice(0, 1) if side == 1 else slice(None) for side in x.shape)]


def shares(x):
    """Which elements are the largest along the last axis."""
    return (x == jnp.max(x, axis=-1, keepdims=True)).astype(x.dtype)


def others(x):
    """For each element of the last axis the product of the others."""
    parts = [x[..., i] for i in range(x.shape[-1])]
    one = jnp.ones_like(x[..., 0])
    return jnp.stack(
        [reduce(mul, parts[:i] + parts[i + 1 :], one) for i in range(len(parts))],
        axis=-1,
    )


def columns_added(g, out, x, index):
    return jnp.zeros_like(x).at[..., np.ravel(index)].add(g)


def columns_assigned(g, out, x, index):
    return jnp.zeros_like(x).at[..., np.ravel(index)].set(g)


def inverse(axes):
    return sorted(range(len(axes)), key=lambda i: axes[i] % len(axes))


def as_matrix(x):
    return jnp.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


def of_weight(g, x):
    return as_matrix(g).T @ as_matrix(x)


def transposed_if_square(w):
    return w.T if w.shape[0] == w.shape[1] else w


# The bugs -----------------------------------------------------------------------------

BUGS = {
    "sin: wrong sign": planted(
        jnp.sin,
        lambda g, out, x: g * jnp.cos(x),
        lambda g, out, x: -g * jnp.cos(x),
    ),
    "cube: wrong factor": planted(
        lambda x: x * x * x,
        lambda g, out, x: g * 3 * x * x,
        lambda g, out, x: g * 2 * x * x,
    ),
    "tanh: |g|": planted(
        jnp.tanh,
        lambda g, out, x: g * (1 - out * out),
        lambda g, out, x: jnp.abs(g) * (1 - out * out),
    ),
    "clip: g² (elixir-nx#1779)": planted(
        clip,
        lambda g, out, x: g * ((x >= -1) & (x <= 1)),
        lambda g, out, x: g * g * ((x >= -1) & (x <= 1)),
    ),
    "softplus: 0 for x > 20": planted(
        softplus,
        lambda g, out, x: g * sigmoid(x),
        lambda g, out, x: g * jnp.where(x > 20, 0.0, sigmoid(x)),
    ),
    "softplus: 1 at 0 (jax#2107)": planted(
        softplus,
        lambda g, out, x: g * sigmoid(x),
        lambda g, out, x: g * jnp.where(x == 0, 1.0, sigmoid(x)),
    ),
    "norm: NaN at 0 (HIPS#151)": planted(
        norm,
        lambda g, out, x: g * x / jnp.where(out == 0, 1.0, out),
        lambda g, out, x: g * x / out,
    ),
    "sin: computed in float32": planted(
        jnp.sin,
        lambda g, out, x: g * jnp.cos(x),
        lambda g, out, x: g * jnp.cos(x.astype("float32")).astype("float64"),
    ),
    "multiply: leading axes only": planted(
        multiply,
        lambda g, out, x, y: (add_broadcast(g * y, x), add_broadcast(g * x, y)),
        lambda g, out, x, y: (
            first_of_broadcast(g * y, x),
            first_of_broadcast(g * x, y),
        ),
    ),
    "mean: negative axis misread": planted(
        mean,
        lambda g, out, x, axis: spread(g, x.shape[axis], x, axis),
        lambda g, out, x, axis: spread(g, x.shape[max(axis, 0)], x, axis),
    ),
    "maximum: both 1 at ties": planted(
        jnp.maximum,
        lambda g, out, x, y: (
            add_broadcast(g * (0.5 * (x == y) + (x > y)), x),
            add_broadcast(g * (0.5 * (x == y) + (x < y)), y),
        ),
        lambda g, out, x, y: (
            add_broadcast(g * (x >= y), x),
            add_broadcast(g * (x <= y), y),
        ),
    ),
    "max: ties 1 each (mxnet#18563)": planted(
        largest,
        lambda g, out, x: (
            jnp.expand_dims(g, -1)
            * (shares(x) / jnp.sum(shares(x), axis=-1, keepdims=True))
        ),
        lambda g, out, x: jnp.expand_dims(g, -1) * shares(x),
    ),
    "prod: divides by x (tensorflow#3862)": planted(
        product,
        lambda g, out, x: jnp.expand_dims(g, -1) * others(x),
        lambda g, out, x: jnp.expand_dims(g * out, -1) / x,
    ),
    "x[..., index]: assigned (pytorch#1631)": planted(
        columns, columns_added, columns_assigned
    ),
    "transpose: not inverted": planted(
        permute,
        lambda g, out, x, axes: jnp.transpose(g, inverse(axes)),
        lambda g, out, x, axes: jnp.transpose(g, axes),
    ),
    "sin: cotangent read in memory order": None,
    "sin: cotangent written into": None,
    "square: operand written into": None,
    "silu: a term detached": planted(
        silu,
        lambda g, out, x: g * (sigmoid(x) + x * (sigmoid(x) * sigmoid(-x))),
        lambda g, out, x: (
            g * (sigmoid(x) + x * jax.lax.stop_gradient(sigmoid(x) * sigmoid(-x)))
        ),
    ),
    "x Wᵀ: square W transposed": planted(
        layer,
        lambda g, out, x, w: (g @ w, of_weight(g, x)),
        lambda g, out, x, w: (g @ transposed_if_square(w), of_weight(g, x)),
    ),
}

HARMLESS = {
    "relu: slope 1 at 0": declared(jax.nn.relu, lambda g, out, x: g * (x >= 0)),
    "maximum: ties ¼ and ¾": declared(
        jnp.maximum,
        lambda g, out, x, y: (
            add_broadcast(g * (0.25 * (x == y) + (x > y)), x),
            add_broadcast(g * (0.75 * (x == y) + (x < y)), y),
        ),
    ),
    "silu: reassociated": declared(
        silu, lambda g, out, x: g * (sigmoid(x) * (1 + x * sigmoid(-x)))
    ),
    "tanh: from the output": declared(
        jnp.tanh, lambda g, out, x: g * (1 - out) * (1 + out)
    ),
    "abs: slope 0.3 at 0": declared(
        jnp.abs, lambda g, out, x: g * jnp.where(x == 0, 0.3, jnp.sign(x))
    ),
}


# custom_vjp declares the reverse mode alone, so that is the one to check.


def first_order(f, operands):
    check_grads(f, tuple(operands), order=1, modes=["rev"])


def second_order(f, operands):
    check_grads(f, tuple(operands), order=2, modes=["rev"])


if __name__ == "__main__":
    run(BUGS, HARMLESS, [first_order, second_order])
