"""Dropout layers: in training some elements, or channels, are left out at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from .. import functional
from ..functional.dropout import check_dropout
from ..module import Module
from ..random import Seed, generator_of


class Dropping(Module):
    """What the dropout layers share: the probability, and the random numbers.

    These come from ``generator``: a NumPy Generator, or its seed; None is nn's own.
    """

    function: ClassVar[Callable[..., Any]]

    def __init_subclass__(cls, function: Callable[..., Any] | None = None) -> None:
        if function is not None:
            cls.function = staticmethod(function)

    def __init__(
        self, p: float = 0.5, inplace: bool = False, *, generator: Seed = None
    ) -> None:
        check_dropout(p, inplace)
        self.p = p
        self.generator = None if generator is None else generator_of(generator)

    def forward(self, input: Any) -> Any:
        """(…) → (…)."""
        return self.function(input, self.p, self.training, generator=self.generator)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class Dropout(Dropping, function=functional.dropout):
    """Each element is 0 with probability p in training, or 1 / (1 - p) as large.

    After ``eval()`` nothing happens. ``nn.seed`` repeats what is left out.

    Raises:
        ValueError: ``p`` is no probability.

    >>> import autograd as ag, nn
    >>> layer = nn.Dropout(0.5, generator=4)
    >>> layer(ag.ones(5))
    Tensor([0., 2., 0., 2., 0.])
    >>> layer.eval()(ag.ones(3))
    Tensor([1., 1., 1.])
    """


class Dropout1d(Dropping, function=functional.dropout1d):
    """Whole channels of (batch, channels, length), or (channels, length), are 0.

    >>> import autograd as ag
    >>> Dropout1d(generator=4)(ag.ones((1, 3, 2))).tolist()
    [[[0.0, 0.0], [2.0, 2.0], [0.0, 0.0]]]
    """


class Dropout2d(Dropping, function=functional.dropout2d):
    """Whole channels of (batch, channels, height, width) are 0.

    >>> import autograd as ag
    >>> Dropout2d(generator=4)(ag.ones((1, 3, 1, 1))).ravel()
    Tensor([0., 2., 0.])
    """


class Dropout3d(Dropping, function=functional.dropout3d):
    """Whole channels of (batch, channels, depth, height, width) are 0.

    >>> import autograd as ag
    >>> Dropout3d(generator=4)(ag.ones((1, 3, 1, 1, 1))).ravel()
    Tensor([0., 2., 0.])
    """


class AlphaDropout(Dropping, function=functional.alpha_dropout):
    """Dropout for SELU, which keeps mean 0 and variance 1.

    >>> import autograd as ag
    >>> AlphaDropout(generator=4)(ag.zeros(3)).data.round(3)
    array([-0.779,  0.779, -0.779])
    """


class FeatureAlphaDropout(Dropping, function=functional.feature_alpha_dropout):
    """AlphaDropout of whole channels of (batch, channels, …).

    >>> import autograd as ag
    >>> FeatureAlphaDropout(generator=4)(ag.zeros((1, 2, 2))).data.round(3).tolist()
    [[[-0.779, -0.779], [0.779, 0.779]]]
    """
