"""Padding layers: more elements around sequences, images and volumes."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import functional
from ..module import Module

Widths = int | tuple[int, ...]


class Padding(Module):
    """``functional.pad`` of the last axes, as many as a subclass says.

    ``padding`` is one width for all sides, or (before, after) of the last axis, then of
    the one before it, and so on; what is negative is cut off.
    """

    axes: ClassVar[int]
    mode: ClassVar[str]

    def __init_subclass__(cls, axes: int = 0, mode: str = "") -> None:
        if axes:
            cls.axes, cls.mode = axes, mode

    def __init__(self, padding: Widths) -> None:
        if not isinstance(padding, (tuple, list)):
            padding = (padding,) * (2 * self.axes)
        if len(padding) != 2 * self.axes:
            raise ValueError(
                f"{type(self).__name__} needs a padding of one number, or of "
                f"{2 * self.axes}; got {padding}"
            )
        self.padding = tuple(padding)

    def forward(self, input: Any) -> Any:
        """(batch, channels, …) → (batch, channels, more …); or without the batch."""
        if np.ndim(input) not in (self.axes + 1, self.axes + 2):
            name, ends = type(self).__name__, ", ".join(["length"] * self.axes)
            raise ValueError(
                f"{name} needs an input (batch, channels, {ends}) or (channels, "
                f"{ends}); got the shape {np.shape(input)}"
            )
        return functional.pad(input, self.padding, self.mode, self.fill())

    def fill(self) -> float | None:
        """The value around, if it is one."""
        return None

    def extra_repr(self) -> str:
        return repr(self.padding)


class ConstantPadding(Padding):
    """With a ``value`` around."""

    def __init__(self, padding: Widths, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def fill(self) -> float | None:
        """The value around."""
        return self.value

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(ConstantPadding, axes=1, mode="constant"):
    """A sequence with a ``value`` around it.

    >>> import autograd as ag
    >>> ConstantPad1d(1, 9.0)(ag.tensor([[1.0, 2.0]]))
    Tensor([[9., 1., 2., 9.]])
    """


class ConstantPad2d(ConstantPadding, axes=2, mode="constant"):
    """An image with a ``value`` around it.

    >>> import autograd as ag
    >>> ConstantPad2d(1, 9.0)(ag.ones((1, 3, 4, 4))).shape
    (1, 3, 6, 6)
    """


class ConstantPad3d(ConstantPadding, axes=3, mode="constant"):
    """A volume with a ``value`` around it.

    >>> import autograd as ag
    >>> ConstantPad3d(1, 9.0)(ag.ones((1, 3, 4, 4, 4))).shape
    (1, 3, 6, 6, 6)
    """


class ZeroPad1d(Padding, axes=1, mode="constant"):
    """A sequence with zeros around it.

    >>> import autograd as ag
    >>> ZeroPad1d((0, 2))(ag.tensor([[1.0, 2.0]]))
    Tensor([[1., 2., 0., 0.]])
    """


class ZeroPad2d(Padding, axes=2, mode="constant"):
    """An image with zeros around it.

    >>> import autograd as ag
    >>> ZeroPad2d(1)(ag.ones((1, 3, 4, 4))).shape
    (1, 3, 6, 6)
    """


class ZeroPad3d(Padding, axes=3, mode="constant"):
    """A volume with zeros around it.

    >>> import autograd as ag
    >>> ZeroPad3d(1)(ag.ones((1, 3, 4, 4, 4))).shape
    (1, 3, 6, 6, 6)
    """


class ReflectionPad1d(Padding, axes=1, mode="reflect"):
    """A sequence with what lies behind the edge, reflected about it around it.

    >>> import autograd as ag
    >>> ReflectionPad1d(1)(ag.tensor([[1.0, 2.0, 3.0]]))
    Tensor([[2., 1., 2., 3., 2.]])
    """


class ReflectionPad2d(Padding, axes=2, mode="reflect"):
    """An image with what lies behind the edge, reflected about it around it.

    >>> import autograd as ag
    >>> ReflectionPad2d(1)(ag.ones((1, 3, 4, 4))).shape
    (1, 3, 6, 6)
    """


class ReflectionPad3d(Padding, axes=3, mode="reflect"):
    """A volume with what lies behind the edge, reflected about it around it.

    >>> import autograd as ag
    >>> ReflectionPad3d(1)(ag.ones((1, 3, 4, 4, 4))).shape
    (1, 3, 6, 6, 6)
    """


class ReplicationPad1d(Padding, axes=1, mode="replicate"):
    """A sequence with the elements at the edge around it.

    >>> import autograd as ag
    >>> ReplicationPad1d(1)(ag.tensor([[1.0, 2.0]]))
    Tensor([[1., 1., 2., 2.]])
    """


class ReplicationPad2d(Padding, axes=2, mode="replicate"):
    """An image with the elements at the edge around it.

    >>> import autograd as ag
    >>> ReplicationPad2d(1)(ag.ones((1, 3, 4, 4))).shape
    (1, 3, 6, 6)
    """


class ReplicationPad3d(Padding, axes=3, mode="replicate"):
    """A volume with the elements at the edge around it.

    >>> import autograd as ag
    >>> ReplicationPad3d(1)(ag.ones((1, 3, 4, 4, 4))).shape
    (1, 3, 6, 6, 6)
    """


class CircularPad1d(Padding, axes=1, mode="circular"):
    """A sequence with what is at the other end around it.

    >>> import autograd as ag
    >>> CircularPad1d(1)(ag.tensor([[1.0, 2.0, 3.0]]))
    Tensor([[3., 1., 2., 3., 1.]])
    """


class CircularPad2d(Padding, axes=2, mode="circular"):
    """An image with what is at the other end around it.

    >>> import autograd as ag
    >>> CircularPad2d(1)(ag.ones((1, 3, 4, 4))).shape
    (1, 3, 6, 6)
    """


class CircularPad3d(Padding, axes=3, mode="circular"):
    """A volume with what is at the other end around it.

    >>> import autograd as ag
    >>> CircularPad3d(1)(ag.ones((1, 3, 4, 4, 4))).shape
    (1, 3, 6, 6, 6)
    """
