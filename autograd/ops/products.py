"""Products of arrays: einsum, and NumPy's others, of vectors, matrices and stacks."""

import operator
from functools import cache
from typing import Any

import numpy as np

from ..core.composite import composed
from ..core.declare import multilinear

__all__ = [
    "cross",
    "dot",
    "inner",
    "kron",
    "matrix_transpose",
    "outer",
    "tensordot",
    "vdot",
    "vecdot",
]

# Products of two arrays ---------------------------------------------------------------


def _dot(a, b):
    return np.dot(a, b)


def _inner(a, b):
    return np.inner(a, b)


def _tensordot(a, b, axes=2):
    return np.tensordot(a, b, axes)


def _first(n):
    return tuple(range(n)), tuple(range(n))


def _last_and_first(ndim, n):
    """The last n of so many axes, to be summed with the first n of another array."""
    return tuple(range(ndim - n, ndim)), tuple(range(n))


def _pull_dot_left(g, a_shape, b):
    if not a_shape or not np.ndim(b):
        return g * b
    free = [i for i in range(np.ndim(b)) if i != max(np.ndim(b) - 2, 0)]
    own = range(len(a_shape) - 1, len(a_shape) - 1 + len(free))
    return np.tensordot(g, b, (tuple(own), tuple(free)))


def _pull_dot_right(g, a, b_shape):
    if not np.ndim(a) or not b_shape:
        return g * a
    part = np.tensordot(a, g, _first(np.ndim(a) - 1))
    return np.moveaxis(part, 0, max(len(b_shape) - 2, 0))


def _pull_inner_left(g, a_shape, b):
    if not a_shape or not np.ndim(b):
        return g * b
    return np.tensordot(g, b, _last_and_first(np.ndim(g), np.ndim(b) - 1))


def _pull_inner_right(g, a, b_shape):
    if not np.ndim(a) or not b_shape:
        return g * a
    return np.tensordot(g, a, _first(np.ndim(a) - 1))


def _contracted(axes, a_ndim, b_ndim):
    """The axes of both that are summed over, counted from the front, and the others."""
    if not isinstance(axes, tuple):
        axes = _last_and_first(a_ndim, axes)
    left, right = [i % a_ndim for i in axes[0]], [i % b_ndim for i in axes[1]]
    free_left = [i for i in range(a_ndim) if i not in left]
    return left, right, free_left, [i for i in range(b_ndim) if i not in right]


def _pull_tensordot_left(g, a_shape, b, axes):
    left, right, own, free = _contracted(axes, len(a_shape), np.ndim(b))
    part = np.tensordot(g, b, (tuple(range(len(own), np.ndim(g))), tuple(free)))
    order = own + [left[right.index(i)] for i in sorted(right)]
    return np.transpose(part, tuple(np.argsort(order).tolist()))


def _pull_tensordot_right(g, a, b_shape, axes):
    left, right, free, own = _contracted(axes, np.ndim(a), len(b_shape))
    part = np.tensordot(a, g, (tuple(free), tuple(range(len(free)))))
    order = [right[left.index(i)] for i in sorted(left)] + own
    return np.transpose(part, tuple(np.argsort(order).tolist()))


dot = multilinear(
    _dot,
    _pull_dot_left,
    _pull_dot_right,
    symbol="·",
)
inner = multilinear(
    _inner,
    _pull_inner_left,
    _pull_inner_right,
)
_contract = multilinear(
    _tensordot,
    _pull_tensordot_left,
    _pull_tensordot_right,
)


def tensordot(a, b, axes=2):
    """The sum of products over axes of both: so many last ones of ``a`` and first of
    ``b``, or a pair of axes, or of sequences of them.

    Each gradient is g summed with the other over the axes that are not its own.

    >>> import numpy as np
    >>> import autograd as ag
    >>> np.tensordot(ag.ones((2, 3)), ag.ones((3, 4)), axes=([1], [0])).shape
    (2, 4)
    """
    if np.ndim(axes):
        axes = tuple([tuple(np.atleast_1d(each).tolist()) for each in axes])
    return _contract(a, b, axes=axes)


@composed()
def outer(a, b):
    """Each element of ``a`` times each of ``b``, (n,) and (m,) → (n, m); flattened.

    The gradients are g b and gᵀ a.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.outer(ag.tensor([1.0, 2.0]), np.array([3.0, 4.0])).tolist()
    [[3.0, 4.0], [6.0, 8.0]]
    """
    return np.reshape(a, (np.size(a), 1)) * np.reshape(b, (1, np.size(b)))


@composed(analytic=False)
def vdot(a, b):
    """Σ āᵢ bᵢ over all elements, in their order: two arrays of one size → ().

    ∂/∂bᵢ = āᵢ, and ∂/∂aᵢ = bᵢ of real numbers.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.vdot(ag.tensor([1.0, 2.0]), np.array([3.0, 4.0]))
    Tensor(11.)
    """
    return np.dot(np.conj(np.reshape(a, -1)), np.reshape(b, -1))


@composed()
def kron(a, b):
    """Kronecker's product: blocks of ``b``, each times an element of ``a``.

    (n, m) and (k, l) → (n k, m l).

    Each gradient sums g times the other over the blocks.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.kron(ag.tensor([1.0, 2.0]), np.array([1.0, 1.0]))
    Tensor([1., 1., 2., 2.])
    """
    n = max(np.ndim(a), np.ndim(b))
    a, b = [np.reshape(x, (1,) * (n - np.ndim(x)) + np.shape(x)) for x in (a, b)]
    blocks = np.expand_dims(a, tuple(range(1, 2 * n, 2)))
    blocks = blocks * np.expand_dims(b, tuple(range(0, 2 * n, 2)))
    return np.reshape(blocks, [i * j for i, j in zip(np.shape(a), np.shape(b))])


# Vectors in a stack -------------------------------------------------------------------


@composed()
def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """a × b of vectors in space, (…, 3) and (…, 3) → (…, 3), or in the plane.

    A third component that is missing is 0; where both are, only that of the result
    remains: (…, 2) and (…, 2) → (…).

    The gradients are b × g and g × a.

    >>> import numpy as np
    >>> import autograd as ag
    >>> np.cross(ag.tensor([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    Tensor([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(a, axisa, 0), np.moveaxis(b, axisb, 0)
    if not {len(a), len(b)} <= {2, 3}:
        raise ValueError(
            "incompatible dimensions for cross product: vectors have 2 or 3 "
            f"components; got {len(a)} and {len(b)}"
        )
    common = max(np.ndim(a), np.ndim(b))  # the components stay in front of the stack
    a, b = [np.expand_dims(x, tuple(range(1, 1 + common - np.ndim(x)))) for x in (a, b)]
    third = a[0] * b[1] - a[1] * b[0]
    if len(a) == len(b) == 2:
        return third
    if len(a) == 2:
        first, second = a[1] * b[2], -(a[0] * b[2])
    elif len(b) == 2:
        first, second = -(a[2] * b[1]), a[2] * b[0]
    else:
        first, second = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2]
    return np.moveaxis(np.stack([first, second, third]), 0, axisc)


def _vecdot(x1, x2):
    return np.vecdot(x1, x2)


def _matvec(x1, x2):
    return np.matvec(x1, x2)


def _vecmat(x1, x2):
    return np.vecmat(x1, x2)


_along_last = multilinear(
    _vecdot,
    lambda g, x2: np.conj(np.expand_dims(g, -1) * x2),
    lambda g, x1: np.expand_dims(g, -1) * np.conj(x1),
    analytic=False,
    symbol="·",
)

if hasattr(np, "matvec"):  # since NumPy 2.2
    matvec = multilinear(
        _matvec,
        lambda g, x2: np.expand_dims(g, -1) * np.expand_dims(x2, -2),
        lambda g, x1: np.matvec(np.swapaxes(x1, -1, -2), g),
        symbol="@",
    )
    vecmat = multilinear(
        _vecmat,
        lambda g, x2: np.conj(np.matvec(x2, g)),
        lambda g, x1: np.expand_dims(np.conj(x1), -1) * np.expand_dims(g, -2),
        analytic=False,
        symbol="@",
    )


# Products of matrices -----------------------------------------------------------------


@composed()
def matrix_power(a, n):
    """aⁿ of square matrices, (…, m, m) → (…, m, m), by log₂ n products.

    For n < 0 of the inverse, where there is one.

    Raises LinAlgError for other shapes.

    Its gradient is Σ (aᵀ)ⁱ g (aᵀ)ⁿ⁻¹⁻ⁱ over i < n.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.grad(lambda x: ag.linalg.matrix_power(x, 3)[0, 0])(np.array([[2.0]]))
    array([[12.]])
    """
    n = operator.index(n)
    if np.ndim(a) < 2 or np.shape(a)[-1] != np.shape(a)[-2]:
        raise np.linalg.LinAlgError("its last two axes must be square")
    if n < 0:
        a, n = np.linalg.inv(a), -n
    if n == 0:
        return np.zeros_like(a) + np.eye(np.shape(a)[-1], dtype=a.dtype)
    power: Any = None
    while True:
        n, odd = divmod(n, 2)
        if odd:
            power = a if power is None else np.matmul(power, a)
        if n == 0:
            return np.positive(power)
        a = np.matmul(a, a)


def multi_dot(arrays):
    """The product of matrices in the order that costs least; vectors at the ends.

    Each gradient is (the product before)ᵀ g (the product after)ᵀ.

    >>> import numpy as np
    >>> import autograd as ag
    >>> np.linalg.multi_dot([ag.ones(2), ag.ones((2, 3)), ag.ones(3)])
    Tensor(6.)
    """
    if len(arrays) < 2:
        raise ValueError("multi_dot: Expecting at least two arrays.")
    first, last = np.ndim(arrays[0]), np.ndim(arrays[-1])
    if {first, last} - {1, 2} or any(np.ndim(x) != 2 for x in arrays[1:-1]):
        shapes = ", ".join([str(np.shape(x)) for x in arrays])
        raise np.linalg.LinAlgError(
            f"multi_dot takes matrices, and vectors at the ends; got shapes {shapes}"
        )
    rows = [np.shape(x)[0] for x in arrays]
    sides = [1, *rows] if first == 1 else rows
    sides = [*sides[: len(arrays)], np.shape(arrays[-1])[-1] if last == 2 else 1]

    @cache
    def cheapest(i, j):
        """The cost of the product from i to j, and where it is split."""
        if i == j:
            return 0, i
        return min(
            (
                cheapest(i, k)[0]
                + cheapest(k + 1, j)[0]
                + sides[i] * sides[k + 1] * sides[j + 1],
                k,
            )
            for k in range(i, j)
        )

    def product(i, j):
        if i == j:
            return arrays[i]
        k = cheapest(i, j)[1]
        return np.dot(product(i, k), product(k + 1, j))

    return product(0, len(arrays) - 1)


# Those of np.linalg, of other axes or stricter than NumPy's of the same name ----------


def matrix_outer(x1, x2):
    """``outer`` of two vectors: (n,) and (m,) → (n, m).

    Raises ValueError for other shapes.

    The gradients are g x₂ and gᵀ x₁.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.linalg.outer(ag.tensor([1.0, 2.0]), np.array([3.0])).tolist()
    [[3.0], [6.0]]
    """
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ValueError(
            "np.linalg.outer takes one-dimensional arrays; got shapes "
            f"{np.shape(x1)} and {np.shape(x2)}"
        )
    return outer(x1, x2)


def cross_in_space(x1, x2, axis=-1):
    """``cross`` of vectors of 3 components.

    (…, 3) and (…, 3) → (…, 3). Raises ValueError for other vectors.

    The gradients are x₂ × g and g × x₁.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.linalg.cross(ag.tensor([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    Tensor([0., 0., 1.])
    """
    if np.shape(x1)[axis] != 3 or np.shape(x2)[axis] != 3:
        raise ValueError(
            "np.linalg.cross takes vectors of 3 components; got shapes "
            f"{np.shape(x1)} and {np.shape(x2)}, along axis {axis}"
        )
    return cross(x1, x2, axis=axis)


def vecdot(x1, x2, axis=-1):
    """Σ x̄₁ x₂ along an axis: (…, n) and (…, n) → (…).

    The gradients are g x₂ and g x₁, of real numbers.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.vecdot(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0]))
    Tensor([-1., -1.])
    """
    return _along_last(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1))


def trace_of_matrices(x, offset=0, dtype=None):
    """``trace`` over the last two axes: (…, n, m) → (…).

    Its gradient is g on that diagonal, 0 elsewhere.

    >>> import autograd as ag
    >>> ag.linalg.trace(ag.ones((5, 2, 2))).shape
    (5,)
    """
    return np.trace(x, offset, -2, -1, dtype)


def diagonal_of_matrices(x, offset=0):
    """``diagonal`` of the last two axes: (…, n, m) → (…, k).

    Its gradient is g on that diagonal, 0 elsewhere.

    >>> import autograd as ag
    >>> ag.linalg.diagonal(ag.ones((5, 2, 2))).shape
    (5, 2)
    """
    return np.diagonal(x, offset, -2, -1)


def matrix_transpose(x):
    """The last two axes exchanged: (…, n, m) → (…, m, n).

    Raises ValueError for less than two axes.

    Its gradient is gᵀ.

    >>> import autograd as ag
    >>> ag.matrix_transpose(ag.ones((5, 2, 3))).shape
    (5, 3, 2)
    """
    if np.ndim(x) < 2:
        raise ValueError(f"matrix_transpose takes matrices; got shape {np.shape(x)}")
    return np.swapaxes(x, -1, -2)
