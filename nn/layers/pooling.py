"""Pooling: the largest of each window, the mean, or a norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import functional
from ..faults import check_each
from ..functional.windows import Size, each
from .applied import Sliding

USUAL = {"ceil_mode": False, "count_include_pad": True, "return_indices": False}


class Pooling(Sliding):
    """function(x, kernel_size, stride, padding, …), where a subclass says with what.

    The options are attributes, by the names of the function's arguments.
    """

    options: Sequence[str]  # their names

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        **options: Any,
    ) -> None:
        check_each(self, self.ndim, kernel_size=kernel_size)
        check_each(self, self.ndim, none=True, stride=stride)
        check_each(self, self.ndim, least=0, padding=padding)
        functional.pooling.check_padding(
            each("kernel_size", kernel_size, self.ndim), padding
        )
        self.kernel_size, self.padding = kernel_size, padding
        self.stride = kernel_size if stride is None else stride
        self.options = tuple(options)
        for name, value in options.items():
            setattr(self, name, value)

    def forward(self, input: Any) -> Any:
        """(batch, channels, …) → (batch, channels, fewer …)."""
        sliding = (self.kernel_size, self.stride, self.padding)
        options = {name: getattr(self, name) for name in self.options}
        return self.function(input, *sliding, **options)

    def extra_repr(self) -> str:
        """The sizes, and the options that are not the usual ones."""
        sizes = f"kernel_size={self.kernel_size}, stride={self.stride}"
        options = [(name, getattr(self, name)) for name in self.options]
        more = [f"{name}={x!r}" for name, x in options if x is not USUAL.get(name)]
        return ", ".join([sizes, f"padding={self.padding}", *more])


class MaxPooling(Pooling):
    """The largest of each window: PyTorch's options, in its order."""

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        check_each(self, self.ndim, dilation=dilation)
        super().__init__(
            kernel_size,
            stride,
            padding,
            dilation=dilation,
            ceil_mode=ceil_mode,
            return_indices=return_indices,
        )


class MaxPool1d(MaxPooling, function=functional.max_pool1d, ndim=1):
    """The largest of each window; with ``stride`` None they follow each other.

    What the options mean says ``functional.max_pool1d``.

    >>> import autograd as ag
    >>> MaxPool1d(2)(ag.tensor([[[1.0, 3.0, 2.0, 5.0]]]))
    Tensor([[[3., 5.]]])
    """


class MaxPool2d(MaxPooling, function=functional.max_pool2d, ndim=2):
    """The largest of each window of an image: options as MaxPool1d.

    >>> import numpy as np
    >>> MaxPool2d(2)(np.ones((5, 3, 8, 8))).shape
    (5, 3, 4, 4)
    """


class MaxPool3d(MaxPooling, function=functional.max_pool3d, ndim=3):
    """The largest of each window of a volume: options as MaxPool1d.

    >>> import numpy as np
    >>> MaxPool3d(2)(np.ones((5, 3, 4, 4, 4))).shape
    (5, 3, 2, 2, 2)
    """


class AvgPool1d(Pooling, function=functional.avg_pool1d, ndim=1):
    """The mean of each window: options as ``functional.avg_pool1d``.

    >>> import autograd as ag
    >>> AvgPool1d(2)(ag.tensor([[[1.0, 3.0, 2.0, 4.0]]]))
    Tensor([[[2., 3.]]])
    """

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(
            kernel_size,
            stride,
            padding,
            ceil_mode=ceil_mode,
            count_include_pad=count_include_pad,
        )


class AvgPool2d(Pooling, function=functional.avg_pool2d, ndim=2):
    """The mean of each window of an image: options as ``functional.avg_pool2d``.

    >>> import numpy as np
    >>> AvgPool2d(2)(np.ones((5, 3, 8, 8))).shape
    (5, 3, 4, 4)
    """

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        functional.pooling.check_divisor(divisor_override)
        super().__init__(
            kernel_size,
            stride,
            padding,
            ceil_mode=ceil_mode,
            count_include_pad=count_include_pad,
            divisor_override=divisor_override,
        )


class AvgPool3d(AvgPool2d, function=functional.avg_pool3d, ndim=3):
    """The mean of each window of a volume: options as ``functional.avg_pool3d``.

    >>> import numpy as np
    >>> AvgPool3d(2)(np.ones((5, 3, 4, 4, 4))).shape
    (5, 3, 2, 2, 2)
    """


class LPPooling(Sliding):
    """function(x, norm_type, kernel_size, …), where a subclass names the function."""

    def __init__(
        self,
        norm_type: float,
        kernel_size: Size,
        stride: Size | None = None,
        ceil_mode: bool = False,
    ) -> None:
        check_each(self, self.ndim, kernel_size=kernel_size)
        check_each(self, self.ndim, none=True, stride=stride)
        functional.pooling.check_norm(norm_type)
        self.norm_type, self.kernel_size = norm_type, kernel_size
        self.stride, self.ceil_mode = stride, ceil_mode

    def forward(self, input: Any) -> Any:
        """(batch, channels, …) → (batch, channels, fewer …)."""
        sliding = (self.kernel_size, self.stride, self.ceil_mode)
        return self.function(input, self.norm_type, *sliding)

    def extra_repr(self) -> str:
        """The norm and the sizes."""
        sizes = f"kernel_size={self.kernel_size}, stride={self.stride}"
        return f"norm_type={self.norm_type}, {sizes}, ceil_mode={self.ceil_mode}"


class LPPool1d(LPPooling, function=functional.lp_pool1d, ndim=1):
    """(Σ xᵖ)^(1/p) over each window, for p = ``norm_type``.

    >>> import autograd as ag
    >>> LPPool1d(2, kernel_size=2)(ag.tensor([[[3.0, 4.0]]]))
    Tensor([[[5.]]])
    """


class LPPool2d(LPPooling, function=functional.lp_pool2d, ndim=2):
    """(Σ xᵖ)^(1/p) over each window of an image.

    >>> import numpy as np
    >>> LPPool2d(2, kernel_size=2)(np.ones((5, 3, 8, 8))).shape
    (5, 3, 4, 4)
    """


class LPPool3d(LPPooling, function=functional.lp_pool3d, ndim=3):
    """(Σ xᵖ)^(1/p) over each window of a volume.

    >>> import numpy as np
    >>> LPPool3d(2, kernel_size=2)(np.ones((5, 3, 4, 4, 4))).shape
    (5, 3, 2, 2, 2)
    """


class Unpooling(Sliding):
    """function(x, indices, kernel_size, …), where a subclass names the function."""

    def __init__(
        self, kernel_size: Size, stride: Size | None = None, padding: Size = 0
    ) -> None:
        check_each(self, self.ndim, kernel_size=kernel_size)
        check_each(self, self.ndim, none=True, stride=stride)
        check_each(self, self.ndim, least=0, padding=padding)
        each("padding", padding, self.ndim, least=0)  # no words, no pairs
        self.kernel_size, self.padding = kernel_size, padding
        self.stride = kernel_size if stride is None else stride

    def forward(
        self, input: Any, indices: Any, output_size: Sequence[int] | None = None
    ) -> Any:
        """(batch, channels, …), integers of this shape → (batch, channels, more …)."""
        sliding = (self.kernel_size, self.stride, self.padding)
        return self.function(input, indices, *sliding, output_size)

    def extra_repr(self) -> str:
        """The sizes."""
        sizes = f"kernel_size={self.kernel_size}, stride={self.stride}"
        return f"{sizes}, padding={self.padding}"


class MaxUnpool1d(Unpooling, function=functional.max_unpool1d, ndim=1):
    """Each element where ``MaxPool1d`` found it, 0 elsewhere.

    >>> import autograd as ag
    >>> pool = MaxPool1d(2, return_indices=True)
    >>> MaxUnpool1d(2)(*pool(ag.tensor([[[1.0, 3.0, 2.0, 5.0]]])))
    Tensor([[[0., 3., 0., 5.]]])
    """


class MaxUnpool2d(Unpooling, function=functional.max_unpool2d, ndim=2):
    """Each element of an image where ``MaxPool2d`` found it, 0 elsewhere.

    >>> import numpy as np
    >>> pool = MaxPool2d(2, return_indices=True)
    >>> MaxUnpool2d(2)(*pool(np.ones((5, 3, 8, 8)))).shape
    (5, 3, 8, 8)
    """


class MaxUnpool3d(Unpooling, function=functional.max_unpool3d, ndim=3):
    """Each element of a volume where ``MaxPool3d`` found it, 0 elsewhere.

    >>> import numpy as np
    >>> pool = MaxPool3d(2, return_indices=True)
    >>> MaxUnpool3d(2)(*pool(np.ones((5, 3, 4, 4, 4)))).shape
    (5, 3, 4, 4, 4)
    """
