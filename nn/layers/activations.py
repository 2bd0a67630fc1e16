"""The table of activations: a class, the function it applies, the formula.

In drawings each has the symbol of its function. One more is a row here, and a name in
``nn/__init__.py``.
"""

from __future__ import annotations

from typing import Any

from .. import functional
from .applied import Applied


class ReLU(Applied, function=functional.relu):
    """max(x, 0), with slope 0 at 0.

    >>> import autograd as ag
    >>> ReLU()(ag.tensor([-1.0, 2.0]))
    Tensor([0., 2.])
    """


class Tanh(Applied, function=functional.tanh):
    """tanh x, between -1 and 1.

    >>> import autograd as ag
    >>> Tanh()(ag.tensor([0.0]))
    Tensor([0.])
    """


class Sigmoid(Applied, function=functional.sigmoid):
    """1 / (1 + e⁻ˣ), between 0 and 1.

    >>> import autograd as ag
    >>> Sigmoid()(ag.tensor([0.0]))
    Tensor([0.5])
    """


class SiLU(Applied, function=functional.silu):
    """x σ(x), also called swish. Elfwing et al. (2017), arXiv:1702.03118.

    >>> import autograd as ag
    >>> SiLU()(ag.tensor([0.0]))
    Tensor([0.])
    """


class GELU(Applied, function=functional.gelu):
    """x Φ(x), Φ the normal distribution function. Hendrycks, Gimpel, arXiv:1606.08415.

    >>> import autograd as ag
    >>> GELU()(ag.tensor([0.0]))
    Tensor([0.])
    """


class Softplus(Applied, function=functional.softplus):
    """log(1 + eˣ), a smooth ReLU.

    >>> import autograd as ag
    >>> Softplus()(ag.tensor([1000.0]))
    Tensor([1000.])
    """


class AlongAxis(Applied):
    """function(x, dim), where the elements along the axis ``dim`` belong together."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """(…) → (…)."""
        return self.function(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(AlongAxis, function=functional.softmax):
    """eˣ / Σ eˣ along the axis ``dim``: positive, with sum 1.

    >>> import autograd as ag
    >>> Softmax(dim=-1)(ag.tensor([1.0, 1.0]))
    Tensor([0.5, 0.5])
    """


class LogSoftmax(AlongAxis, function=functional.log_softmax):
    """x - log Σ eˣ along the axis ``dim``: the logarithm of Softmax, without overflow.

    >>> import autograd as ag
    >>> LogSoftmax(dim=-1)(ag.tensor([1000.0, 0.0]))
    Tensor([    0., -1000.])
    """
