"""NumPy's functions that call a primitive of ours, or several, with every keyword.

They are no primitives themselves, so the tests of the registry do not reach them.
"""

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import settings

import autograd as ag
from autograd.check import gradient_property
from autograd.check.strategies import matrices, tensors
from autograd.core.declare import NUMPY
from autograd.core.primitive import Primitive


class Case(NamedTuple):
    """One way to call a function of NumPy: what is drawn, and its keywords."""

    function: Any
    call: Callable[..., Any]
    drawn: tuple[Any, ...]
    keywords: set[str]

    def __str__(self) -> str:
        return " ".join([self.function.__name__, *sorted(self.keywords)])


def case(
    function: Any,
    *drawn: Any,
    call: Any = None,
    of: Sequence[str] = (),
    **keywords: Any,
) -> Case:
    """``of``: the keywords whose values are among what is drawn."""
    called = partial(call or function, **keywords)
    return Case(function, called, drawn, {*keywords, *of})


def numbers(*shape: int, **options: Any) -> Any:
    return tensors(shape, values=("lattice", "normals"), dtype=float, **options)


V, W, X, Y = numbers(4), numbers(3), numbers(3, 2), numbers(2, 3)
SORTED = tensors((4,), domain=(0, 1), dtype=float).map(
    lambda x: np.arange(4) + 0.9 * x.data
)
APART = np.array([[0, 3], [3, 0], [9, 6]])
SPREAD = X.map(lambda x: np.tanh(x.data) + APART)
POSITIVE = numbers(3, 2, domain=(0.5, 3))
SPD = matrices("spd", 3)
SYMMETRIC = matrices("symmetric", 3, ())
SQUARE = matrices("well-conditioned", 3)

MASK = np.array([[True, False], [True, True], [False, True]])
WEIGHTS = np.array([1, 3, 2])
MASKED = {"axis": 0, "keepdims": True, "where": MASK}
LN = np.linalg


def of_pair(function: Any) -> Any:
    """A function of a sequence of two."""
    return lambda a, b, **keywords: function([a, b], **keywords)


def with_holes(function: Any) -> Any:
    """A function that ignores NaN, of an array with some."""
    return lambda x, **keywords: function(np.where(MASK, x, np.nan), **keywords)


REDUCTIONS = [
    *[case(f, X, **MASKED, initial=0.3) for f in (np.max, np.min, np.amax, np.amin)],
    *[case(f, X, **MASKED, dtype=complex) for f in (np.mean, np.sum, np.prod)],
    *[case(f, X, axis=1, initial=0.3) for f in (np.sum, np.prod)],
    *[case(f, X, **MASKED, ddof=0.5, dtype=float) for f in (np.var, np.std)],
    *[case(f, X, axis=0, correction=1) for f in (np.var, np.std, np.nanvar, np.nanstd)],
    *[
        case(f, X, call=with_holes(f), **MASKED, initial=0.3)
        for f in (np.nanmax, np.nanmin, np.nansum, np.nanprod)
    ],
    *[
        case(f, X, call=with_holes(f), axis=0, keepdims=True, dtype=float, where=True)
        for f in (np.nanmean, np.nansum, np.nanprod)
    ],
    *[
        case(f, X, call=with_holes(f), **MASKED, ddof=0.5, dtype=float)
        for f in (np.nanvar, np.nanstd)
    ],
    *[
        case(f, X, Y, call=lambda x, m, f=f: f(x, axis=1, mean=m.T[:, :1]), of=["mean"])
        for f in (np.var, np.std, np.nanvar, np.nanstd)
    ],
    *[case(f, X, axis=1, dtype=complex) for f in (np.cumsum, np.cumprod)],
    *[
        case(f, X, call=with_holes(f), axis=0, dtype=complex)
        for f in (np.nancumsum, np.nancumprod)
    ],
    case(np.average, X, axis=0, weights=WEIGHTS, keepdims=True, returned=True),
    case(
        np.average,
        X,
        POSITIVE,
        call=lambda x, w: np.average(x, weights=w),
        of=["weights"],
    ),
    case(np.cov, X, rowvar=False, bias=True, fweights=WEIGHTS, dtype=float),
    case(np.cov, X, ddof=0, aweights=np.array([0.5, 1.5])),
    case(np.cov, X, X, call=lambda x, y: np.cov(x, y=y, rowvar=False), of=["y"]),
    case(np.corrcoef, SPREAD, rowvar=False, dtype=float),
    case(np.corrcoef, SPREAD, call=lambda x: np.corrcoef(x[:, 0], y=x[:, 1]), of=["y"]),
    case(
        np.bincount,
        W,
        call=lambda w, **k: np.bincount([2, 0, 2], w, **k),
        minlength=4,
        of=["weights"],
    ),
    case(np.diff, X, n=2, axis=0, append=1.0),
    case(np.diff, X, X, call=lambda x, y: np.diff(x, prepend=y), of=["prepend"]),
    case(np.ediff1d, X, to_end=2.0, to_begin=np.ones(2)),
    case(np.trapezoid, X, dx=0.3, axis=0),
    case(np.trapezoid, V, SORTED, call=lambda y, x: np.trapezoid(y, x=x), of=["x"]),
]

SHAPING = [
    case(np.append, X, X, axis=1),
    case(np.append, X, V),
    case(np.full_like, X, numbers(), dtype=float),
    case(np.full_like, X, numbers(), shape=(2, 2)),
    case(np.astype, X, call=lambda x, **k: np.astype(x, complex, **k), copy=True),
    case(np.block, X, X, call=lambda a, b: np.block([[a, b], [b, a]])),
    case(np.column_stack, X, X, call=of_pair(np.column_stack)),
    case(np.concatenate, X, X, call=of_pair(np.concatenate), axis=1, dtype=complex),
    case(np.dstack, X, X, call=of_pair(np.dstack)),
    case(np.hstack, X, X, call=of_pair(np.hstack), dtype=complex),
    case(np.vstack, X, X, call=of_pair(np.vstack), dtype=complex),
    case(np.stack, X, X, call=of_pair(np.stack), axis=-1, dtype=complex),
    case(np.split, X, indices_or_sections=[1], axis=0),
    case(np.split, X, indices_or_sections=2, axis=1),
    case(np.ravel, X, order="F"),
    *[case(f, X) for f in (np.matrix_transpose, LN.matrix_transpose)],
    case(np.real_if_close, X, tol=10),
    case(
        np.trim_zeros, W,
        call=lambda x, **k: np.trim_zeros(np.pad(np.exp(x), 1), **k),
        trim="f", axis=0,
    ),
    case(
        np.apply_along_axis, X,
        call=lambda x: np.apply_along_axis(lambda row: row * row[0], 1, x),
    ),
    case(np.apply_over_axes, X, call=lambda x: np.apply_over_axes(np.sum, x, [0, 1])),
]  # fmt: skip

SELECTING = [
    case(np.choose, X, X, call=lambda a, b, **k: np.choose(MASK * 2, [a, b], **k), mode="wrap"),
    case(np.clip, X, min=-0.5, max=1.0),
    case(np.clip, X, X, call=lambda x, low: np.clip(x, low, None)),
    case(
        np.piecewise, X,
        call=lambda x: np.piecewise(x, [MASK, ~MASK], [lambda x, c: c * x, lambda x, c: x**c], 2.0),
    ),
    case(np.select, X, X, call=lambda a, b, **k: np.select([MASK], [a * b], **k), default=0.5),
    case(np.where, X, X, call=lambda x, y: np.where(MASK, x, y), of=["x", "y"]),
    *[
        case(f, SORTED, SORTED, call=lambda a, b, f=f, **k: f(a, b + 0.05, **k), assume_unique=True)
        for f in (np.setdiff1d, np.setxor1d)
    ],
    case(np.union1d, SORTED, call=lambda a: np.union1d(a, a[:2])),
    case(np.intersect1d, SORTED, call=lambda a, **k: np.intersect1d(a, a[:2], **k), assume_unique=True),
    case(np.intersect1d, SORTED, call=lambda a, **k: np.intersect1d(a, a[:2], **k)[0], return_indices=True),
    *[
        case(f, SORTED, call=lambda a, f=f: f(a)[0])
        for f in (np.unique_all, np.unique_counts, np.unique_inverse)
    ],
    case(np.unique_values, SORTED),
    case(np.fix, X),
    case(np.i0, X),
    case(np.modf, X, call=lambda x: np.modf(x + 0.1)[0]),
    case(ag.put, X, V, call=lambda x, v: ag.put(x, [3, 0, 2, 5], v)),
    case(ag.put_along_axis, X, V, call=lambda x, v: ag.put_along_axis(x, MASK[:2] * 1, v.reshape(2, 2), 0)),
]  # fmt: skip

PRODUCTS = [
    case(np.einsum, X, Y, call=lambda x, y, **k: np.einsum("ij,jk", x, y, **k), optimize=True, dtype=complex),
    case(np.einsum, X, Y, call=lambda x, y: np.einsum(x, [0, 1], y, [1, 0], [0])),
    *[case(f, X, Y, axes=1) for f in (np.tensordot, LN.tensordot)],
    *[case(f, X, Y, axes=([0, 1], [1, 0])) for f in (np.tensordot, LN.tensordot)],
    case(LN.cross, X, X, axis=0),
    case(LN.diagonal, X, offset=-1),
    case(LN.multi_dot, X, Y, X, call=lambda *arrays: LN.multi_dot(arrays)),
    case(LN.outer, V, W),
    case(LN.trace, SQUARE, offset=1, dtype=complex),
    case(LN.vecdot, X, X, axis=0),
]  # fmt: skip

LINALG = [
    case(LN.cholesky, SPD, upper=True),
    case(LN.eig, SPD, call=lambda x: LN.eig(LN.inv(x))),
    case(LN.eigh, SYMMETRIC, call=lambda x, **k: LN.eigh(x + np.diag([0, 9.0, 20]), **k), UPLO="U"),
    case(LN.pinv, SYMMETRIC, rcond=0.4),
    case(LN.pinv, SYMMETRIC, hermitian=True, rtol=1e-9),
    *[case(LN.qr, SQUARE, mode=mode) for mode in ("r", "complete")],
    case(LN.slogdet, SQUARE),
    case(LN.solve, SQUARE, W),
    *[
        case(LN.svd, SYMMETRIC, call=lambda x, **k: LN.svd(x + np.diag([0, 9, -20.0]), **k), hermitian=hermitian, compute_uv=flag, full_matrices=flag)
        for hermitian in (False, True)
        for flag in (False, True)
    ],
    case(np.roots, W, call=lambda x: np.roots(np.concatenate([x**2 + 3, -np.ones(1)]))),
]  # fmt: skip

WITHOUT_EFFECT = {"casting", "optimize", "order", "device"}
CASES = [*REDUCTIONS, *SHAPING, *SELECTING, *PRODUCTS, *LINALG]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_derivatives_of_wrapped_functions_agree_with_the_oracles(case: Case) -> None:
    few = max(settings().max_examples // 8, 5)
    gradient_property(case.call, *case.drawn, max_examples=few, order=2)()


def test_every_wrapped_function_has_a_case_with_every_keyword() -> None:
    used: dict[Any, set[str]] = {}
    for case in CASES:
        used.setdefault(case.function, set()).update(case.keywords)
    functions = {f: o for f, o in NUMPY.items() if not isinstance(f, np.ufunc)}
    for theirs, ours in functions.items():
        if isinstance(ours, Primitive):
            continue
        assert theirs in used, f"{theirs.__name__} is not checked"
        defaults = {
            p.name
            for p in inspect.signature(ours).parameters.values()
            if p.default is not p.empty
        }
        left = defaults - used[theirs] - WITHOUT_EFFECT
        assert not left, f"{theirs.__name__} is not checked with {left}"
