"""Images made larger or smaller, and windows copied out of them or added back."""

from __future__ import annotations

from typing import Any

from .. import functional
from ..faults import check_each, check_sizes
from ..functional.windows import Size
from ..module import Module


class Upsample(Module):
    """To a size, or scaled by a factor, as ``functional.interpolate``.

    >>> import numpy as np
    >>> layer = Upsample(scale_factor=2, mode="bilinear")
    >>> layer
    Upsample(scale_factor=2, mode='bilinear')
    >>> layer(np.ones((5, 3, 4, 4))).shape
    (5, 3, 8, 8)
    """

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        if size is not None:
            check_each(self, None, size=size)
        functional.resizing.check_how(mode, size, scale_factor)
        self.size, self.scale_factor, self.mode = size, scale_factor, mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Any) -> Any:
        """(batch, channels, …) → (batch, channels, *size)."""
        how = (self.mode, self.align_corners, self.recompute_scale_factor)
        return functional.interpolate(input, self.size, self.scale_factor, *how)

    def extra_repr(self) -> str:
        """The size or the factor, and the mode."""
        if self.scale_factor is not None:
            return f"scale_factor={self.scale_factor}, mode={self.mode!r}"
        return f"size={self.size}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Images made larger: each pixel of the result is the nearest one.

    >>> import numpy as np
    >>> UpsamplingNearest2d(scale_factor=2)(np.ones((5, 3, 4, 4))).shape
    (5, 3, 8, 8)
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, "nearest")


class UpsamplingBilinear2d(Upsample):
    """Images made larger, linear in between; the corners stay what they are.

    >>> import numpy as np
    >>> UpsamplingBilinear2d(size=7)(np.ones((5, 3, 4, 4))).shape
    (5, 3, 7, 7)
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, "bilinear", align_corners=True)


class PixelShuffle(Module):
    """(…, channels · r², height, width) → (…, channels, height · r, width · r).

    The r² channels of a pixel become r × r pixels. Shi et al. (2016), arXiv:1609.05158.

    >>> import numpy as np
    >>> PixelShuffle(2)(np.ones((5, 12, 4, 4))).shape
    (5, 3, 8, 8)
    """

    def __init__(self, upscale_factor: int) -> None:
        check_sizes(self, upscale_factor=upscale_factor)
        self.upscale_factor = upscale_factor

    def forward(self, input: Any) -> Any:
        """(…, channels · r², height, width) → (…, channels, height · r, width · r)."""
        return functional.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """(…, channels, height · r, width · r) → (…, channels · r², height, width).

    >>> import numpy as np
    >>> PixelUnshuffle(2)(np.ones((5, 3, 8, 8))).shape
    (5, 12, 4, 4)
    """

    def __init__(self, downscale_factor: int) -> None:
        check_sizes(self, downscale_factor=downscale_factor)
        self.downscale_factor = downscale_factor

    def forward(self, input: Any) -> Any:
        """(…, channels, height · r, width · r) → (…, channels · r², height, width)."""
        return functional.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


class Unfold(Module):
    """What each window sees, as a column: (batch, channels · taps, windows).

    >>> import numpy as np
    >>> Unfold(kernel_size=3, padding=1)(np.ones((5, 3, 4, 4))).shape
    (5, 27, 16)
    """

    def __init__(
        self,
        kernel_size: Size,
        dilation: Size = 1,
        padding: Size = 0,
        stride: Size = 1,
    ) -> None:
        check_each(self, 2, kernel_size=kernel_size, dilation=dilation, stride=stride)
        check_each(self, 2, least=0, padding=padding)
        self.kernel_size, self.dilation = kernel_size, dilation
        self.padding, self.stride = padding, stride

    def forward(self, input: Any) -> Any:
        """(batch, channels, height, width) → (batch, channels · taps, windows)."""
        sliding = (self.kernel_size, self.dilation, self.padding, self.stride)
        return functional.unfold(input, *sliding)

    def extra_repr(self) -> str:
        """How the windows slide."""
        sizes = f"kernel_size={self.kernel_size}, dilation={self.dilation}"
        return f"{sizes}, padding={self.padding}, stride={self.stride}"


class Fold(Unfold):
    """Columns added where the windows lay that saw them: the transpose of Unfold.

    >>> import numpy as np
    >>> Fold(output_size=4, kernel_size=3, padding=1)(np.ones((5, 27, 16))).shape
    (5, 3, 4, 4)
    """

    def __init__(
        self,
        output_size: Size,
        kernel_size: Size,
        dilation: Size = 1,
        padding: Size = 0,
        stride: Size = 1,
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)
        check_each(self, 2, output_size=output_size)
        self.output_size = output_size

    def forward(self, input: Any) -> Any:
        """(batch, channels · taps, windows) → (batch, channels, *output_size)."""
        sliding = (self.kernel_size, self.dilation, self.padding, self.stride)
        return functional.fold(input, self.output_size, *sliding)

    def extra_repr(self) -> str:
        """The size of the result, and how the windows slide."""
        return f"output_size={self.output_size}, {super().extra_repr()}"
