"""Equations with a triangle: by substitution alone, and of Cholesky's factors."""

import numpy as np

from ..core.composite import composed
from ..core.declare import general
from .matrices import adjoint, transposed
from .reductions import of_primitive

__all__ = ["cholesky_solve", "solve_triangular"]


def _solve_triangular(a, b, *, lower, unit_diagonal):
    """Upper triangles are eliminated already; lower ones are, turned by half a turn."""
    a = _triangle(a, lower, unit_diagonal)
    if unit_diagonal:
        a = a + np.eye(a.shape[-1], dtype=a.dtype)
    if not lower:
        return np.linalg.solve(a, b)
    return np.linalg.solve(a[..., ::-1, ::-1], b[..., ::-1, :])[..., ::-1, :]


def _triangle(a, lower, unit_diagonal):
    """What is read of a."""
    return np.tril(a, -unit_diagonal) if lower else np.triu(a, int(unit_diagonal))


def _pull_solve(g, a, out, lower, unit_diagonal):
    back = triangular(transposed(a), g, lower=not lower, unit_diagonal=unit_diagonal)
    return _triangle(-(back @ transposed(out)), lower, unit_diagonal), back


def _push_solve(t, a, out, lower, unit_diagonal):
    change = t[1] - _triangle(t[0], lower, unit_diagonal) @ out
    return triangular(a, change, lower=lower, unit_diagonal=unit_diagonal)


triangular = general(
    _solve_triangular,
    joint=_pull_solve,
    push=_push_solve,
    name="solve_triangular",
    symbol="⁻¹ ·",
)


@of_primitive(triangular)
def solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False):
    """x of a x = b, where ``a`` is a triangle: (…, n, n) and (…, n, k) → (…, n, k).

    ``b`` may be (n,), too. Only the upper triangle is read, or the ``lower``; its
    diagonal is 1 where ``unit_diagonal``. ``trans`` 1 or "T" solves aᵀ x = b, 2 or "C"
    aᴴ x = b. The gradient of ``a`` is 0 where nothing is read. As in SciPy.

    Raises LinAlgError where a number on the diagonal is 0.

    >>> import numpy as np
    >>> import autograd as ag
    >>> a, b = np.array([[2.0, 1.0], [9.0, 4.0]]), np.array([4.0, 8.0])
    >>> ag.linalg.solve_triangular(ag.tensor(a), b)
    Tensor([1., 2.])
    >>> ag.grad(lambda a: ag.sum(ag.linalg.solve_triangular(a, b)))(a)
    array([[-0.5 , -1.  ],
           [ 0.  , -0.25]])
    """
    ways = {0: 0, "N": 0, 1: 1, "T": 1, 2: 2, "C": 2}
    if trans not in ways:
        raise ValueError(f"trans is 0, 1 or 2, or 'N', 'T' or 'C'; got {trans!r}")
    if ways[trans]:
        a, lower = (transposed, adjoint)[ways[trans] - 1](a), not lower
    settings = {"lower": bool(lower), "unit_diagonal": bool(unit_diagonal)}
    if np.ndim(b) == 1:
        return triangular(a, np.expand_dims(b, -1), **settings)[..., 0]
    return triangular(a, b, **settings)


@composed()
def cholesky_solve(b, factor, upper=False):
    """x of a x = b, by the ``factor`` of ``cholesky``: L with a = L Lᴴ, or U = Lᴴ.

    (…, n, k) or (n,) and (…, n, n) → (…, n, k) or (n,). As in PyTorch.

    Its derivative is that of ``solve_triangular``, twice.

    >>> import numpy as np
    >>> import autograd as ag
    >>> a, b = ag.tensor([[4.0, 2.0], [2.0, 5.0]]), np.array([8.0, 12.0])
    >>> ag.linalg.cholesky_solve(b, np.linalg.cholesky(a))
    Tensor([1., 2.])
    """
    first, second = ("C", "N") if upper else ("N", "C")
    half = solve_triangular(factor, b, first, not upper)
    return solve_triangular(factor, half, second, not upper)
