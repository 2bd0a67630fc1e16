"""Calculus on samples: differences, slopes, integrals, interpolation, phases."""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..core.composite import composed
from ..core.declare import constant
from ..core.node import Node, decides
from ..core.space import unmasked
from . import reductions
from .indexing import along, getitem
from .shaping import astype, broadcast_to, concatenate, ravel, reshape
from .sorting import data_of, fixed

__all__ = ["diff", "ediff1d", "gradient", "interp", "trapezoid", "unwrap"]

# Differences --------------------------------------------------------------------------


@composed(
    name="diff",
)
def _diff(x, prepend, append, n=1, axis=-1):
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n}")
    axis = normalize_axis_index(axis, np.ndim(x))
    sides = [*np.shape(x)]
    sides[axis] = 1
    parts = [
        broadcast_to(part, tuple(sides)) if np.ndim(part) == 0 else part
        for part in (prepend, x, append)
        if part is not None
    ]
    x = concatenate(parts, axis=axis) if n and len(parts) > 1 else x
    after = along(axis, slice(1, None))
    before = along(axis, slice(-1))
    subtract = np.not_equal if data_of(x).dtype == bool else np.subtract
    for _ in range(n):
        x = subtract(getitem(x, after), getitem(x, before))
    return x


def diff(x, n=1, axis=-1, prepend=None, append=None):
    """The differences of neighbours along an axis, ``n`` times; each is one less.

    Values to ``prepend`` and ``append`` before that are numbers, or arrays of x's shape
    but along the axis.

    The gradient of xᵢ is gᵢ₋₁ - gᵢ, for n = 1.

    >>> import autograd as ag
    >>> ag.diff(ag.tensor([1.0, 4.0, 9.0]), prepend=0.0)
    Tensor([1., 3., 5.])
    """
    x, prepend, append = [_as_array(each) for each in (x, prepend, append)]
    return _diff(x, prepend, append, n, axis)


def _as_array(x):
    """Lists and numbers as arrays; None, arrays and nodes as they are."""
    if x is None or isinstance(x, Node):
        return x
    return np.asarray(unmasked(x, "a function"))


@composed(
    name="ediff1d",
)
def _ediff1d(x, to_end, to_begin):
    flat = ravel(x)
    parts = []
    for name, part in (("to_begin", to_begin), ("to_end", to_end)):
        if part is not None:
            if not np.can_cast(part.dtype, flat.dtype, casting="same_kind"):
                raise TypeError(f"{name}= of {part.dtype} does not fit {flat.dtype}")
            part = [astype(ravel(part), flat.dtype)]
        parts.append(part or [])
    inner = getitem(flat, slice(1, None)) - getitem(flat, slice(-1))
    return concatenate([*parts[0], inner, *parts[1]])


def ediff1d(ary, to_end=None, to_begin=None):
    """The differences of neighbours among all elements in a row, with more at the ends.

    The gradient of xᵢ is gᵢ₋₁ - gᵢ.

    >>> import autograd as ag
    >>> ag.ediff1d(ag.tensor([1.0, 4.0, 9.0]), to_end=[0.0])
    Tensor([3., 5., 0.])
    """
    ary, to_end, to_begin = [_as_array(each) for each in (ary, to_end, to_begin)]
    return _ediff1d(ary, to_end, to_begin)


# Slopes -------------------------------------------------------------------------------


@composed()
def gradient(f, *varargs, axis=None, edge_order=1):
    """The slope along each axis: central differences, one-sided at the edges.

    ``varargs`` are one distance for all axes, or for each axis a distance or the
    coordinates along it, which may be uneven. With one axis an array, else a tuple.

    >>> import autograd as ag
    >>> ag.gradient(ag.tensor([1.0, 4.0, 9.0]), [0.0, 1.0, 2.0], edge_order=2)
    Tensor([2., 4., 6.])
    """
    n = np.ndim(f)
    axes = tuple(range(n)) if axis is None else normalize_axis_tuple(axis, n)
    f = f if data_of(f).dtype.kind in "fc" else astype(f, np.float64)
    given = [each if np.ndim(each) == 0 else _as_array(each) for each in varargs]
    if len(given) < 2 and not any(map(np.ndim, given)):
        given = (given or [1.0]) * len(axes)
    if len(given) != len(axes):
        raise TypeError(
            f"invalid number of arguments: {len(given)} for {len(axes)} axes"
        )
    if edge_order not in (1, 2):
        raise ValueError(f"edge_order is 1 or 2; got {edge_order}")
    found = [
        _slope(f, axis, _distances(each, axis, np.shape(f)), edge_order)
        for axis, each in zip(axes, given)
    ]
    return found[0] if len(found) == 1 else tuple(found)


def _distances(given, axis, shape):
    """The distance between neighbours: one for all, or an array along the axis."""
    if np.ndim(given) == 0:
        return given
    if np.shape(given) != (shape[axis],):
        raise ValueError(
            f"axis {axis} of {shape[axis]} elements has one distance, or as many "
            f"coordinates; got an array of shape {np.shape(given)}"
        )
    if data_of(given).dtype.kind in "iub":
        given = astype(given, np.float64)
    found = getitem(given, slice(1, None)) - getitem(given, slice(-1))
    tracked = isinstance(given, Node) and given.tracked
    even = not tracked and decides(found)
    if even and (data_of(found) == data_of(found)[:1]).all():
        return getitem(found, 0)
    return reshape(found, [-1 if i == axis else 1 for i in range(len(shape))])


def _slope(f, axis, d, edge_order):
    """The slope of the parabola through three neighbours: central, or at the edges."""
    size = np.shape(f)[axis]
    if size < edge_order + 1:
        raise ValueError(
            f"axis {axis} has {size} elements; slopes need {edge_order + 1} or more"
        )

    def part(x, start, stop=None):
        return getitem(x, along(axis, slice(start, stop)))

    if np.ndim(d) == 0:
        inside = (part(f, 2) - part(f, 0, -2)) / (2.0 * d)
        head = tail = (d, d)
    else:
        before, after = part(d, 0, -1), part(d, 1)
        steps = (part(f, 1) - part(f, 0, -1)) / d
        inside = part(steps, 0, -1) * after + part(steps, 1) * before
        inside = inside / (before + after)
        head = part(d, 0, 1), part(d, 1, 2)
        tail = part(d, -1), part(d, -2, -1)
    first, second, third = part(f, 0, 1), part(f, 1, 2), part(f, 2, 3)
    ends = part(f, -1), part(f, -2, -1), part(f, -3, -2)
    if edge_order == 1:
        edges = (second - first) / head[0], (ends[0] - ends[1]) / tail[0]
    else:
        edges = _at_edge(first, second, third, *head), -_at_edge(*ends, *tail)
    found = concatenate([edges[0], inside, edges[1]], axis=axis)
    return found if found.dtype == f.dtype else astype(found, f.dtype)


def _at_edge(first, second, third, d, e):
    """The slope at the first of three points, whose distances are d and e."""
    near, far = (second - first) / d, (third - second) / e
    return near + (near - far) * (d / (d + e))


# Integrals ----------------------------------------------------------------------------


@composed(
    name="trapezoid",
)
def _trapezoid(y, x, dx=1.0, axis=-1):
    axis = normalize_axis_index(axis, np.ndim(y)) - np.ndim(y)  # from the end: of both
    after, before = (
        getitem(y, (..., part, *[slice(None)] * (-1 - axis)))
        for part in (slice(1, None), slice(-1))
    )
    if x is not None:
        x = reshape(x, (-1, *[1] * (-1 - axis))) if np.ndim(x) == 1 else x
        dx = diff(x, axis=axis)
    return reductions.sum(dx * (after + before) / 2.0, axis)


def trapezoid(y, x=None, dx=1.0, axis=-1):
    """The integral along an axis of samples ``y``, joined by lines: Σ Δx (yᵢ + yᵢ₊₁)/2.

    The samples are at the coordinates ``x``, along the axis or of y's shape, or the
    distance ``dx`` apart.

    ∂/∂yᵢ = (Δxᵢ₋₁ + Δxᵢ) / 2.

    >>> import autograd as ag
    >>> ag.trapezoid(ag.tensor([1.0, 2.0, 3.0]), x=[0.0, 1.0, 3.0])
    Tensor(6.5)
    """
    return _trapezoid(_as_array(y), _as_array(x), dx, axis)


# Interpolation ------------------------------------------------------------------------


@composed(
    analytic=False,
)  # fmt: skip
def interp(x, xp, fp, left=None, right=None, period=None):
    """The curve through the points (xp, fp), which are joined by lines, at ``x``.

    ``xp`` increases. Outside it is ``left`` or ``right``, or else what it is at the
    end; with a ``period`` it is repeated. (…), (n,), (n,) → (…)

    ∂/∂x is the slope of the line; ∂/∂fp are the weights of both points beside x.

    >>> import autograd as ag
    >>> ag.interp(2.5, [1.0, 2.0, 3.0], ag.tensor([3.0, 2.0, 0.0]))
    Tensor(1.)
    """
    x, xp, fp = [_as_array(each) for each in (x, xp, fp)]
    if np.iscomplexobj(x) or np.iscomplexobj(xp):
        raise TypeError("interp takes real coordinates x and xp; fp may be complex")
    if np.ndim(xp) != 1 or np.ndim(fp) != 1:
        raise ValueError("Data points must be 1-D sequences")
    if np.shape(xp) != np.shape(fp):
        raise ValueError("fp and xp are not of the same length")
    if not np.size(xp):
        raise ValueError("array of sample points is empty")
    x, xp = astype(x, np.float64), astype(xp, np.float64)
    fp = astype(fp, np.complex128 if np.iscomplexobj(fp) else np.float64)
    period = fixed("period", period)
    if period is not None:
        if period == 0:
            raise ValueError("period must be a non-zero value")
        period, left, right = abs(period), None, None
        x, xp = np.remainder(x, period), np.remainder(xp, period)
        order = np.argsort(data_of(xp))
        order = concatenate([order[-1:], order, order[:1]])
        shifts = np.zeros(len(order))
        shifts[0], shifts[-1] = -period, period
        xp, fp = getitem(xp, order) + shifts, getitem(fp, order)
    first, last = getitem(xp, 0), getitem(xp, -1)
    low = getitem(fp, 0) if left is None else left
    high = getitem(fp, -1) if right is None else right
    end = getitem(fp, -1)
    beyond = np.where(np.greater(x, last), high, end)
    inside = _on_line(x, xp, fp) if np.size(xp) > 1 else x
    found = np.where(np.greater_equal(x, last), beyond, inside)
    return np.where(np.less(x, first), low, found)


def _on_line(x, xp, fp):
    """On the line between the points before and after, however far."""
    place = np.searchsorted(data_of(xp), data_of(x), side="right") - 1
    place = np.clip(place, 0, np.size(xp) - 2)
    start, value = getitem(xp, place), getitem(fp, place)
    stop, after = getitem(xp, place + 1), getitem(fp, place + 1)
    run = stop - start
    with np.errstate(invalid="ignore"):  # infinite points, of which NumPy says nothing
        slope = (after - value) / np.where(np.equal(run, 0), 1, run)
        found = slope * (x - start) + value
        lost = np.logical_and(np.isnan(data_of(found)), np.isfinite(data_of(x)))
        if not decides(lost) or lost.any():
            found = np.where(lost, slope * (x - stop) + after, found)
            there = np.logical_or(np.equal(x, start), np.equal(value, after))
            found = np.where(np.logical_and(lost, there), value, found)
    return found


# Phases -------------------------------------------------------------------------------


@composed(
    analytic=False,
)
def unwrap(p, discont=None, axis=-1, *, period=2 * math.pi):
    """``p`` with multiples of the period added, so that no step exceeds half of it.

    Steps up to ``discont`` stay as they are.

    ∂/∂pᵢ = 1: what is added is constant.

    >>> import autograd as ag
    >>> ag.unwrap(ag.tensor([0.0, 3.0, 5.0]), period=4.0)
    Tensor([ 0., -1.,  1.])
    """
    discont, period = fixed("discont", discont), fixed("period", period)
    return p + periods_of(p, discont=discont, axis=axis, period=period)


def _periods(x, *, discont, axis, period):
    return np.unwrap(x, discont, axis, period=period) - x


periods_of = constant(_periods, name="periods")
