"""Random derivatives at kinks, each from its seed: compiled, they are the eager ones.

``python tests/autograd/compiler/random_kinks.py 0 400 c`` tries these seeds with a
backend. Each is a derivative of a random function of three arrays, of the first or the
second order; at numbers of no kind, then at zeros, ties, equal rows, whole numbers, and
with an infinity or NaN among them.
"""

import sys

import numpy as np
from random_flats import others
from random_functions import Programs, differences, tried
from random_operations import decomposed, dropped, grown

import autograd as ag

SHAPES = [(3, 4), (4,), (3, 1), (2, 3), (), (5,)]


def drawn(seed):
    """A function of three arrays, and arrays."""
    generator = np.random.default_rng([11, seed])
    dtype = [np.float64, np.float32][seed % 2]
    arrays = [
        np.asarray(generator.standard_normal(SHAPES[k])).astype(dtype)
        for k in generator.integers(0, len(SHAPES), 3)
    ]
    script = generator.integers(0, 10**9, int(generator.integers(2, 7))).tolist()

    def f(*xs):
        pool = grown(script, [ag.asarray(x) for x in xs], (dropped, decomposed))[0]
        return pool[-1], pool[len(pool) // 2]

    return f, arrays


def loss(seed):
    f, arrays = drawn(seed)

    def total(*xs):
        first, second = f(*xs)
        return np.mean(first) + np.mean(second) + np.mean(np.abs(second) ** 2)

    return total, arrays


def _ones(xs):
    return tuple(np.ones(np.shape(x)) for x in xs)


# What is compiled ---------------------------------------------------------------------


def gradient(seed):
    f, arrays = loss(seed)
    return ag.grad(f, (0, 1, 2)), arrays


def along(seed):
    f, arrays = drawn(seed)
    return lambda *xs: ag.jvp(f, xs, tuple(map(np.cos, xs))), arrays


def forward_over_reverse(seed):
    f, arrays = loss(seed)
    return lambda *xs: ag.hvp(f, xs, tuple(map(np.cos, xs))), arrays


def reverse_over_reverse(seed):
    f, arrays = loss(seed)
    slopes = ag.grad(f, (0, 1, 2))
    return ag.grad(lambda *xs: sum(np.sum(g) for g in slopes(*xs)), (0, 1, 2)), arrays


def reverse_over_forward(seed):
    f, arrays = loss(seed)
    return ag.grad(lambda *xs: ag.jvp(f, xs, _ones(xs))[1], (0, 1, 2)), arrays


def jacobian(seed):
    f, arrays = drawn(seed)
    return ag.jacobian(lambda *xs: f(*xs)[0], (0, 1, 2)), arrays


def hessian(seed):
    f, arrays = loss(seed)
    return ag.hessian(f), arrays


def gradients_of_many(seed):
    f, (x, *rest) = loss(seed)
    many = [np.stack([y, y * 0.5, np.roll(y, 1)]) for y in rest]
    return ag.vmap(ag.grad(f, (0, 1, 2)), (None, 0, 0)), [x, *many]


KINDS = [
    gradient,
    along,
    forward_over_reverse,
    reverse_over_reverse,
    reverse_over_forward,
    jacobian,
    hessian,
    gradients_of_many,
]


# Where it is called -------------------------------------------------------------------


def _with(x, places, values):
    x = x.copy()
    x.reshape(-1)[places % x.size] = values
    return x


PLANTS = [
    lambda x, q: x * 0,
    lambda x, q: x * 0 + 1,
    lambda x, q: np.full_like(x, x.flat[0]),
    lambda x, q: np.round(x),
    lambda x, q: np.broadcast_to(x[:1], x.shape).copy() if x.ndim else x,
    lambda x, q: _with(x, q.integers(99), 0.0),
    lambda x, q: _with(x, q.integers(99), q.choice([np.inf, -np.inf, np.nan])),
]


def calls(seed, given):
    """Arguments, call by call: two that are recorded, then those at kinks."""
    q = np.random.default_rng(seed)
    planted = [[np.asarray(plant(x, q)) for x in given] for plant in PLANTS]
    return [given, others(seed, given), *planted]


PROGRAMS = Programs(lambda seed: KINDS[seed // 2 % len(KINDS)], calls)


def differences_at_kinks(seed, backend):
    """Where the results of a backend are others than those without compiling."""
    return differences(seed, backend, PROGRAMS)


if __name__ == "__main__":
    tried(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], PROGRAMS)
