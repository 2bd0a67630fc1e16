"""Windows that slide over the last axes of an array: how they lie, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any, NoReturn

Sizes = tuple[int, ...]
Ends = tuple[tuple[int, int], ...]  # before and after each axis


@dataclass(frozen=True)
class Windows:
    """How windows of ``kernel`` elements, or taps, lie on axes of lengths ``shape``.

    Along each axis the taps of a window are ``dilation`` apart, and from one window to
    the next are ``stride`` elements; ``padding`` are the elements added before and
    after. Windows lie within the padded array.
    """

    shape: Sizes
    kernel: Sizes
    stride: Sizes
    padding: Ends
    dilation: Sizes
    count: Sizes  # of windows, along each axis

    @cached_property
    def padded(self) -> Sizes:
        """The lengths of the axes, padding included."""
        return tuple([n + sum(ends) for n, ends in zip(self.shape, self.padding)])

    @cached_property
    def taps(self) -> tuple[tuple[Any, ...], ...]:
        """The index of what every window sees at each tap, on the last axes."""
        seen = []
        for axis, (stride, n) in enumerate(zip(self.stride, self.count)):
            reach, step = stride * (n - 1) + 1, self.dilation[axis]
            first = range(0, step * self.kernel[axis], step)
            seen.append([slice(at, at + reach, stride) for at in first])
        return tuple([(..., *tap) for tap in product(*seen)])

    @cached_property
    def inside(self) -> tuple[Any, ...]:
        """The index of what is no padding, on the last axes."""
        ends = zip(self.padding, self.shape)
        return (..., *[slice(before, before + n) for (before, _), n in ends])


def windows(
    shape: Sizes,
    kernel: Any,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Windows:
    """The windows of such a kernel on axes of these lengths.

    Numbers hold for every axis, tuples have one for each. ``padding`` may also be pairs
    of (before, after), "valid" (none) or "same" (as many windows as elements; for a
    stride of 1). With ``ceil_mode`` a last window may reach beyond the padded array, if
    it begins within, and more padding is added for it.

    Raises:
        ValueError: lengths, strides, dilations that are not positive, padding that is
            negative, or a kernel that is larger than the padded array.

    >>> windows((5, 5), (3, 3), stride=2, padding=1).count
    (3, 3)
    >>> windows((2,), 3, stride=3, ceil_mode=True).padding
    ((0, 1),)
    """
    ndim = len(shape)
    kernel = each("kernel", kernel, ndim)
    stride, dilation = each("stride", stride, ndim), each("dilation", dilation, ndim)
    ends = ends_of(padding, kernel, stride, dilation)
    return _kept(shape, kernel, stride, ends, dilation, bool(ceil_mode))


@lru_cache(maxsize=4096)  # of sizes that were looked at: True is no 1
def _kept(
    shape: Sizes, kernel: Sizes, stride: Sizes, ends: Ends, dilation: Sizes, ceil: bool
) -> Windows:
    count, padding = [], []
    for axis, ((before, after), step) in enumerate(zip(ends, stride)):
        reach = dilation[axis] * (kernel[axis] - 1) + 1
        room = shape[axis] + before + after - reach
        n = (room + (step - 1 if ceil else 0)) // step + 1
        if ceil and (n - 1) * step >= shape[axis] + before:
            n -= 1
        if n < 1:
            raise ValueError(
                f"a kernel of {kernel} with dilation {dilation} spans {reach} elements "
                f"of axis {axis - len(shape)}; the input {shape} with padding {ends} "
                f"has {room + reach}. Use a smaller kernel, or more padding"
            )
        padding.append((before, after + max((n - 1) * step - room, 0)))
        count.append(n)
    return Windows(shape, kernel, stride, tuple(padding), dilation, tuple(count))


def each(name: str, given: Any, ndim: int, least: int = 1) -> Sizes:
    """One whole number for each of so many axes.

    >>> each("stride", 2, 2)
    (2, 2)
    """
    if type(given) is int and given >= least:  # what most are
        return (given,) * ndim
    if type(given) is tuple and len(given) == ndim:
        for n in given:
            if type(n) is not int or n < least:
                break
        else:
            return given
    sizes = tuple(given) if isinstance(given, Sequence) else (given,) * ndim
    whole = all(hasattr(n, "__index__") and n >= least for n in sizes)
    whole = whole and not any(isinstance(n, bool) for n in sizes)
    if not whole or len(sizes) != ndim or isinstance(given, str):
        raise ValueError(
            f"{name} is a whole number of at least {least}, or one for each of {ndim} "
            f"axes; got {given!r}"
        )
    return tuple([n.__index__() for n in sizes])


def ends_of(padding: Any, kernel: Sizes, stride: Sizes, dilation: Sizes) -> Ends:
    """The padding before and after each axis.

    >>> ends_of("same", (3, 4), stride=(1, 1), dilation=(1, 1))
    ((1, 1), (1, 2))
    """
    ndim = len(kernel)
    if type(padding) is int and padding >= 0:  # what most is
        return ((padding, padding),) * ndim
    if isinstance(padding, str) and padding not in ("same", "valid"):
        _wrong(padding)
    if padding == "same":
        if any(s > 1 for s in stride):
            raise ValueError(
                f"padding='same' is for a stride of 1; got {stride}. Give numbers"
            )
        spans = [d * (k - 1) for k, d in zip(kernel, dilation)]
        return tuple([(n // 2, n - n // 2) for n in spans])
    if isinstance(padding, tuple) and padding and isinstance(padding[0], tuple):
        if len(padding) != ndim or not all(isinstance(p, tuple) for p in padding):
            _wrong(padding)
        pairs = [each("padding", p, 2, least=0) for p in padding]
        return tuple([(p[0], p[1]) for p in pairs])
    numbers = each("padding", 0 if padding == "valid" else padding, ndim, least=0)
    return tuple(zip(numbers, numbers))


def _wrong(padding: Any) -> NoReturn:
    raise ValueError(
        "padding is a number, one for each axis, pairs of (before, after) for each, "
        f"'same' or 'valid'; got {padding!r}"
    )
