"""The same array in other layouts in memory."""

from __future__ import annotations

import numpy as np

LAYOUTS = ("C", "F", "strided", "reversed", "transposed", "read-only", "stride 0")


def laid_out(array: np.ndarray, layout: str) -> np.ndarray:
    """The same elements in another layout ("stride 0": only the first, repeated).

    >>> import numpy as np
    >>> from autograd.check.layouts import laid_out
    >>> laid_out(np.zeros((2, 3)), "strided").strides
    (48, 16)
    """
    shape = array.shape
    if layout == "F":
        return np.asfortranarray(array).reshape(shape, order="F")
    if layout == "strided" and array.ndim:
        buffer = np.full((*shape[:-1], 2 * shape[-1]), np.nan, array.dtype)
        buffer[..., ::2] = array
        return buffer[..., ::2]
    if layout == "reversed" and array.ndim:
        return np.ascontiguousarray(array[::-1])[::-1]
    if layout == "transposed" and array.ndim > 1:
        return np.ascontiguousarray(np.moveaxis(array, 0, -1)).transpose(
            -1, *range(array.ndim - 1)
        )
    if layout == "read-only":
        array = array.copy()
        array.flags.writeable = False
    if layout == "stride 0" and array.ndim and array.size:
        return np.broadcast_to(array[:1], shape)
    return array
