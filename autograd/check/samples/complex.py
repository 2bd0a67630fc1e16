"""Complex numbers, and real ones among them."""

import numpy as np

from ..context import Context, Sample, call


def numbers(c: Context) -> np.ndarray:
    """Mostly complex ones."""
    return c.array(dtype=c.choice(np.complex128, np.complex128, np.float64))


SAMPLES: dict[str, Sample] = {
    "angle": lambda c: call(numbers(c), deg=c.flag()),
    "conjugate": lambda c: call(numbers(c)),
    "imag": lambda c: call(numbers(c)),
    "real": lambda c: call(numbers(c)),
}
