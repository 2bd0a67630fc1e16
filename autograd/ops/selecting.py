"""Elements chosen by places, masks and conditions; taken out, and put in."""

from __future__ import annotations

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..core.composite import composed
from ..core.declare import elementwise
from ..core.node import Node, decides, numbers, raw
from ..core.space import unmasked
from .indexing import (
    ARRAY_INDEX,
    along,
    getitem,
    index_along_axis,
    places_within,
)
from .shaping import astype, where
from .sorting import fixed
from .updating import set_items

__all__ = [
    "choose",
    "compress",
    "delete",
    "extract",
    "insert",
    "nan_to_num",
    "piecewise",
    "select",
    "take",
    "take_along_axis",
    "trim_zeros",
]

# By places ----------------------------------------------------------------------------


def _of_axis(x, axis):
    """``x``, in one axis if ``axis`` is None; the axis; and its length."""
    if axis is None:
        x, axis = np.reshape(x, (np.size(x),)), 0
    axis = normalize_axis_index(axis, np.ndim(x))
    return x, axis, np.shape(x)[axis]


@composed()
def take(x, indices, axis=None, mode="raise"):
    """The elements, or what lies along an axis, at these places.

    Places beyond the ends are an error, or wrapped round, or clipped, as ``mode`` says.

    Its gradient is the sum of g at each place over the times it was taken.

    >>> import autograd as ag
    >>> ag.take(ag.tensor([1.0, 2.0, 3.0]), [0, -1, 4], mode="wrap")
    Tensor([1., 3., 2.])
    """
    x, axis, n = _of_axis(x if np.ndim(x) else np.reshape(x, (1,)), axis)
    return getitem(x, along(axis, places_within(indices, n=n, mode=mode)))


@composed()
def take_along_axis(x, indices, axis=-1):
    """What lies along an axis at places of its own for each row: as argsort gives them.

    Its gradient is the sum of g at each place over the times it was taken.

    >>> import autograd as ag
    >>> x = ag.tensor([[3.0, 1.0], [2.0, 4.0]])
    >>> ag.take_along_axis(x, [[1, 0], [0, 1]], axis=1)
    Tensor([[1., 3.],
            [2., 4.]])
    """
    if axis is None:
        x, axis = np.reshape(x, (np.size(x),)), 0
    return getitem(x, index_along_axis(np.shape(x), indices, axis))


@composed()
def compress(condition, x, axis=None):
    """What lies along an axis at the places where the condition holds.

    Its gradient is g at those places, 0 elsewhere.

    >>> import autograd as ag
    >>> ag.compress([True, False, True], ag.tensor([1.0, 2.0, 3.0]))
    Tensor([1., 3.])
    """
    condition = np.asarray(numbers(condition, "the condition of np.compress"))
    if condition.ndim != 1:
        raise ValueError("the condition must be of one axis")
    return np.take(x, np.flatnonzero(condition), axis)


@composed()
def extract(condition, x):
    """The elements where the condition holds, in one axis.

    Its gradient is g at those places, 0 elsewhere.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.extract(np.eye(2), ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([1., 4.])
    """
    return np.take(x, np.flatnonzero(np.asarray(numbers(condition, "np.extract"))))


# Taken out, and put in ----------------------------------------------------------------


@composed()
def delete(x, obj, axis=None):
    """Without what lies along an axis at these places: numbers, a slice or a mask.

    Its gradient is g at what stays, 0 elsewhere.

    >>> import autograd as ag
    >>> ag.delete(ag.tensor([1.0, 2.0, 3.0]), [0, -1])
    Tensor([2.])
    """
    x, axis, n = _of_axis(x, axis)
    return x[along(axis, np.delete(np.arange(n), numbers(obj, "np.delete")))]


@composed()
def insert(x, obj, values, axis=None):
    """With values before these places along an axis.

    The gradients are the parts of g where each came to lie.

    >>> import autograd as ag
    >>> ag.insert(ag.tensor([1.0, 2.0]), 1, [5.0, 6.0])
    Tensor([1., 5., 6., 2.])
    """
    if axis is None:
        x, axis = np.reshape(x, (np.size(x),)), 0
    values = astype(values, x.dtype)
    n, m = np.size(x), np.size(values)
    old, new = np.arange(n), np.arange(n, n + m)
    old, new = old.reshape(np.shape(x)), new.reshape(np.shape(values))
    both = np.concatenate([np.reshape(x, (n,)), np.reshape(values, (m,))])
    return both[np.insert(old, numbers(obj, "np.insert"), new, axis)]


def trim_zeros(x, trim="fb", axis=None):
    """Without the zeros in front and behind, along every axis or those that are named.

    Where an element has just become zero the result has another shape: what is trimmed
    has no derivative.

    >>> import autograd as ag
    >>> ag.trim_zeros(ag.tensor([0.0, 1.0, 0.0, 2.0, 0.0]))
    Tensor([1., 0., 2.])
    """
    ends = trim.lower()
    if ends not in ("fb", "bf", "f", "b"):
        raise ValueError(f"trim_zeros: trim is 'f', 'b' or 'fb'; got {trim!r}")
    ndim = np.ndim(x)
    axes = range(ndim) if axis is None else axis
    kept = [slice(None)] * ndim
    nonzero = np.nonzero(numbers(x, "np.trim_zeros"))
    for i in normalize_axis_tuple(axes, ndim):
        places = nonzero[i]
        first = places.min() if "f" in ends and places.size else None
        last = places.max() + 1 if "b" in ends and places.size else None
        kept[i] = slice(first, last) if places.size else slice(0)
    return x[tuple(kept)]


# By conditions ------------------------------------------------------------------------


@composed(name="select")
def _select(*parts):
    count = len(parts) // 2
    *conditions, out = *parts[:count], parts[-1]
    for condition, choice in zip(conditions[::-1], parts[-2 : count - 1 : -1]):
        out = where(condition, choice, out)
    return _promoted(out, parts[count:])


def select(condlist, choicelist, default=0):
    """For each element the choice that belongs to the first condition that holds.

    Choices that were not taken have a gradient of 0, whatever they are there.

    >>> import autograd as ag
    >>> x = ag.tensor([-1.0, 0.5, 2.0])
    >>> ag.select([x < 0, x < 1], [-x, x * x], default=x)
    Tensor([1.  , 0.25, 2.  ])
    """
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"select got {len(condlist)} conditions and {len(choicelist)} choices; "
            "each condition belongs to one choice"
        )
    if not len(condlist):
        raise ValueError("select needs at least one condition")
    for i, condition in enumerate(condlist):
        dtype = np.asarray(raw(condition)).dtype
        if dtype.kind != "b":
            raise TypeError(f"select: condition {i} must be boolean; got {dtype}")
    return _select(*condlist, *map(_operand, (*choicelist, default)))


def _operand(x):
    """Arrays and Tensors, and Python's numbers, which take the dtype of the others."""
    if isinstance(x, (Node, int, float, complex)):
        return x
    return np.asarray(unmasked(x, "a choice"))


def _promoted(out, choices):
    dtype = np.result_type(*choices)
    return out if out.dtype == dtype else astype(out, dtype)


@composed(name="choose")
def _choose(a, *choices, mode="raise"):
    if decides(a):
        which = np.choose(raw(a), np.arange(len(choices)), mode=mode)
    else:
        which = places_within(a, n=len(choices), mode=mode)
    shape = np.broadcast_shapes(which.shape, *map(np.shape, choices))
    out = np.broadcast_to(choices[0], shape)
    for i, choice in enumerate(choices[1:], start=1):
        out = where(np.equal(which, i), choice, out)
    return _promoted(out, choices)


def choose(a, choices, mode="raise"):
    """For each element that one of the choices whose number stands in ``a``.

    Other numbers are an error, or wrapped round, or clipped, as ``mode`` says.

    Each choice's gradient is g where it was taken, 0 elsewhere.

    >>> import autograd as ag
    >>> ag.choose([0, 1], [ag.tensor([1.0, 2.0]), ag.tensor([10.0, 20.0])])
    Tensor([ 1., 20.])
    """
    return _choose(_operand(a), *map(_operand, choices), mode=mode)


def piecewise(x, condlist, funclist, *args, **kw):
    """Functions, each of those elements of ``x`` where its condition holds.

    The last condition that holds decides; one more function is for the elements where
    none does, which otherwise are 0. A function sees no other elements: those where it
    is not finite do no harm.

    Each function's derivative counts for its own elements.

    >>> import numpy as np
    >>> import autograd as ag
    >>> def f(x):
    ...     return np.piecewise(x, [x > 0], [np.log, lambda x: 2 * x])
    >>> ag.vjp(f, np.array([0.0, 4.0]))[1](np.ones(2))
    (array([2.  , 0.25]),)
    """
    listed = isinstance(condlist, (list, tuple))
    found = [numbers(x, "np.piecewise") for x in (condlist if listed else [condlist])]
    conditions = np.asarray(found if listed else found[0], bool)
    if conditions.ndim == 0 or (conditions.ndim == 1 and np.ndim(x)):
        conditions = conditions[None]
    if len(funclist) == len(conditions) + 1:
        otherwise = ~np.any(conditions, axis=0, keepdims=True)
        conditions = np.concatenate([conditions, otherwise])
    if len(funclist) != len(conditions):
        raise ValueError(
            f"piecewise with {len(conditions)} conditions expects as many functions, "
            f"or one more; got {len(funclist)}"
        )
    y = np.zeros_like(raw(x))
    for condition, function in zip(conditions, funclist):
        if callable(function):
            chosen = x[condition]
            function = function(chosen, *args, **kw) if chosen.size else chosen
        y = set_items(y, astype(function, y.dtype), condition, template=(ARRAY_INDEX,))
    return y


# Replaced -----------------------------------------------------------------------------


def _nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    nan, posinf, neginf = [
        fixed("nan, posinf, neginf", v) for v in (nan, posinf, neginf)
    ]
    return np.nan_to_num(x, copy=True, nan=nan, posinf=posinf, neginf=neginf)


nan_to_num = elementwise(
    _nan_to_num,
    lambda x: np.isfinite(x),
)
