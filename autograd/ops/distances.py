"""Distances between the rows of two matrices."""

import numpy as np

from ..core.composite import composed
from .norms import norm

__all__ = ["cdist"]


@composed(analytic=False)
def cdist(x, y, p=2):
    """|xᵢ - yⱼ| of all pairs of rows: (…, m, d) and (…, n, d) → (…, m, n).

    ``p`` is the order of the norm: of all sizes; 1 the sum of the differences, ∞ the
    largest, 0 the number of what differs. As in PyTorch.

    Its derivative is that of ``norm``: where two rows are the same, 0.

    >>> import numpy as np
    >>> import autograd as ag
    >>> x, y = np.array([[0.0, 0.0], [3.0, 0.0]]), np.array([[0.0, 4.0], [3.0, 0.0]])
    >>> ag.cdist(ag.tensor(x), y).tolist()
    [[4.0, 3.0], [5.0, 0.0]]
    >>> ag.grad(lambda x: ag.cdist(x, y)[1].sum())(x)
    array([[ 0. ,  0. ],
           [ 0.6, -0.8]])
    """
    if np.ndim(x) < 2 or np.ndim(y) < 2 or np.shape(x)[-1] != np.shape(y)[-1]:
        raise ValueError(
            "cdist takes rows of one length, (…, m, d) and (…, n, d); got "
            f"{np.shape(x)} and {np.shape(y)}"
        )
    apart = np.expand_dims(x, -2) - np.expand_dims(y, -3)
    return norm(apart, p, axis=-1)
