"""Distances and similarities of vectors, and the order of channels, as layers."""

from __future__ import annotations

from .. import functional
from .applied import Applied


class CosineSimilarity(Applied, function=functional.cosine_similarity):
    """x₁·x₂ / (‖x₁‖ ‖x₂‖) along the axis ``dim``, where no length counts below ``eps``.

    >>> import autograd as ag
    >>> CosineSimilarity(dim=0)(ag.tensor([1.0, 0.0]), ag.tensor([3.0, 4.0]))
    Tensor(0.6)
    """


class PairwiseDistance(Applied, function=functional.pairwise_distance):
    """‖x₁ - x₂ + eps‖ of order ``p``, along the last axis: (…, n), (…, n) → (…).

    >>> import autograd as ag
    >>> PairwiseDistance(eps=0.0)(ag.tensor([3.0, 0.0]), ag.tensor([0.0, 4.0]))
    Tensor(5.)
    """


class ChannelShuffle(Applied, function=functional.channel_shuffle, operands=1):
    """The channels of each of so many ``groups`` in turn: (batch, channels, …).

    >>> import autograd as ag
    >>> ChannelShuffle(2)(ag.tensor([[[0.0], [1.0], [2.0], [3.0]]]))[0, :, 0]
    Tensor([0., 2., 1., 3.])
    """
