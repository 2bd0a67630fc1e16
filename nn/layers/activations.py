"""Activations as modules, for use in a Sequential."""

from __future__ import annotations

from typing import Any

import autograd as ag

from ..module import Module


class ReLU(Module):
    """max(x, 0), with slope 0 at 0.

    >>> import autograd as ag
    >>> ReLU()(ag.tensor([-1.0, 2.0]))
    Tensor([0., 2.])
    """

    def forward(self, x: Any) -> Any:
        """(…) → (…)."""
        return ag.relu(x)


class Tanh(Module):
    """tanh x, between -1 and 1.

    >>> import autograd as ag
    >>> Tanh()(ag.tensor([0.0]))
    Tensor([0.])
    """

    def forward(self, x: Any) -> Any:
        """(…) → (…)."""
        return ag.tanh(x)


class Sigmoid(Module):
    """1 / (1 + e⁻ˣ), between 0 and 1.

    >>> import autograd as ag
    >>> Sigmoid()(ag.tensor([0.0]))
    Tensor([0.5])
    """

    def forward(self, x: Any) -> Any:
        """(…) → (…)."""
        return ag.sigmoid(x)


class SiLU(Module):
    """x σ(x), also called swish. Elfwing et al. (2017), arXiv:1702.03118.

    >>> import autograd as ag
    >>> SiLU()(ag.tensor([0.0]))
    Tensor([0.])
    """

    def forward(self, x: Any) -> Any:
        """(…) → (…)."""
        return ag.silu(x)


class GELU(Module):
    """x Φ(x), Φ the normal distribution function. Hendrycks, Gimpel, arXiv:1606.08415.

    >>> import autograd as ag
    >>> GELU()(ag.tensor([0.0]))
    Tensor([0.])
    """

    def forward(self, x: Any) -> Any:
        """(…) → (…)."""
        return ag.gelu(x)


class Softplus(Module):
    """log(1 + eˣ), a smooth ReLU.

    >>> import autograd as ag
    >>> Softplus()(ag.tensor([1000.0]))
    Tensor([1000.])
    """

    def forward(self, x: Any) -> Any:
        """(…) → (…)."""
        return ag.softplus(x)


class Softmax(Module):
    """eˣ / Σ eˣ along the axis ``dim``: positive, with sum 1.

    >>> import autograd as ag
    >>> Softmax(dim=-1)(ag.tensor([1.0, 1.0]))
    Tensor([0.5, 0.5])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """(…) → (…)."""
        return ag.softmax(x, axis=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """x - log Σ eˣ along the axis ``dim``: the logarithm of Softmax, without overflow.

    >>> import autograd as ag
    >>> LogSoftmax(dim=-1)(ag.tensor([1000.0, 0.0]))
    Tensor([    0., -1000.])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """(…) → (…)."""
        return ag.log_softmax(x, axis=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"
