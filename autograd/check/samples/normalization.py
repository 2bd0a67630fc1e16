"""Normalization of rows and of channels, of few elements and of many."""

from __future__ import annotations

from ..context import Call, Context, Sample, call


def _rows(c: Context, biased: bool) -> Call:
    ndim = c.choice(1, 2)
    x = c.array(least=ndim, nonempty=True)
    shape = x.shape[x.ndim - ndim :]
    others = [c.array(shape) for _ in range(1 + biased)]
    return call(x, *others, ndim=ndim, eps=c.choice(1e-2, 0.5))


def _channels(c: Context, channels: int) -> tuple:
    """An input whose channels have one element, few, or many."""
    rest = c.choice((3,), (), (2, 2), (40,))
    x = c.array((c.choice(2, 3), channels, *rest))
    return x, c.array((channels,)), c.array((channels,))


def _group(c: Context) -> Call:
    groups = c.choice(2, 1, 3)
    x = _channels(c, groups * c.choice(2, 1))
    return call(*x, groups=groups, eps=c.choice(1e-2, 0.5))


SAMPLES: dict[str, Sample] = {
    "batch_norm": lambda c: call(
        *_channels(c, c.choice(2, 1)), eps=c.choice(1e-2, 0.5)
    ),
    "group_norm": _group,
    "layer_norm": lambda c: _rows(c, True),
    "rms_norm": lambda c: _rows(c, False),
}
