"""Pooling: the largest of each window, or the mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from .. import functional
from ..functional.windows import Size
from ..module import Module


class Pooling(Module):
    """function(x, kernel_size, stride, …), where a subclass names the function."""

    function: ClassVar[Callable[..., Any]]

    def __init_subclass__(cls, function: Callable[..., Any] | None = None) -> None:
        if function is not None:
            cls.function = staticmethod(function)

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        **options: Any,
    ) -> None:
        self.kernel_size, self.padding = kernel_size, padding
        self.stride = kernel_size if stride is None else stride
        self.options = options

    def forward(self, input: Any) -> Any:
        """(batch, channels, …) → (batch, channels, fewer …)."""
        sliding = (self.kernel_size, self.stride, self.padding)
        return self.function(input, *sliding, **self.options)

    def extra_repr(self) -> str:
        """The sizes, and the options that were given."""
        sizes = f"kernel_size={self.kernel_size}, stride={self.stride}"
        more = [f"{name}={value!r}" for name, value in self.options.items()]
        return ", ".join([sizes, f"padding={self.padding}", *more])


class MaxPool1d(Pooling, function=functional.max_pool1d):
    """The largest of each window; with ``stride`` None they follow each other.

    Options: ``dilation``, ``ceil_mode``, as ``functional.max_pool1d``.

    >>> import autograd as ag
    >>> MaxPool1d(2)(ag.tensor([[[1.0, 3.0, 2.0, 5.0]]]))
    Tensor([[[3., 5.]]])
    """


class MaxPool2d(Pooling, function=functional.max_pool2d):
    """The largest of each window of an image: options as MaxPool1d.

    >>> import numpy as np
    >>> MaxPool2d(2)(np.ones((5, 3, 8, 8))).shape
    (5, 3, 4, 4)
    """


class MaxPool3d(Pooling, function=functional.max_pool3d):
    """The largest of each window of a volume: options as MaxPool1d.

    >>> import numpy as np
    >>> MaxPool3d(2)(np.ones((5, 3, 4, 4, 4))).shape
    (5, 3, 2, 2, 2)
    """


class AvgPool1d(Pooling, function=functional.avg_pool1d):
    """The mean of each window.

    Options: ``ceil_mode``, ``count_include_pad``, as ``functional.avg_pool1d``.

    >>> import autograd as ag
    >>> AvgPool1d(2)(ag.tensor([[[1.0, 3.0, 2.0, 4.0]]]))
    Tensor([[[2., 3.]]])
    """


class AvgPool2d(Pooling, function=functional.avg_pool2d):
    """The mean of each window of an image: options as ``functional.avg_pool2d``.

    >>> import numpy as np
    >>> AvgPool2d(2)(np.ones((5, 3, 8, 8))).shape
    (5, 3, 4, 4)
    """


class AvgPool3d(Pooling, function=functional.avg_pool3d):
    """The mean of each window of a volume: options as ``functional.avg_pool3d``.

    >>> import numpy as np
    >>> AvgPool3d(2)(np.ones((5, 3, 4, 4, 4))).shape
    (5, 3, 2, 2, 2)
    """
