"""Arrays of another shape, or joined, or cut apart."""

import numpy as np
from hypothesis import strategies as st

from .. import arrays
from ..context import Call, Context, Sample, call

Shape = tuple[int, ...]


def _reshape(c: Context) -> Call:
    x = c.array()
    shape = same_size(c, x.shape)
    return call(x, shape=shape, order=c.choice("C", "F"), copy=c.choice(None, True))


def same_size(c: Context, shape: Shape) -> Shape:
    """Other sides with the same product; sometimes one of them is -1."""
    size = int(np.prod(shape))
    sides: list[int] = []
    rest = size
    while rest > 1 and len(sides) < 3:
        side = c.choice(*[n for n in range(1, rest + 1) if rest % n == 0])
        sides.append(side)
        rest //= side
    sides.append(rest)
    if size and c.choice(False, True):
        sides[c.draw(st.integers(0, len(sides) - 1))] = -1
    return () if size == 1 and c.choice(False, True) else tuple(sides)


def unit_axes(c: Context, shape: Shape) -> int | Shape | None:
    """None, one axis of side 1, or some of these; from either end."""
    units = [i for i, side in enumerate(shape) if side == 1]
    signed = [c.choice(i, i - len(shape)) for i in units]
    kept = tuple(i for i in signed if c.choice(True, False))
    return c.choice(None, kept, *signed[:1])


def permutation(c: Context, n: int) -> Shape | None:
    """None, or all axes in some order, from either end."""
    order = c.draw(st.permutations(range(n)))
    return c.choice(None, tuple(order), tuple(i - n if i % 2 else i for i in order))


def broader(c: Context, shape: Shape) -> Shape:
    """A shape that an array of this one broadcasts to."""
    sides = [side if side != 1 else c.choice(1, 2, 3, 0) for side in shape]
    front = c.draw(st.lists(st.sampled_from([2, 1, 3]), max_size=2))
    return (*front, *sides)


def float_dtype(c: Context) -> np.dtype:
    """float64 or float32."""
    return c.choice(np.dtype(np.float64), np.dtype(np.float32))


def mask(c: Context) -> np.ndarray:
    """True or False for each element, of a shape that broadcasts."""
    return c.draw(arrays.elements(c.narrower(), pools=("lattice",))) > 0.5


# Joined, and cut apart ----------------------------------------------------------------


def _concatenate(c: Context) -> Call:
    found = [c.array(least=1)]
    sides = list(found[0].shape)
    axis = c.axis(len(sides))
    for _ in range(c.choice(1, 2, 0)):
        sides[axis] = c.choice(2, 1, 3, 0)
        found.append(c.array(tuple(sides)))
    return call(*found, axis=axis)


def _stack(c: Context) -> Call:
    found = equal_shapes(c)
    return call(*found, axis=c.axis(found[0].ndim + 1))


def equal_shapes(c: Context) -> list[np.ndarray]:
    """One to three arrays of one shape."""
    first = c.array(most=2)
    return [first, *(c.array(first.shape) for _ in range(c.choice(1, 2, 0)))]


def _split(c: Context) -> Call:
    """Into a number of equal sections, or at places."""
    x = c.array(least=1, nonempty=True)
    axis = c.axis(x.ndim)
    side = x.shape[axis]
    sections = [n for n in range(1, side + 1) if side % n == 0]
    places = tuple(sorted(c.draw(st.lists(st.integers(0, side), max_size=3))))
    return call(x, indices_or_sections=c.choice(places, *sections), axis=axis)


SAMPLES: dict[str, Sample] = {
    "as integers": lambda c: call(c.array(), dtype=c.choice(np.int64, np.int32)),
    "astype": lambda c: call(c.array(), dtype=float_dtype(c)),
    "broadcast_to": lambda c: call(x := c.array(), shape=broader(c, x.shape)),
    "concatenate": _concatenate,
    "expand_dims": lambda c: call(x := c.array(), axis=c.axis(x.ndim + 1)),
    "moveaxis": lambda c: call(
        x := c.array(least=1, nonempty=True),
        source=c.axis(x.ndim),
        destination=c.axis(x.ndim),
    ),
    "reshape": _reshape,
    "split": _split,
    "squeeze": lambda c: call(x := c.array(), axis=unit_axes(c, x.shape)),
    "stack": _stack,
    "swapaxes": lambda c: call(
        x := c.array(least=1, nonempty=True), axis1=c.axis(x.ndim), axis2=c.axis(x.ndim)
    ),
    "transpose": lambda c: call(x := c.array(), axes=permutation(c, x.ndim)),
    "where": lambda c: call(mask(c), c.array(c.narrower()), c.array(c.narrower())),
}
