"""Pooling to a given size, whatever the size of the input."""

from __future__ import annotations

from typing import Any

from .. import functional
from ..faults import check_each
from ..functional.adaptive import Sizes
from .applied import Sliding


class AdaptivePooling(Sliding):
    """function(x, output_size, …), where a subclass names the function."""

    def __init__(self, output_size: Sizes) -> None:
        check_each(self, self.ndim, none=True, output_size=output_size)
        self.output_size = output_size

    def forward(self, input: Any) -> Any:
        """(batch, channels, …) → (batch, channels, *output_size)."""
        return self.function(input, self.output_size)

    def extra_repr(self) -> str:
        """The size of the result."""
        return f"output_size={self.output_size}"


class AdaptiveMaxPooling(AdaptivePooling):
    """The largest of each window, and where it was, if that is asked for."""

    def __init__(self, output_size: Sizes, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Any) -> Any:
        """(batch, channels, …) → (batch, channels, *output_size), or a pair of them."""
        return self.function(input, self.output_size, self.return_indices)

    def extra_repr(self) -> str:
        """The size, and whether places are asked for."""
        return super().extra_repr() + ", return_indices=True" * self.return_indices


class AdaptiveAvgPool1d(
    AdaptivePooling, function=functional.adaptive_avg_pool1d, ndim=1
):
    """The mean of each of ``output_size`` windows over (batch, channels, length).

    >>> import numpy as np
    >>> AdaptiveAvgPool1d(4)(np.ones((5, 3, 10))).shape
    (5, 3, 4)
    """


class AdaptiveAvgPool2d(
    AdaptivePooling, function=functional.adaptive_avg_pool2d, ndim=2
):
    """The mean of each window of an image, as many as asked for; None keeps a length.

    >>> import numpy as np
    >>> AdaptiveAvgPool2d((None, 2))(np.ones((5, 3, 7, 8))).shape
    (5, 3, 7, 2)
    """


class AdaptiveAvgPool3d(
    AdaptivePooling, function=functional.adaptive_avg_pool3d, ndim=3
):
    """The mean of each window of a volume, as many as asked for; None keeps a length.

    >>> import numpy as np
    >>> AdaptiveAvgPool3d(1)(np.ones((5, 3, 4, 5, 6))).shape
    (5, 3, 1, 1, 1)
    """


class AdaptiveMaxPool1d(
    AdaptiveMaxPooling, function=functional.adaptive_max_pool1d, ndim=1
):
    """The largest of each of ``output_size`` windows over (batch, channels, length).

    Option: ``return_indices``, as ``functional.adaptive_max_pool1d``.

    >>> import numpy as np
    >>> AdaptiveMaxPool1d(4)(np.ones((5, 3, 10))).shape
    (5, 3, 4)
    """


class AdaptiveMaxPool2d(
    AdaptiveMaxPooling, function=functional.adaptive_max_pool2d, ndim=2
):
    """The largest of each window of an image, as many as asked for along each axis.

    >>> import numpy as np
    >>> AdaptiveMaxPool2d((None, 2))(np.ones((5, 3, 7, 8))).shape
    (5, 3, 7, 2)
    """


class AdaptiveMaxPool3d(
    AdaptiveMaxPooling, function=functional.adaptive_max_pool3d, ndim=3
):
    """The largest of each window of a volume, as many as asked for along each axis.

    >>> import numpy as np
    >>> AdaptiveMaxPool3d(1)(np.ones((5, 3, 4, 5, 6))).shape
    (5, 3, 1, 1, 1)
    """
