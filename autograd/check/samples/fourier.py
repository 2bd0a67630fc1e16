"""Signals that are transformed along one axis, two, or several."""

from typing import Any

import numpy as np

from ..context import Call, Context, Sample, call

# Of the signal; None: that of the context.
MIXED, REAL, COMPLEX = (np.complex128, np.float64), (None,), (np.complex128,)

# To how many elements it is cut or padded. Of the half of a signal it is always said:
# whether that was of an even length the half does not show.
SIDES: tuple[Any, ...] = (None, 3, 1, 4, 6)
SHAPES: tuple[Any, ...] = (None, (2, 3), (4, 1))
SHAPES_OF_HALVES = (*SHAPES[1:], (3, 6))

PLANE = ((-2, -1), (1, 0))
ANY: tuple[Any, ...] = (None, (0, 1), (-1, 0))


def _line(dtypes: Any, sides: Any = SIDES) -> Sample:
    """Along one axis."""
    return lambda c: call(
        x := c.array(least=1, nonempty=True, dtype=c.choice(*dtypes)),
        n=c.choice(*sides),
        axis=c.axis(x.ndim),
        norm=_norm(c),
    )


def _over(axes: Any, dtypes: Any, shapes: Any = SHAPES) -> Sample:
    """Over two of these axes, or all."""
    return lambda c: call(
        c.array(least=2, nonempty=True, dtype=c.choice(*dtypes)),
        s=c.choice(*shapes),
        axes=c.choice(*axes),
        norm=_norm(c),
    )


def _norm(c: Context) -> str | None:
    return c.choice(None, "ortho", "forward", "backward")


def _shift(c: Context) -> Call:
    x = c.array(least=1, nonempty=True)
    return call(x, axes=c.axis(x.ndim))


SAMPLES: dict[str, Sample] = {
    "fft": _line(MIXED),
    "fft2": _over(PLANE, MIXED),
    "fftn": _over(ANY, MIXED),
    "fftshift": _shift,
    "hfft": _line(COMPLEX, SIDES[1:]),
    "ifft": _line(MIXED),
    "ifft2": _over(PLANE, MIXED),
    "ifftn": _over(ANY, MIXED),
    "ifftshift": _shift,
    "ihfft": _line(REAL),
    "irfft": _line(COMPLEX, SIDES[1:]),
    "irfft2": _over(PLANE, COMPLEX, SHAPES_OF_HALVES),
    "irfftn": _over(ANY, COMPLEX, SHAPES_OF_HALVES),
    "rfft": _line(REAL),
    "rfft2": _over(PLANE, REAL),
    "rfftn": _over(ANY, REAL),
}
