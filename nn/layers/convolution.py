"""Convolutions, and their transposes: a class for each number of axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.ops.windows import ends_of

from .. import functional, init
from ..faults import check_sizes
from ..functional.windows import Size, each
from ..parameter import Parameter
from ..random import Seed, generator_of
from .applied import Sliding

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class Convolution(Sliding):
    """What convolutions of one, two and three axes share: the options, the weights.

    Weights and biases start uniform in ±1/√(in_channels/groups · taps), as PyTorch's.
    """

    weight: Tensor  # (out_channels, in_channels / groups, *kernel_size)
    bias: Tensor | None  # (out_channels,)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Any = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        self._set(in_channels, out_channels, kernel_size, stride, dilation, groups)
        if padding_mode not in PADDING_MODES:
            raise ValueError(
                f"padding_mode is one of {PADDING_MODES}; got {padding_mode!r}"
            )
        self.padding, self.padding_mode = padding, padding_mode
        if isinstance(padding, str):  # is it a word that is known, and fits the stride?
            ends_of(padding, self.kernel_size, self.stride, self.dilation)
        else:
            self.padding = each("padding", padding, self.ndim, least=0)
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        self._fill(shape, bias, dtype, generator_of(generator))

    def _set(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size,
        dilation: Size,
        groups: int,
    ) -> None:
        check_sizes(self, in_channels=in_channels, out_channels=out_channels)
        check_sizes(self, groups=groups)
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{type(self).__name__} needs in_channels and out_channels that are "
                f"multiples of groups; got {in_channels}, {out_channels} and {groups}"
            )
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = each("kernel_size", kernel_size, self.ndim)
        self.stride = each("stride", stride, self.ndim)
        self.dilation = each("dilation", dilation, self.ndim)
        self.groups = groups

    def _fill(
        self,
        shape: tuple[int, ...],
        bias: bool,
        dtype: Any,
        generator: np.random.Generator,
    ) -> None:
        self.weight = Parameter(np.empty(shape, dtype))
        init.kaiming_uniform_(self.weight, a=math.sqrt(5), generator=generator)
        self.bias = None
        if bias:
            bound = 1 / math.sqrt(max(math.prod(shape[1:]), 1))
            self.bias = Parameter(np.empty(self.out_channels, dtype))
            init.uniform_(self.bias, -bound, bound, generator=generator)

    def forward(self, input: Any) -> Any:
        """(batch, in_channels, …) → (batch, out_channels, …)."""
        _check_channels(self, input, self.in_channels, self.ndim)
        padding = self.padding
        if self.padding_mode != "zeros" and (widths := self._widths()):
            input = functional.pad(input, widths, self.padding_mode)
            padding = 0
        options = (self.stride, padding, self.dilation, self.groups)
        return self.function(input, self.weight, self.bias, *options)

    def _widths(self) -> list[int]:
        """What is padded before and after each axis, the last one first."""
        if not isinstance(self.padding, str):
            return [n for size in reversed(self.padding) for n in (size, size)]
        if self.padding == "valid":
            return []
        pairs = zip(reversed(self.dilation), reversed(self.kernel_size))
        spans = [dilation * (size - 1) for dilation, size in pairs]
        return [n for span in spans for n in (span // 2, span - span // 2)]

    def extra_repr(self) -> str:
        """Sizes, and the options that are not the usual ones."""
        given = [f"{self.in_channels}, {self.out_channels}"]
        given.append(f"kernel_size={self.kernel_size}")
        given.append(f"stride={self.stride}")
        ones, zeros = (1,) * self.ndim, (0,) * self.ndim
        usual = {"padding": zeros, "output_padding": zeros, "dilation": ones}
        for name, value in {**usual, "groups": 1, "padding_mode": "zeros"}.items():
            if getattr(self, name, value) != value:
                given.append(f"{name}={getattr(self, name)!r}")
        return ", ".join(given + ["bias=False"] * (self.bias is None))


class Conv1d(Convolution, ndim=1, function=functional.conv1d):
    """Filters slide over (batch, in_channels, length).

    >>> import numpy as np
    >>> Conv1d(3, 8, kernel_size=3, padding=1)(np.ones((5, 3, 10))).shape
    (5, 8, 10)
    """


class Conv2d(Convolution, ndim=2, function=functional.conv2d):
    """Filters slide over (batch, in_channels, height, width).

    ``padding`` is a number, one for each axis, "same" or "valid", and around the
    image lies what ``padding_mode`` says: "zeros", or as ``pad`` does it, "reflect",
    "replicate" or "circular". ``dilation`` is how far the taps of a filter are apart;
    with ``groups``, channels and filters are
    divided into so many convolutions of their own.

    Raises:
        ValueError: the input has another number of channels, or is too small.

    >>> import numpy as np
    >>> layer = Conv2d(1, 16, kernel_size=5, padding=2)
    >>> layer
    Conv2d(1, 16, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))
    >>> layer(np.ones((64, 1, 28, 28))).shape
    (64, 16, 28, 28)
    """


class Conv3d(Convolution, ndim=3, function=functional.conv3d):
    """Filters slide over (batch, in_channels, depth, height, width).

    >>> import numpy as np
    >>> Conv3d(1, 2, kernel_size=2, stride=2)(np.ones((5, 1, 4, 4, 4))).shape
    (5, 2, 2, 2, 2)
    """


class TransposedConvolution(Convolution):
    """What transposed convolutions share: weight (in, out / groups, *kernel_size)."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Size = 1,
        padding_mode: str = "zeros",
        *,
        dtype: Any = np.float32,
        generator: Seed = None,
    ) -> None:
        self._set(in_channels, out_channels, kernel_size, stride, dilation, groups)
        if padding_mode != "zeros":
            raise ValueError(
                f"{type(self).__name__} has padding_mode='zeros' alone; got "
                f"{padding_mode!r}"
            )
        self.padding_mode = padding_mode
        self.padding = each("padding", padding, self.ndim, least=0)
        self.output_padding = each("output_padding", output_padding, self.ndim, least=0)
        shape = (in_channels, out_channels // groups, *self.kernel_size)
        self._fill(shape, bias, dtype, generator_of(generator))

    def forward(self, input: Any, output_size: Sequence[int] | None = None) -> Any:
        """(batch, in_channels, …) → (batch, out_channels, …).

        ``output_size`` says which of the sizes that ``stride`` leaves open it shall be,
        in place of ``output_padding``.
        """
        _check_channels(self, input, self.in_channels, self.ndim)
        more = self.output_padding
        if output_size is not None:
            more = self._beyond(input.shape, output_size)
        options = (self.stride, self.padding, more, self.groups, self.dilation)
        return self.function(input, self.weight, self.bias, *options)

    def _beyond(self, shape: tuple[int, ...], wanted: Any) -> tuple[int, ...]:
        """How much more is wanted than the least that comes out."""
        if isinstance(wanted, (tuple, list)) and len(wanted) == len(shape):
            wanted = wanted[-self.ndim :]  # of a whole shape
        sizes, lengths = each("output_size", wanted, self.ndim), shape[-self.ndim :]
        axes = zip(lengths, self.stride, self.padding, self.dilation, self.kernel_size)
        least = [(n - 1) * s - 2 * p + d * (k - 1) + 1 for n, s, p, d, k in axes]
        more = [n - low for n, low in zip(sizes, least)]
        if not all(0 <= n < s for n, s in zip(more, self.stride)):
            most = [low + s - 1 for low, s in zip(least, self.stride)]
            raise ValueError(
                f"{self!r} makes from {least} to {most} of an input {lengths}; got "
                f"output_size={wanted}"
            )
        return tuple(more)


class ConvTranspose1d(
    TransposedConvolution, ndim=1, function=functional.conv_transpose1d
):
    """The transpose of Conv1d: (batch, in_channels, length) → a longer one.

    >>> import numpy as np
    >>> ConvTranspose1d(3, 2, kernel_size=2, stride=2)(np.ones((5, 3, 4))).shape
    (5, 2, 8)
    """


class ConvTranspose2d(
    TransposedConvolution, ndim=2, function=functional.conv_transpose2d
):
    """The transpose of Conv2d, which makes images larger: each pixel adds the filter.

    >>> import numpy as np
    >>> ConvTranspose2d(3, 2, kernel_size=2, stride=2)(np.ones((5, 3, 4, 4))).shape
    (5, 2, 8, 8)
    """


class ConvTranspose3d(
    TransposedConvolution, ndim=3, function=functional.conv_transpose3d
):
    """The transpose of Conv3d.

    >>> import numpy as np
    >>> ConvTranspose3d(3, 2, kernel_size=2, stride=2)(np.ones((5, 3, 2, 2, 2))).shape
    (5, 2, 4, 4, 4)
    """


def _check_channels(layer: Convolution, input: Any, channels: int, ndim: int) -> None:
    shape = getattr(input, "shape", ())
    if len(shape) not in (ndim + 1, ndim + 2) or shape[-ndim - 1] != channels:
        got = shape if hasattr(input, "shape") else f"a {type(input).__name__}"
        raise ValueError(
            f"{layer!r} needs an input of {channels} channels and {ndim} axes after "
            f"them, (batch, {channels}, …) or ({channels}, …); got {got}"
        )
