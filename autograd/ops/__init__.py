"""The primitives, by family. Importing this package registers them all."""

import numpy as np

from . import (
    activations,
    complex,
    elementwise,
    indexing,
    linalg,
    losses,
    rearranging,
    reductions,
    shaping,
)

FAMILIES = (
    activations,
    complex,
    elementwise,
    indexing,
    linalg,
    losses,
    rearranging,
    reductions,
    shaping,
)

# NumPy's functions that ours of another name, or from another place, stand for.
BY_PATH = {
    np.amax: reductions.max,
    np.amin: reductions.min,
    np.permute_dims: shaping.transpose,
}
