"""What the rules of linear algebra are written with: adjoints and Hermitian parts.

The rules are derived with the inner product ⟨X, Y⟩ = Re tr(Xᴴ Y), in which a cotangent
is the conjugate of ``g``: so ``conj`` stands at both ends of a rule.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def conj(x: Any) -> Any:
    """x̄; of reals x itself."""
    return np.conj(x) if x.dtype.kind == "c" else x


def transposed(x: Any) -> Any:
    """xᵀ: (…, m, n) → (…, n, m)."""
    return np.swapaxes(x, -1, -2)


def adjoint(x: Any) -> Any:
    """xᴴ: (…, m, n) → (…, n, m)."""
    return conj(transposed(x))


def hermitian_part(x: Any) -> Any:
    """(x + xᴴ) / 2, (…, n, n)."""
    return (x + adjoint(x)) / 2


def skew_part(x: Any) -> Any:
    """(x - xᴴ) / 2, (…, n, n)."""
    return (x - adjoint(x)) / 2


def scaled_columns(x: Any, values: Any) -> Any:
    """x diag(values): (…, m, n) and (…, n) → (…, m, n)."""
    return x * np.expand_dims(values, -2)


def diagonal_part(values: Any) -> Any:
    """diag(values): (…, n) → (…, n, n)."""
    return scaled_columns(np.eye(values.shape[-1], dtype=values.dtype), values)


def on_matrices(values: Any) -> Any:
    """A number for each matrix, to be used beside them: (…) → (…, 1, 1)."""
    return np.expand_dims(values, (-2, -1))


def unit_where(spoiled: Any, x: Any) -> Any:
    """x, the unit matrix where ``spoiled``: (…) and (…, n, n) → (…, n, n)."""
    unit = np.eye(x.shape[-1], dtype=x.dtype)
    return np.where(on_matrices(spoiled), unit, x)


def nan_where(spoiled: Any, x: Any) -> Any:
    """x, NaN throughout where ``spoiled``: (…) and (…, m, n) → (…, m, n)."""
    return np.where(on_matrices(spoiled), np.nan, 1).astype(x.dtype) * x


def onto_kept(kept: Any, rest: Any, g: Any) -> Any:
    """The cotangent of orthonormal columns kept, with what comes to them from the rest.

    The rest are not determined, and turn as little as possible: dR = -V dVᴴ R.
    """
    k = kept.shape[-1]
    return g[..., :k] - rest @ (adjoint(g[..., k:]) @ kept)


def off_diagonal(n: int) -> Any:
    """Where a matrix has no diagonal: (n, n)."""
    return ~np.eye(n, dtype=bool)


def made_hermitian(x: np.ndarray) -> np.ndarray:
    """The Hermitian part of what is to be Hermitian, as rounding leaves it.

    NumPy would read one triangle alone. So a matrix of which only one triangle is
    filled in is refused: its Hermitian part is another matrix than was meant. What is
    below a 10⁻⁴th of the largest element may also be rounding, or a small step.
    """
    x = np.asarray(x)
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        return x  # NumPy says what is wrong
    if x.dtype.kind not in "fc":
        x = x.astype(np.float64)
    above, below = [
        abs(triangle).max(axis=(-2, -1), initial=0)
        for triangle in (np.triu(x, 1), np.tril(x, -1))
    ]
    filled = np.maximum(above, below) > 1e-4 * abs(x).max(axis=(-2, -1), initial=0)
    if (filled & (np.minimum(above, below) == 0)).any():
        raise ValueError(
            "it takes Hermitian matrices, both triangles filled in; one is all zeros "
            "here. Write x + np.conj(np.tril(x, -1).mT) for a lower triangle"
        )
    return hermitian_part(x)
