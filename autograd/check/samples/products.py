"""Products of arrays: which axes are summed over, which broadcast."""

from itertools import permutations

import numpy as np

from ..context import Call, Context, Sample, call


def _dot(c: Context) -> Call:
    a = c.array()
    n = a.shape[-1] if a.shape else c.choice(1, 2)
    return call(a, c.array(c.choice((n,), (n, 2), (2, n, 3), (1, n, 1), ())))


def _inner(c: Context) -> Call:
    a = c.array()
    n = a.shape[-1] if a.shape else c.choice(1, 2)
    return call(a, c.array(c.choice((n,), (2, n), (2, 1, n), (3, 2, n), ())))


def _tensordot(c: Context) -> Call:
    """Over a number of axes, or over those that are named, in another order each."""
    a = c.array()
    n = a.ndim
    count = c.choice(*range(min(n, 2) + 1))
    more = c.choice((), (2,), (3, 1))
    if c.choice(False, True):
        return call(a, c.array((*a.shape[n - count :], *more)), axes=count)
    left = c.choice(*permutations(range(n), count))
    right = c.choice(*permutations(range(count + len(more)), count))
    sides, rest = dict(zip(right, [a.shape[i] for i in left])), iter(more)
    shape = [sides[i] if i in sides else next(rest) for i in range(count + len(more))]
    axes = (left, tuple([i - len(shape) for i in right]))
    return call(a, c.array(tuple(shape)), axes=axes)


def _cross(c: Context) -> Call:
    axis = c.choice(None, -1)
    (a, axisa), (b, axisb) = _vectors(c, axis), _vectors(c, axis)
    axes = {"axisa": axisa, "axisb": axisb, "axisc": c.choice(-1, 0)}
    return call(a, b, **axes, axis=axis)


def _vectors(c: Context, whole: int | None) -> tuple[np.ndarray, int]:
    """Vectors of 2 or 3 components, along any axis, or the last if ``axis`` says so."""
    stack = c.narrower()
    axis = c.choice(-1, *(range(len(stack) + 1) if whole is None else ()))
    place = len(stack) if axis == -1 else axis
    return c.array((*stack[:place], c.choice(3, 3, 2), *stack[place:])), axis


def _vecdot(c: Context) -> Call:
    x = c.array(least=1, nonempty=True)
    batch = c.choice((), x.shape[:-1], (1,))
    return call(x, c.array((*batch, x.shape[-1])))


def _matvec(c: Context) -> Call:
    """Vectors of the side of the last axis, that broadcast against the axes before."""
    x = c.array((*c.choice((), (2,), (1,)), c.choice(2, 3, 1), c.choice(3, 1, 2, 0)))
    batch = c.choice((), (2,), x.shape[: max(x.ndim - 2, 0)])
    return call(x, c.array((*([1] * (2 in batch)), *batch, x.shape[-1])))


def _vecmat(c: Context) -> Call:
    x = c.array(least=1, nonempty=True)
    batch = c.choice((), (1,), x.shape[:-1])
    return call(x, c.array((*batch, x.shape[-1], c.choice(2, 1))))


def _matrix_power(c: Context) -> Call:
    n = c.choice(2, 0, 1, 3, 5, -1, -2)
    if n < 0:
        return call(c.matrix("well-conditioned"), n=n)
    return call(c.array((*c.choice((), (2,)), *[c.choice(2, 1, 3)] * 2)), n=n)


SAMPLES: dict[str, Sample] = {
    "cross": _cross,
    "dot": _dot,
    "inner": _inner,
    "kron": lambda c: call(c.array(), c.array(most=2)),
    "matrix_power": _matrix_power,
    "matvec": _matvec,
    "outer": lambda c: call(c.array(), c.array()),
    "tensordot": _tensordot,
    "vdot": lambda c: call(a := c.array(), c.array(a.shape)),
    "vecdot": _vecdot,
    "vecmat": _vecmat,
}
