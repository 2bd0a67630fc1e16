"""How arrays are drawn: their elements, shapes, layouts, dtypes, axes, indices.

Elements come from three pools in equal parts: a lattice, where kinks, ties and zeros
are; seeded normals; and extremes. Never from hypothesis's own arrays, which fill most
of an array with one element.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

try:
    from hypothesis import HealthCheck as HealthCheck
    from hypothesis import Phase as Phase
    from hypothesis import given as given
    from hypothesis import seed as seed
    from hypothesis import settings as settings
    from hypothesis import strategies as st
    from hypothesis.strategies import DrawFn, SearchStrategy
except ImportError as error:  # pragma: no cover - tested in a process without it
    raise ImportError(
        "the strategies of autograd.check need hypothesis; install it with "
        'pip install "glassgrad[check]"'
    ) from error

from ..core.primitive import REALS, Interval
from .layouts import LAYOUTS, laid_out

Shape = tuple[int, ...]

LATTICE = (1.0, 0.5, 0.0, -0.5, -1.0, 2.0, -2.0, 3.0)
SMALL, TINY = 2.0**-10, 2.0**-27  # the same in single precision: ties stay ties
EXTREMES = (SMALL, 30.0, TINY, 0.0, -SMALL, -30.0, 800.0, -800.0)
NEAR_EDGE = (TINY, SMALL)  # how far inside of a finite end of a domain
POOLS = ("lattice", "normals", "extremes")
# fmt: off
SHAPES: tuple[Shape, ...] = (
    (), (3,), (2,), (1,), (4,), (0,), (),
    (2, 3), (3, 2), (1, 3), (4, 1), (2, 2), (3, 4), (1, 1), (0, 2), (3, 0),
    (2, 3, 4), (3, 1, 2), (1, 4, 2), (2, 2, 1), (2, 1, 1), (4, 3, 2), (1, 1, 3),
    (2, 0, 3),
)
# fmt: on


# Values -------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def pool(name: str, domain: Interval = REALS, seed: int = 0) -> np.ndarray:
    """The values of one pool within an open interval, the simplest first."""
    low, high = domain
    if name == "normals":
        return _into(np.random.default_rng(seed).normal(size=64), domain)
    values = list(LATTICE if name == "lattice" else EXTREMES)
    if name == "extremes":
        values += [low + d for d in NEAR_EDGE] + [high - d for d in NEAR_EDGE]
    inside = [x for x in dict.fromkeys(values) if low < x < high]
    return np.array(inside if inside else _into(np.array(values[:8]), domain))


def _into(x: np.ndarray, domain: Interval) -> np.ndarray:
    """Any reals, moved into an open interval."""
    low, high = domain
    if np.isfinite(low) and np.isfinite(high):
        return (low + high) / 2 + (high - low) / 2 * 0.99 * np.tanh(x)
    if np.isfinite(low):
        return low + abs(x) + 1e-3
    return high - abs(x) - 1e-3 if np.isfinite(high) else x


@st.composite
def elements(
    draw: DrawFn,
    shape: Shape,
    domain: Interval = REALS,
    dtype: Any = float,
    pools: Sequence[str] = POOLS,
) -> np.ndarray:
    """An array of a shape: all of one pool, or each element of a pool of its own.

    >>> from hypothesis import find
    >>> find(elements((2, 3), domain=(0, 1)), lambda x: (x > 0).all()).shape
    (2, 3)
    """
    kind = draw(st.sampled_from([*pools, "mixed"])) if len(pools) > 1 else pools[0]
    seed = draw(st.integers(0, 9999))
    codes = draw(choices(int(np.prod(shape)), seed))
    if kind == "mixed":
        chosen = [pool(name, domain, seed) for name in pools]
        which = codes % len(chosen)
        codes = codes // len(chosen)
        found = np.choose(which, [each[codes % len(each)] for each in chosen])
    else:
        chosen_pool = pool(kind, domain, seed)
        found = chosen_pool[codes % len(chosen_pool)]
    return _kept_inside(found.astype(dtype), domain).reshape(shape)


@st.composite
def choices(draw: DrawFn, count: int, seed: int) -> np.ndarray:
    """Integers from 0 to 255, uniformly; with seed 0 the bytes that hypothesis shrinks.

    Its bytes alone are mostly zeros.
    """
    codes = np.frombuffer(draw(st.binary(min_size=count, max_size=count)), np.uint8)
    if seed == 0:
        return codes
    return codes ^ np.random.default_rng(seed).integers(0, 256, count, dtype=np.uint8)


def _kept_inside(x: np.ndarray, domain: Interval) -> np.ndarray:
    """In single precision 1 - 1e-8 is 1: such elements move to the middle."""
    low, high = domain
    outside = ~((low < x) & (x < high))
    if outside.any():
        x[outside] = _into(np.array([0.5]), domain)[0]
    return x


# Shapes -------------------------------------------------------------------------------


def shapes(
    least: int = 0, most: int = 3, nonempty: bool = False
) -> SearchStrategy[Shape]:
    """A shape of ``least`` to ``most`` axes, of sides 0 to 4 (1 to 4: ``nonempty``).

    >>> from hypothesis import find
    >>> find(shapes(least=2, nonempty=True), lambda shape: True)
    (2, 3)
    """
    return st.sampled_from(
        [
            shape
            for shape in SHAPES
            if least <= len(shape) <= most and not (nonempty and 0 in shape)
        ]
    )


@st.composite
def broadcastable(
    draw: DrawFn, count: int, nonempty: bool = False
) -> tuple[Shape, ...]:
    """Shapes that broadcast together: axes left out in front, or of side 1.

    >>> import numpy as np
    >>> from hypothesis import find
    >>> np.broadcast_shapes(*find(broadcastable(2), lambda two: two[0] == (3, 2)))
    (3, 2)
    """
    whole = draw(shapes(nonempty=nonempty))
    return tuple(draw(narrower(whole)) if i else whole for i in draw(_order(count)))


def _order(count: int) -> SearchStrategy[list[int]]:
    """Which operand has the whole shape (0): any of them, most simply the first."""
    return st.integers(0, count).map(
        lambda k: [i if k == 0 else (i - k) % (count + 1) for i in range(count)]
    )


@st.composite
def narrower(draw: DrawFn, whole: Shape) -> Shape:
    """A shape that broadcasts to ``whole``."""
    code = draw(st.integers(0, 4 * 8 - 1))
    ones, dropped = code % 8, code // 8
    shape = [1 if ones >> i & 1 else side for i, side in enumerate(whole)]
    return tuple(shape[min(dropped, len(shape)) :])


# Axes ---------------------------------------------------------------------------------


def axis(ndim: int) -> SearchStrategy[int]:
    """One axis of an array of ``ndim`` axes, counted from either end.

    >>> from hypothesis import find
    >>> find(axis(3), lambda n: n < -1)
    -2
    """
    return st.integers(-ndim, ndim - 1)


@st.composite
def axes(draw: DrawFn, ndim: int) -> int | tuple[int, ...] | None:
    """None, one axis, or a tuple of axes, which may be empty; from either end.

    >>> from hypothesis import find
    >>> find(axes(3), lambda chosen: isinstance(chosen, tuple))
    ()
    """
    kind = draw(st.sampled_from(["none", "one", "several"]))
    if kind == "none":
        return None
    if ndim == 0:
        return ()
    if kind == "one":
        return draw(axis(ndim))
    chosen = draw(st.lists(st.integers(0, ndim - 1), unique=True, max_size=ndim))
    negative = draw(st.integers(0, 2**ndim - 1))
    return tuple(i - ndim if negative >> i & 1 else i for i in chosen)


@st.composite
def indices(draw: DrawFn, shape: Shape) -> Any:
    """Integers, slices, None, an ellipsis, lists with repetitions; or a mask.

    >>> import numpy as np
    >>> from hypothesis import find
    >>> index = find(indices((2, 3)), lambda index: not isinstance(index, tuple))
    >>> np.ones((2, 3))[index].ndim  # of a mask
    1
    """
    if draw(st.integers(0, 5)) == 0:
        bits = draw(choices(int(np.prod(shape)), draw(st.integers(0, 9999))))
        return (bits % 2 == 1).reshape(shape)
    length = draw(st.integers(1, 3))  # that of all integer arrays, which broadcast
    count = draw(st.integers(0, len(shape)))
    front = draw(st.integers(0, count))
    if draw(st.booleans()):
        index = tuple(draw(_index_of(side, length)) for side in shape[:count])
    else:  # an ellipsis between the first axes and the last
        first = [draw(_index_of(side, length)) for side in shape[:front]]
        last = [draw(_index_of(n, length)) for n in shape[len(shape) - count + front :]]
        index = (*first, ..., *last)
    if draw(st.integers(0, 3)) == 0:
        place = draw(st.integers(0, len(index)))
        index = (*index[:place], None, *index[place:])
    return index


@st.composite
def _index_of(draw: DrawFn, side: int, length: int) -> Any:
    """An index into one axis."""
    kind = draw(st.sampled_from(["slice", "list", "integer"])) if side else "slice"
    if kind == "slice":
        ends = st.one_of(st.none(), st.integers(-side - 1, side + 1))
        return slice(draw(ends), draw(ends), draw(st.sampled_from([None, 2, -1, -2])))
    if kind == "integer":
        return draw(st.integers(-side, side - 1))
    places = st.lists(st.integers(-side, side - 1), min_size=length, max_size=length)
    return np.array(draw(places))


# Matrices ----------------------------------------------------------------------------

KINDS = ("well-conditioned", "spd", "symmetric", "orthogonal", "triangular")
BATCHES: tuple[Shape, ...] = ((), (2,), (1, 3))
SPECTRUM = {"symmetric": (-1.0, 3.5)}  # no two of one size, as in singular values
POSITIVE_SPECTRUM = (1.0, 3.0)


@st.composite
def matrix(
    draw: DrawFn, kind: str, shape: Sequence[int], dtype: Any = float
) -> np.ndarray:
    """Matrices with a distinct, moderate spectrum: (…, m, n), the kinds of ``KINDS``.

    All but the well-conditioned ones, which are of full rank, are square.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is one of {KINDS}; got {kind!r}")
    dtype = np.dtype(dtype)
    *batch, m, n = shape
    k = min(m, n)
    values = np.linspace(*SPECTRUM.get(kind, POSITIVE_SPECTRUM), k)
    square = draw(_normals((*batch, m, k), dtype))
    if kind == "triangular":
        return (np.tril(square, -1) + np.eye(n) * values).astype(dtype)
    left = right = np.linalg.qr(square)[0]
    if kind == "orthogonal":
        return left.astype(dtype)
    if kind == "well-conditioned":
        right = np.linalg.qr(draw(_normals((*batch, n, k), dtype)))[0]
    return ((left * values) @ np.conj(np.swapaxes(right, -1, -2))).astype(dtype)


@st.composite
def _normals(draw: DrawFn, shape: Shape, dtype: np.dtype) -> np.ndarray:
    found = draw(elements(shape, pools=("normals",)))
    if dtype.kind == "c":
        found = found + 1j * draw(elements(shape, pools=("normals",)))
    return found


# Layouts and dtypes -------------------------------------------------------------------


def dtypes() -> SearchStrategy[np.dtype]:
    """float64, and every fourth time float32.

    >>> from hypothesis import find
    >>> find(dtypes(), lambda dtype: True)
    dtype('float64')
    """
    return st.sampled_from([np.dtype(np.float64)] * 3 + [np.dtype(np.float32)])


def layouts() -> SearchStrategy[str]:
    """The name of a memory layout."""
    return st.sampled_from(LAYOUTS)


@st.composite
def arrays(
    draw: DrawFn,
    shape: int | Sequence[int] | SearchStrategy[Shape] | None = None,
    domain: Interval = REALS,
    dtype: Any = None,
    layout: str | None = None,
    values: Sequence[str] = POOLS,
) -> np.ndarray:
    """A NumPy array: like ``tensors``, for functions of arrays.

    Raises:
        ValueError: an empty domain, an unknown layout or pool.

    >>> from hypothesis import find
    >>> find(arrays((2,), domain=(0, 1)), lambda x: True).shape
    (2,)
    """
    _check_request(domain, layout, values)
    if isinstance(shape, SearchStrategy) or shape is None:
        shape = draw(shapes() if shape is None else shape)
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    dtype = draw(dtypes()) if dtype is None else np.dtype(dtype)
    if dtype.kind == "c":
        real = draw(elements(shape, domain, float, values))
        imaginary = draw(elements(shape, REALS, float, pools=("lattice",)))
        array = np.asarray(real + 1j * imaginary, dtype)
    else:
        array = draw(elements(shape, domain, dtype, values))
    return laid_out(array, draw(layouts()) if layout is None else layout)


def _check_request(domain: Interval, layout: str | None, values: Sequence[str]) -> None:
    low, high = domain
    if not low < high:
        raise ValueError(f"domain= is an interval (low, high); got {domain}")
    if layout is not None and layout not in LAYOUTS:
        raise ValueError(f"layout is one of {LAYOUTS}; got {layout!r}")
    if isinstance(values, str) or not values or not set(values) <= set(POOLS):
        raise ValueError(f"values is a tuple of some of {POOLS}; got {values!r}")
