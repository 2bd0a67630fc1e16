"""Windows that slide over the last axes of an array: how they lie, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

Sizes = tuple[int, ...]


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
    padding: tuple[tuple[int, int], ...]
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


@lru_cache(maxsize=4096, typed=True)  # True is no 1
def windows(
    shape: Sizes,
    kernel: Sizes,
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
    """
    ndim = len(shape)
    kernel = each("kernel", kernel, ndim)
    stride, dilation = each("stride", stride, ndim), each("dilation", dilation, ndim)
    ends = ends_of(padding, kernel, stride, dilation)
    count = []
    for axis in range(ndim):
        (before, after), step = ends[axis], stride[axis]
        reach = dilation[axis] * (kernel[axis] - 1) + 1
        room = shape[axis] + before + after - reach
        if room < 0:
            raise ValueError(
                f"a kernel of {kernel} with dilation {dilation} spans {reach} elements "
                f"of axis {axis - ndim}; the input {shape} with padding {ends} has "
                f"{room + reach}. Use a smaller kernel, or more padding"
            )
        n = room // step + 1
        begins_within = n * step < shape[axis] + before
        if ceil_mode and room % step and begins_within:
            ends[axis] = (before, after + step - room % step)
            n += 1
        count.append(n)
    return Windows(shape, kernel, stride, tuple(ends), dilation, tuple(count))


def each(name: str, given: Any, ndim: int, least: int = 1) -> Sizes:
    """One whole number for each of so many axes.

    >>> each("stride", 2, 2)
    (2, 2)
    """
    sizes = tuple(given) if isinstance(given, Sequence) else (given,) * ndim
    whole = all(hasattr(n, "__index__") and n >= least for n in sizes)
    whole = whole and not any(isinstance(n, bool) for n in sizes)
    if not whole or len(sizes) != ndim or isinstance(given, str):
        raise ValueError(
            f"{name} is a whole number of at least {least}, or one for each of {ndim} "
            f"axes; got {given!r}"
        )
    return tuple([n.__index__() for n in sizes])


def ends_of(
    padding: Any, kernel: Sizes, stride: Any, dilation: Any
) -> list[tuple[int, int]]:
    """The padding before and after each axis.

    >>> ends_of("same", (3, 4), stride=1, dilation=1)
    [(1, 1), (1, 2)]
    """
    stride = each("stride", stride, len(kernel))
    dilation = each("dilation", dilation, len(kernel))
    if padding == "valid":
        padding = 0
    if padding == "same":
        if any(s > 1 for s in stride):
            raise ValueError(
                f"padding='same' is for a stride of 1; got {stride}. Give numbers"
            )
        spans = [d * (k - 1) for k, d in zip(kernel, dilation)]
        return [(n // 2, n - n // 2) for n in spans]
    ndim = len(kernel)
    if isinstance(padding, tuple) and all(isinstance(p, tuple) for p in padding):
        pairs = [each("padding", p, 2, least=0) for p in padding]
        return [(p[0], p[1]) for p in pairs] if len(pairs) == ndim else _wrong(padding)
    if isinstance(padding, str):
        _wrong(padding)
    return [(p, p) for p in each("padding", padding, ndim, least=0)]


def _wrong(padding: Any) -> Any:
    raise ValueError(
        "padding is a number, one for each axis, pairs of (before, after) for each, "
        f"'same' or 'valid'; got {padding!r}"
    )
