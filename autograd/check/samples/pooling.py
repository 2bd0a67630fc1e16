"""Images, and windows that slide over them, with every option of a layer."""

from __future__ import annotations

from typing import Any

from ...ops.windows import windows
from ..context import Call, Context, Sample, call


def _geometry(c: Context) -> tuple[tuple[int, ...], dict[str, Any], tuple[int, ...]]:
    """The shape of an image, how windows slide over it, the shape of the results."""
    ndim = c.choice(2, 1, 3)
    kernel = tuple([c.choice(2, 3, 1) for _ in range(ndim)])
    dilation = c.choice(1, 2)
    lengths = tuple([dilation * (k - 1) + c.choice(2, 1, 3) for k in kernel])
    padding = c.choice(0, tuple([k // 2 for k in kernel]))
    stride = c.choice(2, 1, 3)
    sliding = (kernel, stride, padding, dilation, c.flag())
    count = windows(lengths, *sliding).count
    batch = (c.choice(2, 1), c.choice(1, 2))
    names = ("kernel", "stride", "padding", "dilation", "ceil_mode")
    return (*batch, *lengths), dict(zip(names, sliding)), (*batch, *count)


def _pool(c: Context) -> Call:
    shape, options, _ = _geometry(c)
    return call(c.array(shape), **options)


def _spread(c: Context) -> Call:
    shape, options, results = _geometry(c)
    return call(c.array(results), shape=shape, **options)


def _taps(c: Context, options: dict[str, Any], results: tuple[int, ...]) -> Any:
    n = 1
    for k in options["kernel"]:
        n *= k
    return c.integers(0, n, results)


def _pick(c: Context) -> Call:
    shape, options, results = _geometry(c)
    return call(c.array(shape), _taps(c, options, results), **options)


def _put(c: Context) -> Call:
    shape, options, results = _geometry(c)
    taps = _taps(c, options, results)
    return call(c.array(results), taps, shape=shape, **options)


SAMPLES: dict[str, Sample] = {
    "argmax_pool": _pool,
    "max_pool": _pool,
    "pick in windows": _pick,
    "put in windows": _put,
    "spread to windows": _spread,
    "sum_pool": _pool,
}
